import type { Verdict } from '../../model/verdict';
import { constant, type Claim, type TaskManagerRule } from '../claim';

const RECORDED: Readonly<Record<string, readonly [verdict: Verdict, why: string]>> = {
  DONE: ['finished', 'The status is DONE.'],
  REVERSED: ['finished', 'The status is REVERSED: it was done and then undone.'],
  ERROR: ['failed', 'The status is ERROR.'],
  ABORTED: ['failed', 'The status is ABORTED.'],
  CANCELLED: ['failed', 'The status is CANCELLED.'],
};

const DECIDED_BY = "add an effect rule for this task type, or check the worker's log at its last run";
const AGAIN: readonly Claim[] = [
  constant({
    verdict: 'failed',
    confidence: 'possible',
    why: 'The status is ERROR, and a later run entered the task body: that run may have failed too.',
    decidedBy: DECIDED_BY,
  }),
  constant({
    verdict: 'finished',
    confidence: 'possible',
    why: 'The status is ERROR, and a later run entered the task body: how that run ended is not recorded.',
    decidedBy: DECIDED_BY,
  }),
];

/**
 * The row itself says how it ended: it is among the stuck ones only because its status was asked for. ERROR alone does not end it: a
 * message that comes again runs (core/decorators.py), and changes the status message that came with the exception.
 */
export const recorded: TaskManagerRule = {
  name: 'recorded',
  situations: [],
  for: 'celery-task-manager',
  apply: ({ row }) => {
    const { status } = row;
    const { currentPage, totalPages, exception } = row.library;
    // Of an ERROR for the page number nothing is recorded: see resumedInError.
    if (status === 'ERROR' && exception !== true && (currentPage ?? 0) > (totalPages ?? Infinity)) return undefined;
    if (row.runs.begunAfterEnd) return AGAIN;
    const found = RECORDED[status];
    if (!found) return undefined;
    return { verdict: found[0], confidence: 'proven', why: found[1], decidedBy: 'look at the row' };
  },
};
