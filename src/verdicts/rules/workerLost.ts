import type { Rule } from '../claim';
import { begun, pagesLeft } from '../fingerprints';

const ENDED = ['WorkerLostError', 'TimeLimitExceeded', 'Terminated'];

/** Its worker process was killed while it ran (out of memory, deploy, hard time limit) and its message had been acknowledged. */
export const workerLost: Rule = {
  name: 'worker-lost',
  situations: [7, 21],
  apply: ({ row, result }) => {
    if (result?.state === 'FAILURE' && ENDED.includes(result.exceptionType ?? ''))
      return {
        verdict: 'failed',
        cause: 'worker-lost',
        confidence: 'proven',
        why: 'Celery recorded that its worker process ended while it ran.',
        decidedBy: 'the log of the worker',
      };
    if (!begun(row) || pagesLeft(row)) return undefined;
    const entered = row.message !== 'null';
    return {
      verdict: 'failed',
      cause: 'worker-lost',
      confidence: entered ? 'possible' : 'likely',
      ifNowhere: 'anywhere',
      why: entered
        ? 'Its worker was killed while it ran.'
        : 'Its run began and ended before the body: its worker was killed, or its row could not be saved.',
      decidedBy: 'the log of the worker at its last run, or an effect rule for this task type',
    };
  },
};
