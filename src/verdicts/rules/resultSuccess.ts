import type { Rule } from '../claim';
import { begun, recordedStatus, retried } from '../fingerprints';

/**
 * The state SUCCESS. The library's wrapper swallows what the body raises and returns None then (core/decorators.py
 * `_manage_exceptions`), and so it does after a retry or an abort: only a value says that the body returned. A fallback's value could
 * follow a failure, but then the row says ERROR, unless the library's race put SCHEDULED back.
 */
export const resultSuccess: Rule = {
  name: 'result-success',
  situations: [6, 13, 16],
  apply: ({ row, result }) => {
    if (result?.state !== 'SUCCESS' || recordedStatus(row)) return undefined;
    // The recorded id is that of the first page: its value says nothing of the others.
    const onePage = (row.totalPages ?? 1) <= 1;
    if (result.returnedValue === true && onePage)
      return {
        verdict: 'finished',
        cause: 'result-success',
        confidence: begun(row) ? 'proven' : 'likely',
        why: 'Celery recorded that it returned a value.',
        decidedBy: 'the log of the worker',
      };
    return {
      verdict: 'finished',
      cause: 'result-success',
      confidence: 'possible',
      why: onePage
        ? 'Celery recorded SUCCESS without a value: it returned nothing, or the library swallowed an error or a retry.'
        : 'Celery recorded SUCCESS for its first page only.',
      decidedBy: retried(row)
        ? 'an effect rule for this task type'
        : 'the log of the worker, or an effect rule for this task type',
    };
  },
};
