import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import type { Diagnosis } from '../../model/diagnosis';
import { parseHours, parseLimit } from '../../model/parameters';
import { parseStatuses } from '../../tables/parameters';
import { Problem, toProblem } from '../../base/problem';
import { formatProgress } from '../../model/progress';
import type { Checks } from './checks';
import type { CheckState } from './checkState';
import type { Connections } from '../connections/connections';
import { registerExplainScan } from './explainScan';
import type { CheckRequest } from '../shared/settings';
import { cancellable } from '../shared/cancellable';
import type { ShowConnectionProblem } from '../problems/actions';

interface Parts {
  readonly checks: Checks;
  readonly connections: Connections;
  readonly showConnectionProblem: ShowConnectionProblem;
  /** Brings a new result to the user's eyes. */
  readonly showResult: () => Promise<void>;
}

/**
 * Registers "Check Task Status", the same with options or with verification, and "Refresh"; each returns the Diagnosis, or undefined when
 * there is none. "Explain the Scan" comes with them.
 */
export function registerChecks(parts: Parts): vscode.Disposable {
  const { checks } = parts;
  const register = (
    command: string,
    ask: (wanted?: unknown) => Partial<CheckRequest> | undefined | Promise<Partial<CheckRequest> | undefined>,
  ): vscode.Disposable =>
    vscode.commands.registerCommand(command, (wanted?: unknown) => check(parts, () => ask(wanted)));
  return vscode.Disposable.from(
    register(COMMANDS.check, readOverrides),
    register(COMMANDS.checkWithOptions, async () => {
      const { askOptions } = await import('./askOptions');
      return await askOptions(checks.lastOverrides, checks.state.result?.diagnosis);
    }),
    register(COMMANDS.verifyExecution, () => ({ ...checks.lastOverrides, checkExecution: true })),
    register(COMMANDS.refresh, () => checks.lastOverrides),
    registerExplainScan(parts),
  );
}

/**
 * Runs one check from question to result. A failure is shown and kept over the tree; it is never thrown at the caller.
 * @param ask gives what this run changes of the settings; undefined when the user escaped
 */
async function check(
  { checks, connections, showConnectionProblem, showResult }: Parts,
  ask: () => Partial<CheckRequest> | undefined | Promise<Partial<CheckRequest> | undefined>,
): Promise<Diagnosis | undefined> {
  let profile: ConnectionProfile | undefined;
  try {
    profile = await connections.configured();
    if (!profile) return undefined;
    const overrides = await ask();
    if (!overrides) return undefined;
    const diagnosis = await runWithProgress(checks, profile, overrides);
    await showResult();
    return diagnosis;
  } catch (error) {
    const problem = toProblem(error);
    if (checks.state.problem !== problem) checks.fail(problem);
    showConnectionProblem(problem, profile);
    return undefined;
  }
}

async function runWithProgress(
  checks: Checks,
  profile: ConnectionProfile,
  overrides: Partial<CheckRequest>,
): Promise<Diagnosis> {
  return await cancellable('Checking task status', async (signal, progress) => {
    const report = ({ running }: CheckState): void => {
      if (!running?.progress) return;
      // The time goes on while a step takes long: the user sees that it still works, and on what.
      progress.report({
        message: formatProgress({ ...running.progress, elapsedMs: performance.now() - running.beganAt }),
      });
    };
    const listener = checks.onDidChange(report);
    const ticker = setInterval(() => {
      report(checks.state);
    }, 1000);
    try {
      return (await checks.run(profile, overrides, signal)).diagnosis;
    } finally {
      clearInterval(ticker);
      listener.dispose();
    }
  });
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
