import type { Verdict } from '../../model/verdict';
import { constant, type Claim, type Rule } from '../claim';
import { ranAfterError } from '../rowState';

const RECORDED: Readonly<Record<string, readonly [verdict: Verdict, why: string]>> = {
  DONE: ['finished', 'The row says DONE.'],
  REVERSED: ['finished', 'The row says REVERSED: it was done and then undone.'],
  ERROR: ['failed', 'The row says ERROR.'],
  ABORTED: ['failed', 'The row says ABORTED.'],
  CANCELLED: ['failed', 'The row says CANCELLED.'],
};

const DECIDED_BY = 'an effect rule for this task type, or the log of the worker at its last run';
const AGAIN: readonly Claim[] = [
  constant({
    verdict: 'failed',
    confidence: 'possible',
    why: 'The row says ERROR, and a later run entered its body: that may have failed, too.',
    decidedBy: DECIDED_BY,
  }),
  constant({
    verdict: 'finished',
    confidence: 'possible',
    why: 'The row says ERROR, and a later run entered its body: how that ended is not recorded.',
    decidedBy: DECIDED_BY,
  }),
];

/**
 * The row itself says how it ended: it is among the stuck ones only because its status was asked for. ERROR alone does not end it: a
 * message that comes again runs (core/decorators.py), and changes the status message that came with the exception.
 */
export const recorded: Rule = {
  name: 'recorded',
  situations: [],
  apply: ({ row }) => {
    const { currentPage, totalPages, exception, status } = row;
    // Of an ERROR for the page number nothing is recorded: see resumedInError.
    if (status === 'ERROR' && exception !== true && (currentPage ?? 0) > (totalPages ?? Infinity)) return undefined;
    if (ranAfterError(row)) return AGAIN;
    const found = RECORDED[status];
    if (!found) return undefined;
    return { verdict: found[0], confidence: 'proven', why: found[1], decidedBy: 'the row' };
  },
};
