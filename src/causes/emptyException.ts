import type { Rule } from './claim';
import { bodyEntered, pagesLeft, resumedNotBegun } from './rowState';

/** The library records an error only if its text is not empty (core/decorators.py `if error:`): `assert`, `raise X()` leave PENDING. */
export const emptyException: Rule = {
  name: 'empty-exception',
  situations: [15],
  apply: ({ row }) =>
    bodyEntered(row) && !resumedNotBegun(row) && row.message === 'empty' && !pagesLeft(row)
      ? {
          verdict: 'failed',
          cause: 'empty-exception',
          confidence: 'possible',
          ifNowhere: 'anywhere',
          why: 'It raised an exception without a text, which the library does not record.',
          decidedBy: 'the traceback in the log of the worker at its last run',
        }
      : undefined,
};
