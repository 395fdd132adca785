import type { StuckRow, World } from '../../model/facts';
import { mayBeAfter } from '../../model/losses';
import { constant, type Claim, type Rule } from '../claim';
import { bodyEntered, ENOUGH_ROWS, historyOf, pagesLeft, retried } from '../rowState';

/** core/settings.py RETRIES_LIMIT: the attempt with this number records an error instead of asking again. */
const RETRIES_LIMIT = 10;

const ENDED = constant<Claim>({
  verdict: 'finished',
  cause: 'retry-not-recorded',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'Its retry ended well: the library never records that.',
  decidedBy: 'an effect rule for this task type, or the log of the worker at its last run',
});
const LIKELY_ENDED = constant<Claim>({
  ...ENDED,
  confidence: 'likely',
  why: 'Its retry ended well, which the library never records: no retry is waiting, the broker lost nothing, and no first run of this type was cut off.',
});

/** Since celery-task-manager 1.11.3 a run with `attempts` compares its page 0 with total_pages, so success after a retry is never recorded. */
export const retryNotRecorded: Rule = {
  name: 'retry-not-recorded',
  situations: [13],
  apply: ({ row, effect }, world) => {
    if (!bodyEntered(row) || row.message === 'circuit-open' || !retried(row) || pagesLeft(row)) return undefined;
    return effect?.says !== 'not-executed' && nothingElseIsSeen(row, world) ? LIKELY_ENDED : ENDED;
  },
};

/**
 * Its next retry could be lost, or its run cut off. The broker says that it lost nothing since; and runs that are cut off would be seen
 * in first runs of the type as well, which the library records when they end.
 */
function nothingElseIsSeen(row: StuckRow, world: World): boolean {
  const history = historyOf(row, world);
  // Of several pages, an earlier one may have asked for the retry.
  if ((row.totalPages ?? 1) > 1) return false;
  if (row.message !== 'empty' || (row.attempts ?? 0) >= RETRIES_LIMIT || !history) return false;
  if (history.done < ENOUGH_ROWS || history.cutOff > 0) return false;
  return world.losses.complete && !mayHaveLost(row, world);
}

/** Whether the broker may have lost a message since the row's last run: also a restart that kept its data may have cost the newest ones. */
function mayHaveLost({ lastRun }: StuckRow, { losses }: World): boolean {
  return losses.seen.some((loss) => mayBeAfter(loss, lastRun) && (loss.certain || loss.kind === 'restarted'));
}
