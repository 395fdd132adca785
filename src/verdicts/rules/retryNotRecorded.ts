import type { Rule } from '../claim';
import { bodyEntered, pagesLeft, retried } from '../fingerprints';

/** Since celery-task-manager 1.11.3 a run with `attempts` compares its page 0 with total_pages, so success after a retry is never recorded. */
export const retryNotRecorded: Rule = {
  name: 'retry-not-recorded',
  situations: [13],
  apply: ({ row }) =>
    bodyEntered(row) && row.message !== 'circuit-open' && retried(row) && !pagesLeft(row)
      ? {
          verdict: 'finished',
          cause: 'retry-not-recorded',
          confidence: 'possible',
          ifNowhere: 'anywhere',
          why: 'Its retry ended well: the library never records that.',
          decidedBy: 'an effect rule for this task type, or the log of the worker at its last run',
        }
      : undefined,
};
