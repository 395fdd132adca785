import { constant, type Claim, type Rule } from '../claim';
import { ENOUGH_ROWS, historyOf, pagesLeft } from '../fingerprints';

/** More of its paged rows than this stop before their last page: a habit, and no accident. */
const HABIT = 0.05;

const INTERRUPTED = constant<Claim>({
  verdict: 'lost',
  cause: 'page-interrupted',
  confidence: 'likely',
  ifNowhere: 'anywhere',
  why: 'It stands before its last page, and no page of it is queued or running.',
  decidedBy: 'the log of the worker at its last run',
});
const MAYBE_INTERRUPTED = constant<Claim>({ ...INTERRUPTED, confidence: 'possible' });
const ENDED_EARLY = constant<Claim>({
  verdict: 'finished',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'It ended before its last page: tasks of this type may stop when there is nothing left to do.',
  decidedBy: 'the code of the task, or the log of the worker at its last run',
});

/**
 * It stands before its last page, and no page is queued or running: a page was interrupted, or the message of the next one is gone. A task
 * that has nothing left to do on a later page looks the same, since only the last page is recorded as DONE (core/decorators.py).
 */
export const pageInterrupted: Rule = {
  name: 'page-interrupted',
  situations: [17],
  apply: ({ row }, world) => {
    if (!pagesLeft(row)) return undefined;
    const { pagedDone = 0, pagesLeft: left = 0 } = historyOf(row, world) ?? {};
    const isAccident = pagedDone >= ENOUGH_ROWS && left <= HABIT * (pagedDone + left);
    return isAccident ? INTERRUPTED : [MAYBE_INTERRUPTED, ENDED_EARLY];
  },
};
