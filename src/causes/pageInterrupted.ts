import type { TypeHistory } from '../model/facts';
import { constant, type Claim, type TaskManagerRule } from './claim';
import { ENOUGH_ROWS, historyOf } from './helpers';
import { wiped } from './brokerWiped';
import type { About } from './cause';

export const about: About = {
  meaning: 'it stopped between two pages',
  phrase: '{tasks} stopped between two pages',
  verdicts: {
    lost: {
      refusal:
        "It stopped between two pages, and only the worker's log shows whether the last one completed. Dispatch it by hand, with page=current_page-1 to repeat that page or page=current_page to go on.",
      advice: ['resume-pages'],
      dispatchable: false,
    },
  },
  cure: null,
};

/** If more than this share of a type's paged rows stop before their last page, that is a habit and not an accident. */
const HABIT = 0.05;

const INTERRUPTED = /* @__PURE__ */ constant<Claim>({
  verdict: 'lost',
  cause: 'page-interrupted',
  confidence: 'likely',
  ifNowhere: 'anywhere',
  why: 'It stopped before its last page, and none of its pages is queued or running.',
  decidedBy: "check the worker's log at its last run",
});
const MAYBE_INTERRUPTED = /* @__PURE__ */ constant<Claim>(INTERRUPTED, { confidence: 'possible' });
const ENDED_EARLY = /* @__PURE__ */ constant<Claim>({
  verdict: 'finished',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'It completed before its last page: tasks of this type may stop when there is nothing left to do.',
  decidedBy: "check the task's code, or the worker's log at its last run",
});

const RAISED = /* @__PURE__ */ constant<Claim>({
  verdict: 'failed',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'Its worker was killed during this page, or the page raised an exception without a message.',
  decidedBy: "check the worker's log at its last run",
});

/**
 * The row is before its last page, and no page is queued or running: a page was interrupted, or the message of the next one is gone. A
 * task with nothing left to do on a later page looks the same, because only the last page is recorded as DONE (core/decorators.py).
 */
export const pageInterrupted: TaskManagerRule = {
  name: 'page-interrupted',
  situations: [17],
  for: 'celery-task-manager',
  apply: ({ row }, world) => {
    if (!row.runs.partsLeft) return undefined;
    return isAccident(historyOf(row, world)) && wiped(row, world.losses)
      ? INTERRUPTED
      : [MAYBE_INTERRUPTED, RAISED, ENDED_EARLY];
  },
};

/** Whether tasks of the type usually reach their last page and none of their runs was cut off. Then a lost message stopped this one. */
function isAccident(history: TypeHistory | undefined): boolean {
  if (!history || history.cutOff > 0) return false;
  const { pagedDone, pagesLeft: left } = history;
  return pagedDone >= ENOUGH_ROWS && left <= HABIT * (pagedDone + left);
}
