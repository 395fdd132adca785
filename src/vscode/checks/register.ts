import * as vscode from 'vscode';
import { isBroken, type ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import type { Diagnosis } from '../../model/diagnosis';
import { parseHours, parseLimit } from '../../model/parameters';
import { parseStatuses } from '../../tables/parameters';
import { Problem, toProblem } from '../../base/problem';
import type { Checks } from './checks';
import type { FailedOn } from './checkState';
import type { Connections } from '../connections/connections';
import { registerExplainScan } from './explainScan';
import type { CheckRequest } from '../shared/settings';
import type { ShowConnectionProblem } from '../problems/actions';
import { registerStatusBar } from './statusBar';
import type { VerificationConsent } from './verificationConsent';

interface Parts {
  readonly checks: Checks;
  readonly connections: Connections;
  readonly consent: Pick<VerificationConsent, 'decide'>;
  readonly showConnectionProblem: ShowConnectionProblem;
  /** Whether the view says what a failed check says, with what to do about it. */
  readonly isViewVisible: () => boolean;
  /** Brings a new result to the user's eyes. */
  readonly showResult: () => Promise<void>;
}

type Overrides = Partial<CheckRequest> | undefined;
type Ask = (profile: ConnectionProfile) => Overrides | Promise<Overrides>;

/**
 * Registers "Check Task Status", the same with options or with verification, "Refresh" and "Cancel"; each check returns the Diagnosis, or
 * undefined when there is none. "Explain the Query" and the status bar come with them.
 */
export function registerChecks(parts: Parts): vscode.Disposable {
  const { checks, connections } = parts;
  const register = (command: string, ask: (profile: ConnectionProfile, wanted?: unknown) => ReturnType<Ask>) =>
    vscode.commands.registerCommand(command, (wanted?: unknown) => check(parts, (profile) => ask(profile, wanted)));
  return vscode.Disposable.from(
    registerStatusBar(connections, checks),
    register(COMMANDS.check, (_, wanted) => readOverrides(wanted)),
    register(COMMANDS.checkWithOptions, async (profile) => {
      const { askOptions } = await import('./askOptions');
      return await askOptions(checks.lastOverrides(profile), checks.state.result?.diagnosis);
    }),
    register(COMMANDS.verifyExecution, (profile) => ({ ...checks.lastOverrides(profile), checkExecution: true })),
    register(COMMANDS.refresh, (profile) => checks.lastOverrides(profile)),
    vscode.commands.registerCommand(COMMANDS.cancelCheck, () => {
      checks.cancel();
    }),
    registerExplainScan(parts),
  );
}

/**
 * Runs one check from question to result. A failure is shown and kept over the tree; it is never thrown at the caller.
 * @param ask gives what this run changes of the settings; undefined when the user escaped
 */
async function check(
  { checks, connections, consent, showConnectionProblem, isViewVisible, showResult }: Parts,
  ask: Ask,
): Promise<Diagnosis | undefined> {
  let profile: ConnectionProfile | undefined;
  try {
    profile = await connections.configured();
    if (!profile) return undefined;
    const wanted = await ask(profile);
    const answer = wanted && (await consent.decide(profile, wanted));
    if (!answer) return undefined;
    const { diagnosis } = await checks.run(profile, answer.overrides, undefined, answer.decided);
    await showResult();
    return diagnosis;
  } catch (error) {
    const problem = toProblem(error);
    if (checks.state.problem !== problem) checks.fail(problem, profile ?? (await brokenInUse(connections)));
    if (!isViewVisible()) showConnectionProblem(problem, profile);
    return undefined;
  }
}

/** The connection that is in use and cannot be used. */
async function brokenInUse(connections: Connections): Promise<FailedOn | undefined> {
  const entry = await connections.inUse().catch(() => undefined);
  return entry && isBroken(entry) ? entry : undefined;
}

/** Reads what a caller of the command passed: any of hours, limit, statuses, checkExecution, askWorkers. @throws Problem `invalid` */
function readOverrides(value: unknown): Partial<CheckRequest> {
  if (typeof value !== 'object' || value === null) return {};
  const { hours, limit, statuses, checkExecution, askWorkers } = value as Record<string, unknown>;
  return {
    ...(hours === undefined ? {} : { hours: parseHours(hours, 'hours') }),
    ...(limit === undefined ? {} : { limit: parseLimit(limit, 'limit') }),
    ...(statuses === undefined ? {} : { statuses: parseStatuses(statuses, 'statuses') }),
    ...(checkExecution === undefined ? {} : { checkExecution: parseSwitch(checkExecution, 'checkExecution') }),
    ...(askWorkers === undefined ? {} : { askWorkers: parseSwitch(askWorkers, 'askWorkers') }),
  };
}

function parseSwitch(value: unknown, label: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new Problem('invalid', `${label} must be true or false.`);
}
