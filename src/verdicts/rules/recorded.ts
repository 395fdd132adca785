import type { Verdict } from '../../diagnosis/verification';
import type { Rule } from '../claim';

const RECORDED: Readonly<Record<string, readonly [verdict: Verdict, why: string]>> = {
  DONE: ['finished', 'The row says DONE.'],
  REVERSED: ['finished', 'The row says REVERSED: it was done and then undone.'],
  ERROR: ['failed', 'The row says ERROR.'],
  ABORTED: ['failed', 'The row says ABORTED.'],
  CANCELLED: ['failed', 'The row says CANCELLED.'],
};

/** The row itself says how it ended: it is among the stuck ones only because its status was asked for. */
export const recorded: Rule = {
  name: 'recorded',
  situations: [],
  apply: ({ row }) => {
    const { currentPage, totalPages, exception } = row;
    // Of an ERROR for the page number nothing is recorded: see resumedInError.
    if (row.status === 'ERROR' && exception !== true && (currentPage ?? 0) > (totalPages ?? Infinity)) return undefined;
    const found = RECORDED[row.status];
    return found && { verdict: found[0], confidence: 'proven', why: found[1], decidedBy: 'the row' };
  },
};
