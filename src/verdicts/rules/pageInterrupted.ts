import type { Rule } from '../claim';
import { pagesLeft } from '../fingerprints';

/** It stands before its last page, and no page is queued or running: a page was interrupted, or the message of the next one is gone. */
export const pageInterrupted: Rule = {
  name: 'page-interrupted',
  situations: [17],
  apply: ({ row }) =>
    pagesLeft(row)
      ? {
          verdict: 'lost',
          cause: 'page-interrupted',
          confidence: 'likely',
          ifNowhere: 'anywhere',
          why: 'It stands before its last page, and no page of it is queued or running.',
          decidedBy: 'the log of the worker at its last run',
        }
      : undefined,
};
