import * as vscode from 'vscode';
import { isHint } from '../../connect/profile';
import { CONTEXT } from '../shared/contributions';
import type { Checks } from '../checks/checks';
import type { Connections } from '../connections/connections';
import { connectionLabel } from '../connections/connectionStatus';
import { Throttle } from '../shared/throttle';
import { viewStatus } from './viewStatus';

interface Parts {
  readonly connections: Connections;
  readonly checks: Checks;
  readonly treeView: vscode.TreeView<unknown>;
}

const UNREADABLE = 'unreadable';
/**
 * VS Code shows a tree's message at once when there was none for 200 ms, else only when 200 ms have passed without another
 * (1.139, extHostTreeViews.ts): steps that follow each other faster would keep all of them from the screen.
 */
const MESSAGE_MS = 250;
/** The time goes on while a step takes long. */
const TICK_MS = 1000;

/** Keeps message, badge, description and the welcome view's context keys true to the latest check and connections. */
export function registerViewStatus({ connections, checks, treeView }: Parts): vscode.Disposable {
  let configured = false;
  let lookalikes = false;
  const clock = (time: Date): string =>
    time.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' });
  const contexts = new Map<string, unknown>();
  // A check of 2,000 task types says 2,000 times where it is: each key crosses to the editor only when it changes.
  const setContext = (key: string, value: unknown): void => {
    if (contexts.has(key) && contexts.get(key) === value) return;
    contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const message = new Throttle(() => {
    treeView.message = viewStatus(checks.state, configured, clock).message ?? '';
  }, MESSAGE_MS);
  let ticker: NodeJS.Timeout | undefined;
  const show = (): void => {
    const status = viewStatus(checks.state, configured, clock);
    const { running } = checks.state;
    // Beginning and end are said at once.
    if (!running === !ticker) message.call();
    else {
      clearInterval(ticker);
      const tick = (): void => {
        message.call();
      };
      ticker = running && setInterval(tick, TICK_MS);
      message.now();
    }
    if (treeView.badge?.value !== status.badge?.value) treeView.badge = status.badge;
    setContext(CONTEXT.state, status.state);
    setContext(CONTEXT.problem, status.problem);
    setContext(CONTEXT.lookalikes, lookalikes);
    setContext(CONTEXT.hasResult, checks.state.result !== undefined);
    setContext(CONTEXT.verified, checks.state.result?.diagnosis.parameters.checkExecution === true);
  };
  let latest = 0;
  const lookUp = async (): Promise<void> => {
    const turn = ++latest;
    const current = await connections.current().catch((): typeof UNREADABLE => UNREADABLE);
    const hinted = current === undefined && (await connections.list()).some(isHint);
    // A later look, which may have been faster, knows better.
    if (turn !== latest) return;
    lookalikes = hinted;
    const profile = current === UNREADABLE ? undefined : current;
    configured = current !== undefined;
    treeView.description = profile ? connectionLabel(profile) : '';
    // A URL with a slip in it, in the middle of typing, does not take a result away.
    if (current !== UNREADABLE || !checks.state.result) checks.keepOnly(profile);
    show();
  };
  void lookUp();
  return vscode.Disposable.from(
    new vscode.Disposable(() => {
      clearInterval(ticker);
      message.stop();
    }),
    checks.onDidChange(show),
    connections.onDidChange(() => void lookUp()),
  );
}
