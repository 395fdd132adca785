import * as vscode from 'vscode';
import { Checks } from './vscode/checks/checks';
import type { CheckState } from './vscode/checks/checkState';
import { registerChecks } from './vscode/checks/register';
import { ResultRows } from './vscode/checks/resultRows';
import { registerCode } from './vscode/code/register';
import { Connections } from './vscode/connections/connections';
import { registerConnections } from './vscode/connections/register';
import { registerFix } from './vscode/fix/register';
import { registerLog } from './vscode/log/register';
import { connectionProblems } from './vscode/problems/actions';
import { ReportStore } from './vscode/report/persistedReport';
import { registerReport } from './vscode/report/register';
import { ReportPanels } from './vscode/report/reportPanels';
import { VIEW } from './vscode/shared/contributions';
import { redactedOutput } from './vscode/shared/output';
import { registerTree } from './vscode/tree/register';
import { showResult } from './vscode/tree/showResult';
import { StuckTasksTree } from './vscode/tree/stuckTasksTree';

/** For tests in the extension host: the editor itself cannot be asked what a tree or a page shows. */
export interface ExtensionApi {
  readonly stuckTasks: StuckTasksTree;
  readonly reports: ReportPanels;
  readonly connections: Connections;
  /** Where the report is kept over a restart. */
  readonly storage: vscode.Uri | undefined;
  readonly state: () => CheckState;
}

let latest: { readonly checks: Checks; readonly rows: ResultRows; readonly reports: ReportPanels } | undefined;

/** Builds the parts that several features share, and registers the features. Awaits nothing, connects to nothing. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const { extensionUri, globalState, storageUri } = context;
  const channel = vscode.window.createOutputChannel('Celery Tasks', { log: true });
  const output = redactedOutput(channel);
  const connections = new Connections(context);
  const showConnectionProblem = connectionProblems(connections, output);
  const checks = new Checks(connections, output);
  const rows = new ResultRows(connections, checks, output);
  // A window without a folder has no storage of its own: another such window would find its report.
  const kept = new ReportStore(storageUri?.fsPath, (line) => {
    output.warn(line);
  });
  const reports = new ReportPanels({ extensionUri, checks, connections, output, kept });
  const tree = new StuckTasksTree(checks, rows);
  const treeView = vscode.window.createTreeView(VIEW, {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  latest = { checks, rows, reports };
  context.subscriptions.push(
    channel,
    connections,
    checks,
    tree,
    treeView,
    reports,
    registerConnections({
      connections,
      showConnectionProblem,
      lastResultOf: (id) => checks.lastResultOf(id),
      sources: async () => (await import('./vscode/code/workspaceSources')).workspaceSources(),
    }),
    registerChecks({
      checks,
      connections,
      showConnectionProblem,
      showResult: () => showResult(checks, tree, treeView),
    }),
    registerTree({ checks, connections, rows, tree, treeView, showConnectionProblem }),
    registerReport({ checks, reports, output, extensionUri, memory: globalState }),
    registerLog({ checks, reports }),
    registerCode({ checks, reports, treeView }),
    registerFix({ checks, rows, reports, treeView, showConnectionProblem }),
  );
  return { stuckTasks: tree, reports, connections, storage: storageUri, state: () => checks.state };
}

/** The window closes: ends what runs, on the servers too, and writes what is kept, before the process goes. */
export async function deactivate(): Promise<void> {
  await Promise.all([latest?.checks.stop(), latest?.rows.stop(), latest?.reports.close()]);
}
