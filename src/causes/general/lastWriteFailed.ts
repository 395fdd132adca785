import type { Rule } from '../claim';
import { bodyEntered, pagesLeft, resumedNotBegun, retried } from '../rowState';

/** The body ended, and saving DONE failed: the database was away at that moment. */
export const lastWriteFailed: Rule = {
  name: 'last-write-failed',
  situations: [16],
  apply: ({ row }) =>
    bodyEntered(row) && !resumedNotBegun(row) && row.message === 'empty' && !pagesLeft(row) && !retried(row)
      ? {
          verdict: 'finished',
          confidence: 'possible',
          ifNowhere: 'anywhere',
          why: 'It ended, and its last save failed.',
          decidedBy: 'an effect rule for this task type, or database errors in the log of the worker at its last run',
        }
      : undefined,
};
