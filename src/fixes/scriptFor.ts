import { ABOUT } from '../causes/about';
import type { AdviceId } from '../causes/cause';
import type { Diagnosis, OutcomeCount, Recommendation } from '../model/diagnosis';
import type { FixRow } from '../model/fix';
import { isAbout } from '../model/rowFilter';

/**
 * Statuses of finished rows that stay as they are: REVERSED was done and then undone. An ERROR may be false, as the admin's Resume leaves
 * one on rows that are finished.
 */
export const ENDED: readonly string[] = ['DONE', 'REVERSED'];

/** What is known of a row. Of all rows of an outcome, only the first three fields are known. */
type Fixable = Pick<FixRow, 'verdict' | 'confidence'> &
  Partial<Pick<FixRow, 'cause' | 'status' | 'twin' | 'twinUnknown'>>;

/** The kind of script that is for a row; undefined where there is none. */
export function scriptFor({ verdict, cause, confidence, status, ...row }: Fixable): 'done' | 'dispatch' | undefined {
  if (verdict === 'finished')
    return confidence === 'proven' && (status === undefined || !ENDED.includes(status)) ? 'done' : undefined;
  // That something is gone is seldom proven: every place was searched, which is what `likely` says.
  if (verdict !== 'lost' || confidence === 'possible' || row.twin || row.twinUnknown) return undefined;
  // The rows of other causes may have run in part: a person decides how they go on.
  return cause === undefined || ABOUT[cause].verdicts.lost?.dispatchable === true ? 'dispatch' : undefined;
}

/**
 * Whether *Generate Fix Script* has something to offer for tasks that were judged so: a script that changes their rows, or a cure of their
 * cause. Reading the rows again can still find that none is left.
 */
export function hasScript(outcomes: readonly Omit<OutcomeCount, 'count' | 'lastRuns'>[] | undefined): boolean {
  return (outcomes ?? []).some(
    (outcome) =>
      scriptFor(outcome) !== undefined || (outcome.cause !== undefined && ABOUT[outcome.cause].cure !== null),
  );
}

interface Judged {
  readonly taskTypes: readonly Pick<Diagnosis['taskTypes'][number], 'outcomes'>[];
}

/** Steps that a script takes: one that changes rows, or a patch of the library. For the others a script would be about something else. */
const SCRIPTED: readonly AdviceId[] = [
  'mark-done',
  'dispatch-lost',
  'patch-lost-update',
  'patch-retry',
  'circuit-breaker',
];

/** Whether *Generate Fix Script* has something to offer for a step of this Diagnosis. */
export function adviceHasScript({ taskTypes }: Judged, { id, about }: Pick<Recommendation, 'id' | 'about'>): boolean {
  if (about === undefined || !SCRIPTED.some((scripted) => scripted === id)) return false;
  return taskTypes.some(({ outcomes }) => hasScript(outcomes?.filter((outcome) => isAbout(about, outcome))));
}
