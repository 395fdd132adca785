import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import { hiddenRows } from '../../model/hidden';
import type { Diagnosis } from '../../model/diagnosis';
import { parseHours, parseLimit, parseStatuses } from '../../model/parameters';
import { Problem } from '../../base/problem';
import { formatProgress } from '../../model/progress';
import type { CheckState } from './checks';
import { requireTrust } from '../connections/connections';
import { toProblem } from '../problems/problems';
import type { CheckRequest } from '../shared/settings';
import { cancellable } from '../shared/cancellable';
import { showWithCure } from '../problems/actions';
import type { Services } from '../shared/services';

/** Registers "Check Task Status", the same with options or with verification, and "Refresh". Each gives the Diagnosis, or undefined when there is none. */
export function registerCheck(services: Services): vscode.Disposable {
  const { checks } = services;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.check, (overrides?: unknown) =>
      check(services, () => readOverrides(overrides)),
    ),
    vscode.commands.registerCommand(COMMANDS.checkWithOptions, () =>
      check(services, async () => {
        const { askOptions } = await import('./askOptions');
        return await askOptions(checks.lastOverrides);
      }),
    ),
    vscode.commands.registerCommand(COMMANDS.verifyExecution, () =>
      check(services, () => ({ ...checks.lastOverrides, checkExecution: true })),
    ),
    vscode.commands.registerCommand(COMMANDS.refresh, () => check(services, () => checks.lastOverrides)),
  );
}

/**
 * Runs one check from question to result. A failure is shown and kept over the tree; it is never thrown at the caller.
 * @param ask gives what this run changes of the settings; undefined when the person thought better of it
 */
async function check(
  services: Services,
  ask: () => Partial<CheckRequest> | undefined | Promise<Partial<CheckRequest> | undefined>,
): Promise<Diagnosis | undefined> {
  let profile: ConnectionProfile | undefined;
  try {
    profile = await configuredConnection(services);
    if (!profile) return undefined;
    const overrides = await ask();
    if (!overrides) return undefined;
    const diagnosis = await runWithProgress(services, profile, overrides);
    await revealResult(services);
    return diagnosis;
  } catch (error) {
    const problem = toProblem(error);
    if (services.checks.state.problem !== problem) services.checks.fail(problem);
    showWithCure(services, problem, profile);
    return undefined;
  }
}

/** The connection to use; asks for one when none is known. @throws Problem when the workspace is not trusted */
export async function configuredConnection({ connections }: Services): Promise<ConnectionProfile | undefined> {
  requireTrust();
  const profile = await connections.current();
  if (profile) return profile;
  await vscode.commands.executeCommand(COMMANDS.addConnection);
  return await connections.current();
}

async function runWithProgress(
  { checks }: Services,
  profile: ConnectionProfile,
  overrides: Partial<CheckRequest>,
): Promise<Diagnosis> {
  return await cancellable('Checking task status', async (signal, progress) => {
    const report = ({ running }: CheckState): void => {
      if (!running?.progress) return;
      // The time goes on while a step takes long: a person sees that it still works, and at what.
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

/** Brings the view forward without taking the keyboard from where the person types; an empty tree cannot be brought. */
async function revealResult({ checks, tree, treeView }: Services): Promise<void> {
  if (treeView.visible) return;
  const [first] = tree.getChildren();
  if (first) {
    // A check that ended in this moment has other nodes, and brings the view forward itself.
    await Promise.resolve(treeView.reveal(first, { select: false, focus: false })).catch(() => undefined);
  } else if (checks.state.result) {
    const { parameters, sources } = checks.state.result.diagnosis;
    const { hours, statuses } = parameters;
    const hidden = hiddenRows(sources);
    if (hidden !== null) {
      void vscode.window.showWarningMessage(
        `No task is ${statuses.join(' or ')} for ${String(hours)} hours or more among the rows that the check sees. ${hidden}.`,
      );
      return;
    }
    void vscode.window.showInformationMessage(
      `Nothing is stuck: no task is ${statuses.join(' or ')} for ${String(hours)} hours or more.`,
    );
  }
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
