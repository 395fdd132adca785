import { constant, type Claim, type Rule } from '../claim';
import { begun, pagesLeft, resultOfLastRun } from '../fingerprints';

const ENDED = ['WorkerLostError', 'TimeLimitExceeded', 'Terminated'];

const ended = (confidence: Claim['confidence'], why: string): Claim =>
  constant({
    verdict: 'failed',
    cause: 'worker-lost',
    confidence,
    ifNowhere: 'anywhere',
    why,
    decidedBy: 'the log of the worker at its last run, or an effect rule for this task type',
  });
const IN_BODY = ended('possible', 'Its worker was killed while it ran.');
const BEFORE_BODY = ended(
  'likely',
  'Its run began and was ended: before its body, or inside of it where the task is one transaction.',
);

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
    return row.message === 'null' ? BEFORE_BODY : IN_BODY;
  },
};
