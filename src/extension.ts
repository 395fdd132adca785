import * as vscode from 'vscode';
import { registerCheck } from './vscode/checks/register';
import { registerConnections } from './vscode/connections/register';
import { registerExplain } from './vscode/checks/explainScan';
import { registerFix } from './vscode/fix/generateFix';
import { registerLog } from './vscode/log/register';
import { registerReport } from './vscode/report/register';
import { registerReportActions } from './vscode/report/pageActions';
import { registerReportAfterCheck } from './vscode/report/afterCheck';
import { registerSource } from './vscode/code/register';
import { registerTreeActions } from './vscode/tree/register';
import { registerVerify } from './vscode/tree/verifyTask';
import { VIEW } from './vscode/shared/contributions';
import { Checks, type CheckState } from './vscode/checks/checks';
import { Connections } from './vscode/connections/connections';
import { FixDocuments } from './vscode/fix/fixDocuments';
import { KeptReport } from './vscode/report/persistedReport';
import { redactedOutput } from './vscode/shared/output';
import { registerConnectionStatus } from './vscode/connections/statusBar';
import { LogDocuments } from './vscode/log/logDocument';
import { registerTaskLinks } from './vscode/log/logLinks';
import { ReportPanels } from './vscode/report/reportPanels';
import { StuckTasksTree } from './vscode/tree/stuckTasksTree';
import { registerTaskLenses } from './vscode/code/taskLenses';
import { registerViewStatus } from './vscode/tree/viewStatusBinding';

/** What tests in the extension host look at: the editor itself cannot be asked what a tree or a page shows. */
export interface ExtensionApi {
  readonly stuckTasks: StuckTasksTree;
  readonly reports: ReportPanels;
  readonly connections: Connections;
  /** Where the report is kept over a restart. */
  readonly storage: vscode.Uri | undefined;
  readonly state: () => CheckState;
}

/** After a start, tabs that come back are there by then. */
const SWEEP_MS = 10_000;

let latest: { readonly checks: Checks; readonly reports: ReportPanels } | undefined;

/** Builds the parts and registers them. Awaits nothing, connects to nothing. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const { extensionUri } = context;
  const channel = vscode.window.createOutputChannel('Celery Tasks', { log: true });
  const output = redactedOutput(channel);
  const connections = new Connections(context);
  const checks = new Checks(connections, output);
  // A window without a folder has no storage of its own: another such window would find its report.
  const kept = new KeptReport(context.storageUri?.fsPath, (line) => {
    output.warn(line);
  });
  const logs = new LogDocuments(checks);
  const reports = new ReportPanels({ extensionUri, checks, connections, output, kept });
  latest = { checks, reports };
  const tree = new StuckTasksTree(checks);
  const treeView = vscode.window.createTreeView(VIEW, {
    treeDataProvider: tree,
    showCollapseAll: true,
    canSelectMany: true,
  });
  const fixes = new FixDocuments(checks);
  const services = { output, connections, checks, tree, treeView, logs, reports, fixes };
  const sweep = setTimeout(() => {
    reports.sweep();
  }, SWEEP_MS);
  context.subscriptions.push(
    channel,
    connections,
    checks,
    tree,
    treeView,
    logs,
    reports,
    fixes,
    new vscode.Disposable(() => {
      clearTimeout(sweep);
    }),
    registerViewStatus(services),
    registerConnectionStatus(connections),
    registerCheck(services),
    registerLog(services),
    registerExplain(services),
    registerReport(services, extensionUri),
    registerReportActions(services),
    registerReportAfterCheck(services, context.globalState),
    registerTreeActions(services),
    registerVerify(services),
    registerSource(services),
    registerFix(services),
    registerTaskLenses(checks),
    registerTaskLinks(),
    registerConnections(services),
  );
  return { stuckTasks: tree, reports, connections, storage: context.storageUri, state: () => checks.state };
}

/** The window closes: ends what runs, on the servers too, and writes what is kept, before the process goes. */
export async function deactivate(): Promise<void> {
  await Promise.all([latest?.checks.stop(), latest?.reports.close()]);
}
