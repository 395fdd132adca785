import type { ProblemKind } from '../../base/problem';
import type { PageAction, PanelState } from '../../report/panelMessages';

/** What the page shows as a whole. */
export type Screen =
  | 'opening'
  | 'result'
  /** Without any result: the first check runs, or why there is none. */
  | 'untrusted'
  | 'checking'
  | 'failed'
  | 'cancelled'
  | 'not-configured'
  | 'not-checked';

/** What stands over a result. */
export type Banner = 'running' | 'failed' | 'cancelled' | 'sample' | 'saved' | 'file' | 'tried';

/** @param hasResult undefined until the editor has said whether there is one */
export function screenOf(panel: PanelState | null, hasResult: boolean | undefined): Screen {
  if (panel === null || hasResult === undefined) return 'opening';
  if (hasResult) return 'result';
  if (panel.running) return 'checking';
  if (!panel.trusted) return 'untrusted';
  if (panel.problem) return panel.problem.kind === 'cancelled' ? 'cancelled' : 'failed';
  return panel.configured ? 'not-checked' : 'not-configured';
}

/** What must be said over a result, most urgent first; also whenever it is not what the latest check found. */
export function bannersOf({ origin, running, problem, triedRules = 0 }: PanelState): Banner[] {
  const banners: Banner[] = [];
  if (running) banners.push('running');
  else if (problem) banners.push(problem.kind === 'cancelled' ? 'cancelled' : 'failed');
  if (origin !== 'check') banners.push(origin);
  if (triedRules > 0) banners.push('tried');
  return banners;
}

export interface Step {
  readonly action: PageAction;
  readonly title: string;
}

const AGAIN: Step = { action: 'runAgain', title: 'Check Again' };
export const ADD_CONNECTION: Step = { action: 'addConnection', title: 'Add Connection' };
export const MANAGE_TRUST: Step = { action: 'manageTrust', title: 'Manage Trust' };
export const SHOW_OUTPUT: Step = { action: 'showOutput', title: 'Show Output' };
export const OPEN_SAMPLE: Step = { action: 'openSample', title: 'Open Sample Report' };
const SETTINGS: Step = { action: 'openSettings', title: 'Open Settings' };

/** The one thing to do about a check that failed; its message says what to look at. A new check asks for a password that was refused. */
export function cureOf(kind: ProblemKind, trusted: boolean): Step {
  switch (kind) {
    case 'database-missing':
    case 'table-missing':
    case 'wrong-table':
    case 'permission':
    case 'tls':
    case 'invalid':
      return SETTINGS;
    case 'not-configured':
      return trusted ? ADD_CONNECTION : MANAGE_TRUST;
    case 'unknown':
      return SHOW_OUTPUT;
    case 'authentication':
    case 'refused':
    case 'host-not-found':
    case 'unreachable':
    case 'too-many-connections':
    case 'timeout':
    case 'lock':
    case 'connection-lost':
    case 'cancelled':
      return AGAIN;
  }
}

/** What can be done with the report that is shown. */
export interface Offers {
  readonly runAgain: boolean;
  readonly verify: boolean;
  /** Whether the same check can be asked for younger tasks: it is of the connection that the next one uses. */
  readonly younger: boolean;
  /** The connection of the next check names no broker: ways to name one. Null where it does, and where none can be named from here. */
  readonly broker: readonly Step[] | null;
  /** Whether a fix script can be made: only of a check of this window, because rows move. */
  readonly fixScripts: boolean;
  /** Whether effect rules can be drafted: for tasks that are not made up. */
  readonly drafts: boolean;
  /** Whether there is an editor that opens logs and code, saves and copies. */
  readonly editor: boolean;
}

/** Until the editor has said what there is. */
export const NO_OFFERS: Offers = {
  runAgain: false,
  verify: false,
  younger: false,
  broker: null,
  fixScripts: false,
  drafts: false,
  editor: false,
};

const ADD_BROKER: Step = { action: 'addBroker', title: 'Add Broker…' };
const OPEN_ENV: Step = { action: 'openEnv', title: 'Open .env' };

/** @param unverified whether the shown result has stuck tasks whose execution was not looked at */
export function offersOf({ configured, trusted, origin, next }: PanelState, unverified: boolean): Offers {
  const editor = origin !== 'file';
  // A sample cannot be checked again: what comes next is a connection of one's own.
  const canRun = configured && trusted && editor && origin !== 'sample';
  return {
    runAgain: canRun,
    verify: canRun && unverified,
    younger: canRun && next !== undefined,
    broker: canRun ? brokerSteps(next?.noBroker) : null,
    fixScripts: trusted && origin === 'check',
    drafts: editor && origin !== 'sample',
    editor,
  };
}

function brokerSteps(noBroker: NonNullable<PanelState['next']>['noBroker']): readonly Step[] | null {
  if (!noBroker) return null;
  return noBroker.envFile ? [ADD_BROKER, OPEN_ENV] : [ADD_BROKER];
}
