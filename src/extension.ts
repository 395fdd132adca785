import * as vscode from 'vscode';
import { registerCheck } from './commands/check';
import { registerConnections } from './commands/connections';
import { registerLog } from './commands/log';
import { registerTreeActions } from './commands/tree';
import { registerVerify } from './commands/verify';
import { VIEW } from './contributions';
import { Checks, type CheckState } from './editor/checks';
import { Connections } from './editor/connections';
import { registerLogDocument } from './views/logDocument';
import { StuckTasksTree } from './views/stuckTasksTree';
import { registerViewStatus } from './views/viewStatusBinding';

/** What tests in the extension host look at: the editor itself cannot be asked what a tree shows. */
export interface ExtensionApi {
  readonly stuckTasks: StuckTasksTree;
  readonly state: () => CheckState;
}

let latest: Checks | undefined;

/** Builds the parts and registers them. Awaits nothing, connects to nothing. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const output = vscode.window.createOutputChannel('Celery Tasks', { log: true });
  const connections = new Connections(context);
  const checks = new Checks(connections, output);
  latest = checks;
  const tree = new StuckTasksTree(checks);
  const treeView = vscode.window.createTreeView(VIEW, { treeDataProvider: tree, showCollapseAll: true });
  const services = { output, connections, checks, tree, treeView };
  context.subscriptions.push(
    output,
    connections,
    checks,
    tree,
    treeView,
    registerViewStatus(services),
    registerLogDocument(checks),
    registerCheck(services),
    registerLog(services),
    registerTreeActions(services),
    registerVerify(services),
    registerConnections(services),
  );
  return { stuckTasks: tree, state: () => checks.state };
}

/** The window closes: ends what runs, on the servers too, before the process goes. */
export async function deactivate(): Promise<void> {
  await latest?.stop();
}
