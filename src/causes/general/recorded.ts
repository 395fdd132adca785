import type { Verdict } from '../../model/verdict';
import type { TaskManagerFacts } from '../../tables/taskManager/row';
import { constant, type Claim, type TaskManagerRule } from '../claim';
import { endOf } from './recordedEnds';

/** How the row says that it ended; undefined where it does not, or where a later run began. */
export function recordedEnd({ row }: Pick<TaskManagerFacts, 'row'>): Verdict | undefined {
  if (isBeyondPages(row)) return undefined;
  return row.runs.begunAfterEnd ? undefined : endOf(row.status)?.verdict;
}

/** Of an ERROR for the page number nothing is recorded: see resumedInError. */
function isBeyondPages({ status, library }: TaskManagerFacts['row']): boolean {
  const { currentPage, totalPages, exception } = library;
  return status === 'ERROR' && exception !== true && (currentPage ?? 0) > (totalPages ?? Infinity);
}

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
    if (isBeyondPages(row)) return undefined;
    if (row.runs.begunAfterEnd) return AGAIN;
    const end = endOf(row.status);
    if (!end) return undefined;
    const claim = {
      verdict: end.verdict,
      confidence: 'proven',
      why: whyOf(row.status),
      decidedBy: 'look at the row',
    } as const;
    return end.endsMessages ? { ...claim, endsMessages: true } : claim;
  },
};

function whyOf(status: string): string {
  return status === 'REVERSED' ? 'The status is REVERSED: it was done and then undone.' : `The status is ${status}.`;
}
