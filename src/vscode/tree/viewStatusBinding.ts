import * as vscode from 'vscode';
import { isHint, type ConnectionProfile } from '../../connect/profile';
import { CONTEXT } from '../shared/contributions';
import { checkSettings } from '../shared/settings';
import type { Checks } from '../checks/checks';
import { knowsBroker } from '../checks/verificationConsent';
import type { Connections } from '../connections/connections';
import { connectionLabel } from '../connections/connectionStatus';
import { Throttle } from '../shared/throttle';
import { noticesOf } from './notices';
import { ownClock, type StuckTasksTree } from './stuckTasksTree';
import { isFiltered } from './treeLook';
import { viewStatus, type ViewStatus } from './viewStatus';

interface Parts {
  readonly connections: Connections;
  readonly checks: Checks;
  readonly tree: StuckTasksTree;
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
/** How old a result is, is said in minutes. */
const AGE_MS = 30_000;

/** Keeps message, badge, description, notices and context keys true to the latest check and connections. */
export function registerViewStatus({ connections, checks, tree, treeView }: Parts): vscode.Disposable {
  let configured = false;
  let lookalikes = false;
  let inUse: ConnectionProfile | undefined;
  const contexts = new Map<string, unknown>();
  // A check of 2,000 task types says 2,000 times where it is: each key crosses to the editor only when it changes.
  const setContext = (key: string, value: unknown): void => {
    if (contexts.has(key) && contexts.get(key) === value) return;
    contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const status = (): ViewStatus =>
    viewStatus(checks.state, {
      configured,
      clock: ownClock,
      now: new Date(),
      elapsed: performance.now(),
      usualHours: usualHours(),
      filter: tree.look.filter,
    });
  const message = new Throttle(() => {
    const text = status().message ?? '';
    if (treeView.message !== text) treeView.message = text;
  }, MESSAGE_MS);
  let ticker: NodeJS.Timeout | undefined;
  let told: readonly unknown[] = [];
  const show = (): void => {
    const { running, result, problem, failedOn } = checks.state;
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
    // A step of a check changes the message alone.
    const seen = [
      !running,
      result,
      problem,
      failedOn,
      tree.look,
      inUse,
      configured,
      lookalikes,
      vscode.workspace.isTrusted,
    ];
    if (seen.every((one, at) => one === told[at])) return;
    told = seen;
    const { state, badge } = status();
    if (treeView.badge?.value !== badge?.value) treeView.badge = badge;
    const filtered = isFiltered(tree.look.filter);
    setContext(CONTEXT.state, state);
    setContext(CONTEXT.lookalikes, lookalikes);
    setContext(CONTEXT.running, running !== undefined);
    setContext(CONTEXT.filtered, filtered);
    setContext(CONTEXT.hasResult, result !== undefined);
    setContext(CONTEXT.verified, result?.diagnosis.parameters.checkExecution === true);
    tree.notices = noticesOf(checks.state, {
      trusted: vscode.workspace.isTrusted,
      broker: inUse !== undefined && knowsBroker(inUse),
      filtered,
      nothingLeft: filtered && tree.visibleCells?.length === 0,
    });
  };
  let latest = 0;
  const lookUp = async (): Promise<void> => {
    const turn = ++latest;
    const current = await connections.current().catch((): typeof UNREADABLE => UNREADABLE);
    const entries = await connections.list();
    const hinted = current === undefined && entries.some(isHint);
    // A later look, which may have been faster, knows better.
    if (turn !== latest) return;
    lookalikes = hinted;
    inUse = current === UNREADABLE ? undefined : current;
    configured = current !== undefined;
    treeView.description = inUse ? connectionLabel(inUse) : '';
    checks.forgetOthers(entries);
    // A URL with a slip in it, in the middle of typing, does not take a result away.
    if (current !== UNREADABLE || !checks.state.result) checks.turnTo(inUse);
    show();
  };
  void lookUp();
  const aging = setInterval(() => {
    if (checks.state.result && !checks.state.running && treeView.visible) message.call();
  }, AGE_MS);
  return vscode.Disposable.from(
    new vscode.Disposable(() => {
      clearInterval(ticker);
      clearInterval(aging);
      message.stop();
    }),
    checks.onDidChange(show),
    tree.onDidChangeTreeData((node) => {
      if (node === undefined) show();
    }),
    treeView.onDidChangeVisibility(({ visible }) => {
      if (visible) message.call();
    }),
    connections.onDidChange(() => void lookUp()),
  );
}

/** Undefined where the settings cannot be used. */
function usualHours(): number | undefined {
  try {
    return checkSettings().hours;
  } catch {
    return undefined;
  }
}
