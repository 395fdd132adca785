import { ageText, roundAge } from '../../base/age';
import { number } from '../../base/numbers';
import type { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { totalStuck, type Diagnosis } from '../../model/diagnosis';
import { hiddenRows } from '../../model/hidden';
import { answerOf } from '../../report/summary';
import { sumVerdicts, verdictMargins, verdictShares } from '../../report/verdictText';
import type { CheckResult, CheckState, SinceBefore } from '../checks/checkState';
import { connectionLabel } from '../connections/connectionStatus';
import { filterText, isFiltered, NO_FILTER, type TreeFilter } from './treeLook';

/** What the view shows; the `when` clauses of package.json know these words. */
export type ViewState = 'not-configured' | 'not-checked' | 'checking' | 'failed' | 'clean' | 'hidden' | 'stuck';

export interface ViewStatus {
  readonly state: ViewState;
  /** Undefined while the tree is empty and no check runs: a message would hide the welcome view. */
  readonly message: string | undefined;
  readonly badge: { readonly value: number; readonly tooltip: string } | undefined;
}

/** What the view depends on besides the checks. */
export interface ViewSurroundings {
  /** Whether there is any connection that a check could use. */
  readonly configured: boolean;
  /** Formats a time for the user's own clock. */
  readonly clock: (time: Date) => string;
  /** This machine's clock. */
  readonly now: Date;
  /** By the clock of `running.beganAt`. */
  readonly elapsed: number;
  /** The hours of the settings; undefined where these cannot be used. */
  readonly usualHours: number | undefined;
  readonly filter?: TreeFilter;
}

/** The text above the tree, in one line: the answer, its age, and whose it is. */
export function viewStatus(check: CheckState, around: ViewSurroundings): ViewStatus {
  const { running, result } = check;
  return {
    state: viewState(check, around.configured),
    message: running ? runningMessage(running, around.elapsed) : settledMessage(check, around),
    badge: result && badgeOf(result.diagnosis),
  };
}

/** Why the latest check gave no result. A cancel is no failure. */
export function failureOf({ problem }: Pick<CheckState, 'problem'>): Problem | undefined {
  return problem && problem.kind !== 'cancelled' ? problem : undefined;
}

function viewState(check: CheckState, configured: boolean): ViewState {
  const { running, result } = check;
  if (result) {
    if (result.diagnosis.taskTypes.length > 0) return 'stuck';
    return hiddenRows(result.diagnosis.sources) === null ? 'clean' : 'hidden';
  }
  if (running) return 'checking';
  if (failureOf(check)) return 'failed';
  return configured ? 'not-checked' : 'not-configured';
}

/** `Checking… 3 of 5 · 2 s · Querying database for stuck tasks`. What changes every second comes first: the rest is long and may wrap. */
function runningMessage({ beganAt, progress }: NonNullable<CheckState['running']>, now: number): string {
  const seconds = String(Math.round((now - beganAt) / 1000));
  if (!progress) return `Checking… ${seconds} s`;
  const { step, steps, label } = progress;
  return `Checking… ${String(step)} of ${String(steps)} · ${seconds} s · ${escapeUnsafe(label).replace(/\.\.\.$/, '')}`;
}

function settledMessage(check: CheckState, around: ViewSurroundings): string | undefined {
  const { result, failedOn } = check;
  const failed = failureOf(check);
  const shown = result && resultMessage(result, around);
  if (!failed) return shown;
  const on = failedOn ? `${connectionLabel(failedOn)}: ` : '';
  if (shown === undefined) return `⚠ ${on}${failed.message}`;
  return `⚠ Last check failed: ${on}${failed.message} Showing the previous result: ${shown}`;
}

function resultMessage({ diagnosis, profile, finishedAt, since }: CheckResult, around: ViewSurroundings): string {
  const { filter = NO_FILTER } = around;
  const age = ageOf(finishedAt, around.now);
  const found =
    diagnosis.taskTypes.length === 0
      ? [`${sentences(nothing(diagnosis))}${changeText(since, around.clock, ' ')}`]
      : [`${stuckText(diagnosis, around)}${changeText(since, around.clock, ' ')}`, ...verdictsText(diagnosis)];
  const only = isFiltered(filter) ? [`filter: ${filterText(filter)}`] : [];
  return [...found, ...only, age, connectionLabel(profile)].join(' · ');
}

/** `148,708 stuck`; the hours too where they are not the usual ones. */
function stuckText(diagnosis: Diagnosis, { usualHours }: ViewSurroundings): string {
  const { hours } = diagnosis.parameters;
  const over = usualHours === undefined || usualHours === hours ? '' : ` over ${hoursWords(hours)}`;
  return `${number(totalStuck(diagnosis))} stuck${over}`;
}

function hoursWords(hours: number): string {
  return hours < 48 ? `${number(hours)} h` : roundAge(hours * 3600);
}

/** The two greatest shares: a third one would begin a line of its own. */
function verdictsText({ taskTypes, parameters }: Diagnosis): string[] {
  if (!parameters.checkExecution) return ['counts only'];
  const shares = verdictShares(sumVerdicts(taskTypes) ?? {}, verdictMargins(taskTypes));
  return shares.slice(0, 2).map(({ percent, verdict }) => `${percent} ${verdict}`);
}

/** That nothing is old enough never stands alone: how many younger ones there are follows. */
function nothing(diagnosis: Diagnosis): string[] {
  const { stuck, younger } = answerOf(diagnosis);
  return [stuck, ...(younger === null ? [] : [younger])];
}

function sentences(parts: readonly string[]): string {
  return parts.map((part) => `${part}.`).join(' ');
}

/** ` (−6,480 since 01:42)` */
function changeText(since: SinceBefore | undefined, clock: (time: Date) => string, before: string): string {
  if (since?.change === undefined) return '';
  const { change } = since;
  const words = change === 0 ? 'unchanged' : `${change > 0 ? '+' : '−'}${number(Math.abs(change))}`;
  return `${before}(${words} since ${clock(since.at)})`;
}

/** `just now`, `12 min ago` */
export function ageOf(time: Date, now: Date): string {
  const seconds = (now.getTime() - time.getTime()) / 1000;
  return seconds < 60 ? 'just now' : `${ageText(seconds)} ago`;
}

/** Tasks that will not get on by themselves. */
function badgeOf({ taskTypes }: Diagnosis): ViewStatus['badge'] {
  const { lost = 0, failed = 0 } = sumVerdicts(taskTypes) ?? {};
  if (lost + failed === 0) return undefined;
  const parts = [lost > 0 ? `${number(lost)} lost` : '', failed > 0 ? `${number(failed)} failed` : ''];
  return { value: lost + failed, tooltip: `Tasks that need a decision: ${parts.filter(Boolean).join(', ')}` };
}
