import { totalStuck, type Diagnosis } from '../../model/diagnosis';
import { stateOf, type SourceReport, type SourceState } from '../../model/sources';
import { hiddenRows } from '../../model/hidden';
import type { CheckResult, CheckState } from '../checks/checkState';
import type { Problem, ProblemKind } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { sumVerdicts, verdictMargins } from '../../report/verdictText';
import { number } from '../../base/numbers';
import { connectionLabel } from '../connections/connectionStatus';
import { verdictSummary } from './verdictLooks';

/** Which welcome view fits; the `when` clauses of package.json know these words. */
export type WelcomeState = 'not-configured' | 'not-checked' | 'checking' | 'failed' | 'clean' | 'hidden' | 'stuck';

export interface ViewStatus {
  readonly state: WelcomeState;
  /** Undefined while the tree is empty and no check runs: a message would hide the welcome view. */
  readonly message: string | undefined;
  /** Which welcome view of a failed check fits. */
  readonly problem: ProblemKind | undefined;
  readonly badge: { readonly value: number; readonly tooltip: string } | undefined;
}

/**
 * The text above the tree: when, where and how much, or why there is nothing.
 * @param configured whether there is any connection that a check could use
 * @param clock formats a time for the user's own clock
 * @param now by the clock of `running.beganAt`
 */
export function viewStatus(
  check: CheckState,
  configured: boolean,
  clock: (time: Date) => string,
  now = performance.now(),
): ViewStatus {
  const { running, result, problem } = check;
  const failed = problem && problem.kind !== 'cancelled' ? problem : undefined;
  return {
    state: welcomeState(check, configured),
    message: running ? runningMessage(running, now) : result && treeMessage(result, failed, clock),
    problem: failed?.kind,
    badge: result && badgeOf(result),
  };
}

function welcomeState({ running, result, problem }: CheckState, configured: boolean): WelcomeState {
  if (result) {
    if (result.diagnosis.taskTypes.length > 0) return 'stuck';
    return hiddenRows(result.diagnosis.sources) === null ? 'clean' : 'hidden';
  }
  if (running) return 'checking';
  if (problem && problem.kind !== 'cancelled') return 'failed';
  return configured ? 'not-checked' : 'not-configured';
}

/** `Checking prod: step 3 of 5, 2 s · Querying database...` What changes every second comes first: the rest is long and may wrap. */
function runningMessage({ profile, beganAt, progress }: NonNullable<CheckState['running']>, now: number): string {
  const step = progress ? `${String(progress.step)} of ${String(progress.steps)}` : '1';
  const seconds = String(Math.round((now - beganAt) / 1000));
  const label = progress ? ` · ${escapeUnsafe(progress.label)}` : '…';
  return `Checking ${connectionLabel(profile)}: step ${step}, ${seconds} s${label}`;
}

function treeMessage(
  result: CheckResult,
  failed: Problem | undefined,
  clock: (time: Date) => string,
): string | undefined {
  const { taskTypes, otherStatuses, sources } = result.diagnosis;
  const summary = resultMessage(result, clock);
  if (failed) return `⚠ The latest check failed: ${failed.message} Shown is the one before: ${summary}`;
  const nothing = taskTypes.length + otherStatuses.length === 0 && hiddenRows(sources) === null;
  return nothing ? undefined : summary;
}

function resultMessage({ diagnosis, profile, finishedAt }: CheckResult, clock: (time: Date) => string): string {
  const { hours, statuses } = diagnosis.parameters;
  const types = diagnosis.taskTypes.length;
  const hidden = hiddenRows(diagnosis.sources);
  const found =
    types === 0
      ? `nothing stuck over ${String(hours)} h${hidden === null ? '' : ' among the rows that it sees'}`
      : `${number(totalStuck(diagnosis))} ${statuses.join(', ')} over ${String(hours)} h in ${number(types)} ${types === 1 ? 'type' : 'types'}`;
  const parts = [`${found}${answer(diagnosis)}`, `${clock(finishedAt)} on ${connectionLabel(profile)}`];
  return `${parts.join(' · ')}${hidden === null ? '' : ` ⚠ ${hidden}`}${unread(diagnosis.sources)}`;
}

/** What became of the stuck rows, in one line. */
function answer({ taskTypes, parameters }: Diagnosis): string {
  if (taskTypes.length === 0) return '';
  if (!parameters.checkExecution) return ' · execution not verified';
  const sums = sumVerdicts(taskTypes);
  return sums ? `: ${verdictSummary(sums, ' · ', 3, verdictMargins(taskTypes))}` : '';
}

/**
 * Sources that failed, each reason once. Sources that were read in part or are not configured are listed without a reason; what may hide
 * rows of the table comes before.
 */
function unread(sources: readonly SourceReport[]): string {
  const failed = new Map<string, string[]>();
  for (const { name, detail } of sources.filter(({ state }) => state === 'unavailable')) {
    failed.set(detail, [...(failed.get(detail) ?? []), name]);
  }
  const named = (state: SourceState): string[] =>
    sources.filter((source) => stateOf(source) === state && source.name !== 'postgres').map(({ name }) => name);
  const [partial, missing] = [named('partial'), named('not-configured')];
  return [
    ...[...failed].map(([detail, names]) => ` ⚠ ${names.join(', ')} could not be read: ${escapeUnsafe(detail)}`),
    ...(partial.length === 0 ? [] : [` · read in part: ${partial.join(', ')}`]),
    ...(missing.length === 0 ? [] : [` · not configured: ${missing.join(', ')}`]),
  ].join('');
}

function badgeOf({ diagnosis }: CheckResult): ViewStatus['badge'] {
  const types = diagnosis.taskTypes.length;
  if (types === 0) return undefined;
  return { value: types, tooltip: `${number(types)} task ${types === 1 ? 'type' : 'types'} with stuck tasks` };
}
