import type { Rule } from './claim';
import { asSureAs, mayRunUnseen, resultOfLastRun } from './helpers';
import type { About } from './cause';
import { DEPLOY } from './settingsCures';

export const about: About = {
  meaning: 'a worker did not know the task and discarded its message',
  phrase: '{tasks} reached {a worker|workers} without {its|their} code',
  verdicts: {
    failed: { refusal: 'A worker did not know its task: deploy workers that do first.', advice: ['deploy-task'] },
  },
  cure: DEPLOY,
};

/** A worker that does not know the task throws the message away and always records that (Celery 5.6.3 worker/consumer/consumer.py:596). */
export const unregistered: Rule = {
  name: 'unregistered',
  situations: [18],
  needs: ['result'],
  for: 'any',
  apply: (facts, world) => {
    const result = resultOfLastRun(facts);
    return result?.state === 'FAILURE' && result.exceptionType === 'NotRegistered'
      ? {
          verdict: 'failed',
          cause: 'unregistered',
          confidence: asSureAs(result, 'proven'),
          why: 'A worker discarded its message because it did not know the task.',
          // If the message was delivered twice, another worker may hold it for a while.
          ifNowhere: mayRunUnseen(facts.row, world) ? 'anywhere' : 'queues',
          decidedBy: "check the worker's log",
        }
      : undefined;
  },
};
