import type { Claim, Rule } from './claim';
import { asSureAs, begun, resultOfLastRun } from './helpers';
import { waitingMessage } from './queuedMessage';
import type { About } from './cause';

export const about: About = {
  meaning: 'it was revoked',
  phrase: '{tasks} {was|were} revoked',
  verdicts: {
    waiting: {
      refusal: 'The worker that takes its message will discard it, because it was revoked.',
      advice: ['thrown-away-next'],
    },
    failed: { refusal: 'Somebody revoked it.', advice: ['revoked-tasks'] },
  },
  cure: null,
};

/**
 * Somebody revoked the task. The workers remember the id, and since Celery 5.6.2 the state REVOKED is written at once
 * (celery/worker/control.py:222), whether the message is queued, was run, or never existed. The admin's Resume revokes too. Only the
 * worker that throws the message away proves anything.
 */
export const revoked: Rule = {
  name: 'revoked',
  situations: [19],
  for: 'any',
  apply: (facts, world) => {
    const { row, effect } = facts;
    const result = resultOfLastRun(facts);
    const recorded = result?.state === 'REVOKED' && result.exceptionMessage !== 'expired';
    const known = row.taskId !== '' && world.workers.revoked?.has(row.taskId) === true;
    if (!recorded && !known) return undefined;
    const waiting = waitingMessage(facts);
    // A message that was sent later has another id and is not revoked.
    if (waiting)
      return waiting.taskId === row.taskId
        ? {
            verdict: 'waiting',
            cause: 'revoked',
            confidence: 'proven',
            why: 'It was revoked while its message was in a queue: a worker that knows of the revocation will discard the message.',
            decidedBy: 'start a worker',
          }
        : undefined;
    if (result?.exceptionMessage === 'terminated')
      return {
        ...failed(
          'It was terminated while it was running (revoke with terminate).',
          effect?.says === 'executed' ? 'possible' : asSureAs(result, 'likely'),
        ),
        ifNowhere: 'queues',
      };
    if (recorded && result.byWorker === true)
      return {
        // If the row began, this was a second delivery: the first one ran, or still runs.
        ...failed(
          'A worker discarded its message because it was revoked.',
          begun(row) ? 'possible' : asSureAs(result, 'proven'),
        ),
        ifNowhere: 'anywhere',
      };
    // A worker also lists expired ids as revoked, so that list alone names no cause.
    const { cause, ...unnamed } = failed(
      'It was revoked or it expired, and a worker discarded its message.',
      'possible',
    );
    return { ...unnamed, ...(recorded ? { cause } : {}), ifNowhere: 'anywhere' };
  },
};

function failed(why: string, confidence: Claim['confidence']): Claim {
  return { verdict: 'failed', cause: 'revoked', confidence, why, decidedBy: "check the worker's log" };
}
