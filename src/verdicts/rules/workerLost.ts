import type { Rule } from '../claim';
import { begun, pagesLeft, resultOfLastRun } from '../fingerprints';

const ENDED = ['WorkerLostError', 'TimeLimitExceeded', 'Terminated'];

/** Its worker process was killed while it ran (out of memory, deploy, hard time limit) and its message had been acknowledged. */
export const workerLost: Rule = {
  name: 'worker-lost',
  situations: [7, 21],
  apply: (facts) => {
    const { row } = facts;
    const result = resultOfLastRun(facts);
    if (result?.state === 'FAILURE' && ENDED.includes(result.exceptionType ?? ''))
      return {
        verdict: 'failed',
        cause: 'worker-lost',
        confidence: 'proven',
        ifNowhere: 'queues',
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
        : 'Its run began and was ended: before its body, or inside of it where the task is one transaction.',
      decidedBy: 'the log of the worker at its last run, or an effect rule for this task type',
    };
  },
};
