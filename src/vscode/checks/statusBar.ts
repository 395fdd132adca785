import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { sameServer } from '../../connect/profile';
import { totalStuck } from '../../model/diagnosis';
import type { Connections } from '../connections/connections';
import { connectionStatus, type CheckedStatus } from '../connections/connectionStatus';
import type { CheckStates } from './checkState';

const ID = 'celeryTasks.connection';
const BACKGROUNDS = {
  error: new vscode.ThemeColor('statusBarItem.errorBackground'),
  warning: new vscode.ThemeColor('statusBarItem.warningBackground'),
} as const;

/** Keeps the status bar true to the connection in use and to its check. Nothing is connected for it. */
export function registerStatusBar(connections: Connections, checks: CheckStates): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(ID, vscode.StatusBarAlignment.Left, 0);
  item.name = 'Celery Tasks Connection';
  let latest = 0;
  let current: Awaited<ReturnType<Connections['current']>> | ReturnType<typeof toProblem>;
  let shown = '';
  const show = (): void => {
    const status = connectionStatus(vscode.workspace.isTrusted, current, checkedStatus());
    // A check says many times a second where it is, and the bar says the same all the while.
    const key = JSON.stringify(status ?? null);
    if (key === shown) return;
    shown = key;
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
  const checkedStatus = (): CheckedStatus => {
    const { running, result } = checks.state;
    if (running) return { running: true };
    if (!result || !current || !('database' in current) || !sameServer(result.profile, current)) return {};
    return { stuck: totalStuck(result.diagnosis) };
  };
  const lookUp = async (): Promise<void> => {
    const turn = ++latest;
    const found = await connections.current().catch(toProblem);
    // A later look, which may have been faster, knows better.
    if (turn !== latest) return;
    current = found;
    show();
  };
  void lookUp();
  return vscode.Disposable.from(
    item,
    connections.onDidChange(() => void lookUp()),
    checks.onDidChange(show),
  );
}
