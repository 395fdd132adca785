import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import type { Connections } from './connections';
import { connectionStatus } from './connectionStatus';

const ID = 'celeryTasks.connection';
const BACKGROUNDS = {
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
} as const;

/** Keeps the status bar true to the connection in use. It is read from settings and files; nothing is connected for it. */
export function registerStatusBar(connections: Connections): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(ID, vscode.StatusBarAlignment.Left, 0);
  item.name = 'Celery Tasks Connection';
  let latest = 0;
  const show = async (): Promise<void> => {
    const turn = ++latest;
    const current = await connections.current().catch(toProblem);
    // A later look, which may have been faster, knows better.
    if (turn !== latest) return;
    const status = connectionStatus(vscode.workspace.isTrusted, current);
    if (!status) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.command = status.command;
    item.backgroundColor = status.background && BACKGROUNDS[status.background];
    item.accessibilityInformation = { label: status.spoken, role: 'button' };
    item.show();
  };
  void show();
  return vscode.Disposable.from(
    item,
    connections.onDidChange(() => void show()),
  );
}
