import * as vscode from 'vscode';
import { Checks } from './vscode/checks/checks';
import type { CheckState } from './vscode/checks/checkState';
import { registerChecks } from './vscode/checks/register';
import { ResultRows } from './vscode/checks/resultRows';
import { registerCode } from './vscode/code/register';
import { VerificationConsent } from './vscode/checks/verificationConsent';
import { Connections } from './vscode/connections/connections';
import { registerConnections } from './vscode/connections/register';
import { registerDrafts, type ShownDrafts } from './vscode/drafts/register';
import { registerFix } from './vscode/fix/register';
import { registerLog } from './vscode/log/register';
import { connectionProblems } from './vscode/problems/actions';
import { ReportStore } from './vscode/report/persistedReport';
import { registerReport } from './vscode/report/register';
import { ReportPanels } from './vscode/report/reportPanels';
import { registerShare } from './vscode/share/register';
import { VIEW } from './vscode/shared/contributions';
import { redactedOutput } from './vscode/shared/output';
import { registerStory, type ShownStories } from './vscode/story/register';
import { Stories } from './vscode/story/stories';
import { registerTree } from './vscode/tree/register';
import { showResult } from './vscode/tree/showResult';
import { StuckTasksTree } from './vscode/tree/stuckTasksTree';

/** For tests in the extension host: the editor itself cannot be asked what a tree or a page shows. */
export interface ExtensionApi {
  readonly stuckTasks: StuckTasksTree;
  readonly reports: ReportPanels;
  readonly stories: ShownStories;
  readonly drafts: ShownDrafts;
  readonly connections: Connections;
  /** Where the report is kept over a restart. */
  readonly storage: vscode.Uri | undefined;
  readonly state: () => CheckState;
}

let latest:
  | {
      readonly checks: Checks;
      readonly rows: ResultRows;
      readonly stories: Stories;
      readonly reports: ReportPanels;
      readonly drafts: ShownDrafts;
    }
  | undefined;

/** Builds the parts that several features share, and registers the features. Awaits nothing, connects to nothing. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const { extensionUri, globalState, workspaceState, storageUri } = context;
  const channel = vscode.window.createOutputChannel('Celery Tasks', { log: true });
  const output = redactedOutput(channel);
  const connections = new Connections(context);
  const showConnectionProblem = connectionProblems(connections, output);
  const checks = new Checks(connections, output);
  const consent = new VerificationConsent(globalState);
  const rows = new ResultRows(connections, checks, output);
  // A window without a folder has no storage of its own: another such window would find its report.
  const kept = new ReportStore(storageUri?.fsPath, (line) => {
    output.warn(line);
  });
  const reports = new ReportPanels({ extensionUri, checks, connections, output, kept });
  const tree = new StuckTasksTree(checks, rows);
  const treeView = vscode.window.createTreeView(VIEW, {
    treeDataProvider: tree,
    canSelectMany: true,
  });
  const stories = new Stories(connections, output);
  const shownStories = registerStory({ checks, connections, stories, showConnectionProblem, extensionUri, output });
  const shownDrafts = registerDrafts({ checks, connections, reports, treeView, extensionUri, output });
  latest = { checks, rows, stories, reports, drafts: shownDrafts };
  context.subscriptions.push(
    channel,
    connections,
    checks,
    tree,
    treeView,
    reports,
    shownStories,
    connections.onDidForget((profile) => void consent.forget(profile)),
    registerConnections({
      connections,
      showConnectionProblem,
      lastResultOf: (id) => checks.lastResultOf(id),
      sources: async () => (await import('./vscode/code/workspaceSources')).workspaceSources(),
    }),
    registerChecks({
      checks,
      connections,
      consent,
      showConnectionProblem,
      isViewVisible: () => treeView.visible,
      showResult: () => showResult(tree, treeView),
    }),
    registerTree({
      checks,
      connections,
      rows,
      tree,
      treeView,
      showConnectionProblem,
      report: reports,
      memory: workspaceState,
    }),
    registerReport({ checks, reports, output, extensionUri, memory: globalState }),
    registerShare({ checks, reports, extensionUri, version: versionOf(context) }),
    registerLog({ checks, reports }),
    registerCode({ checks, reports, treeView }),
    shownDrafts,
    registerFix({ checks, rows, reports, treeView, showConnectionProblem }),
  );
  return {
    stuckTasks: tree,
    reports,
    stories: shownStories,
    drafts: shownDrafts,
    connections,
    storage: storageUri,
    state: () => checks.state,
  };
}

/** Of this extension; a development host may know none. */
function versionOf({ extension }: vscode.ExtensionContext): string {
  const { version } = extension.packageJSON as { readonly version?: unknown };
  return typeof version === 'string' ? version : '';
}

/** The window closes: ends what runs, on the servers too, and writes what is kept, before the process goes. */
export async function deactivate(): Promise<void> {
  await Promise.all([
    latest?.checks.stop(),
    latest?.rows.stop(),
    latest?.stories.stop(),
    latest?.drafts.stop(),
    latest?.reports.close(),
  ]);
}
