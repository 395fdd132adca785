import * as vscode from 'vscode';
import { CONTEXT } from '../contributions';
import type { Checks } from '../editor/checks';
import { sameServer } from '../connection/profile';
import type { Connections } from '../editor/connections';
import { viewStatus } from './viewStatus';

interface Parts {
  readonly connections: Connections;
  readonly checks: Checks;
  readonly treeView: vscode.TreeView<unknown>;
}

/** Keeps message, badge, description and the welcome view's context keys true to the latest check and connections. */
export function registerViewStatus({ connections, checks, treeView }: Parts): vscode.Disposable {
  let configured = false;
  const clock = (time: Date): string =>
    time.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  const show = (): void => {
    const status = viewStatus(checks.state, configured, clock);
    treeView.message = status.message ?? '';
    treeView.badge = status.badge;
    void vscode.commands.executeCommand('setContext', CONTEXT.state, status.state);
    void vscode.commands.executeCommand('setContext', CONTEXT.problem, status.problem);
    void vscode.commands.executeCommand('setContext', CONTEXT.hasResult, checks.state.result !== undefined);
  };
  const lookUp = async (): Promise<void> => {
    const profile = await connections.current().catch(() => undefined);
    configured = profile !== undefined || (await connections.list()).length > 0;
    treeView.description = profile?.name ?? '';
    // A result of another connection must not stand under this one's name, nor a failure that may be cured now.
    const shown = checks.state.result?.profile;
    if (!shown || !profile || !sameServer(shown, profile)) checks.reset();
    show();
  };
  void lookUp();
  return vscode.Disposable.from(
    checks.onDidChange(show),
    connections.onDidChange(() => void lookUp()),
  );
}
