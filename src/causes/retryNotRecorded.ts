import type { StuckRow, World } from '../model/facts';
import { mayBeAfter } from '../model/losses';
import { constant, type Claim, type TaskManagerRule } from './claim';
import { ENOUGH_ROWS, historyOf, retried } from './helpers';
import type { About } from './cause';
import type { TaskManagerFacts } from '../tables/taskManager/row';
import { LIBRARY_FILE, type LibraryPatch } from './libraryPatch';

/** Corrects the fault in the library. */
export const patch: LibraryPatch = {
  kind: 'patch',
  title: 'the row stays PENDING after a successful retry',
  action: `In ${LIBRARY_FILE} compare x.current_page at the end, instead of the local current_page`,
  why: 'After a retry, the local variable holds the previous page, so it never equals the last page (since 1.11.3).',
  hunk: [
    '@@ -255,3 +255,3 @@',
    ' ',
    '-            if x.total_pages == current_page:',
    '+            if x.total_pages == x.current_page:',
    '                 self._update_task_manager(x, status="DONE")',
  ],
};

export const about: About = {
  meaning: 'its retry succeeded, which the library does not record',
  phrase: '{tasks} succeeded on a retry, which the library did not record',
  verdicts: {
    finished: { refusal: null, advice: ['mark-done', 'confirm-finished', 'patch-retry'] },
  },
  cure: patch,
};

/** core/settings.py RETRIES_LIMIT: the attempt with this number records an error instead of asking again. */
const RETRIES_LIMIT = 10;

const ENDED = /* @__PURE__ */ constant<Claim>({
  verdict: 'finished',
  cause: 'retry-not-recorded',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'Its retry succeeded, which the library never records.',
  decidedBy: "add an effect rule for this task type, or check the worker's log at its last run",
});
const LIKELY_ENDED = /* @__PURE__ */ constant<Claim>(ENDED, {
  confidence: 'likely',
  why: 'Its retry succeeded, which the library never records: no retry is waiting, the broker lost nothing, and no first run of this type was cut off.',
});

/** Since celery-task-manager 1.11.3 a run with `attempts` compares page 0 with total_pages, so success after a retry is never recorded. */
export const retryNotRecorded: TaskManagerRule = {
  name: 'retry-not-recorded',
  situations: [13],
  for: 'celery-task-manager',
  apply: ({ row, effect }, world) => {
    if (!row.runs.mayHaveAskedAgain || !retried(row)) return undefined;
    return effect?.says !== 'not-executed' && nothingElseIsSeen(row, world) ? LIKELY_ENDED : ENDED;
  },
};

/**
 * Rules out the two other explanations: a lost retry and a run that was cut off. The broker lost nothing since, and if runs of the type
 * were cut off, some first runs would be too, whose ends the library records.
 */
function nothingElseIsSeen(row: TaskManagerFacts['row'], world: World): boolean {
  const history = historyOf(row, world);
  // With several pages, an earlier one may have asked for the retry.
  if (row.runs.inParts) return false;
  if (row.library.message !== 'empty' || (row.attempts ?? 0) >= RETRIES_LIMIT || !history) return false;
  if (history.done < ENOUGH_ROWS || history.cutOff > 0) return false;
  return world.losses.complete && !mayHaveLost(row, world);
}

/** Whether the broker may have lost a message since the row's last run: also a restart that kept its data may have cost the newest ones. */
function mayHaveLost({ lastRun }: StuckRow, { losses }: World): boolean {
  return losses.seen.some((loss) => mayBeAfter(loss, lastRun) && (loss.certain || loss.kind === 'restarted'));
}
