import type { Rule } from '../claim';
import { bodyEntered, resultOfLastRun } from '../fingerprints';

/**
 * The state FAILURE: an exception left the library's wrapper, which swallows those of the body. So it came from the wrapper's own work:
 * saving the row, asking for a retry, the fallback.
 */
export const resultFailure: Rule = {
  name: 'result-failure',
  situations: [7, 14, 16],
  needs: ['result'],
  apply: (facts) => {
    const { row } = facts;
    const result = resultOfLastRun(facts);
    if (result?.state !== 'FAILURE') return undefined;
    if (isDatabaseError(result.exceptionType) && (bodyEntered(row) || row.status === 'SCHEDULED')) {
      const decidedBy = 'the log of the worker, or an effect rule for this task type';
      return [
        {
          verdict: 'failed',
          cause: 'result-failure',
          confidence: 'possible',
          why: 'Saving its row failed, and so may the body have before.',
          decidedBy,
        },
        {
          verdict: 'finished',
          confidence: 'possible',
          why: 'Saving its row failed after the body had ended.',
          decidedBy,
        },
      ];
    }
    return {
      verdict: 'failed',
      cause: 'result-failure',
      confidence: 'proven',
      ifNowhere: 'queues',
      why: 'Celery recorded that it failed.',
      decidedBy: 'the traceback in the result or in the log of the worker',
    };
  },
};

/** Names of Django's and the drivers' exceptions of a connection or a statement that failed. */
function isDatabaseError(type: string | null): boolean {
  return /^(Operational|Interface|Database|Internal|Integrity|Data|Transaction\w*)Error$|ConnectionDoesNotExist|AdminShutdown/.test(
    type ?? '',
  );
}
