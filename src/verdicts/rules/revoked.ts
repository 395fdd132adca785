import type { Rule } from '../claim';
import { waitingMessage } from './queuedMessage';

/**
 * Somebody revoked it. Since Celery 5.6.2 the state REVOKED is written at once, while the message is still queued and will run if the
 * workers that know of it restart (celery/worker/control.py:222): only a message that is nowhere was thrown away.
 */
export const revoked: Rule = {
  name: 'revoked',
  situations: [19],
  apply: (facts, world) => {
    const { row, result } = facts;
    const recorded = result?.state === 'REVOKED' && result.exceptionMessage !== 'expired';
    const known = row.taskId !== '' && world.workers.revoked?.has(row.taskId) === true;
    if (!recorded && !known) return undefined;
    if (waitingMessage(facts))
      return {
        verdict: 'waiting',
        cause: 'revoked',
        confidence: 'proven',
        why: 'It was revoked while its message waits: a worker that knows of it throws it away.',
        decidedBy: 'starting a worker',
      };
    if (result?.exceptionMessage === 'terminated')
      return {
        verdict: 'failed',
        cause: 'revoked',
        confidence: 'proven',
        why: 'It was ended while it ran (revoke with terminate).',
        decidedBy: 'the log of the worker',
      };
    return {
      verdict: 'failed',
      cause: 'revoked',
      confidence: recorded ? 'proven' : 'likely',
      ifNowhere: 'queues',
      why: 'It was revoked, and its message was thrown away.',
      decidedBy: 'the log of the worker',
    };
  },
};
