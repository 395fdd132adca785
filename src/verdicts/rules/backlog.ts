import type { Rule } from '../claim';
import { waitingMessage } from './queuedMessage';

/** Its message waits its turn; whether anybody will take it depends on the workers. */
export const backlog: Rule = {
  name: 'backlog',
  situations: [3],
  needs: ['message'],
  apply: (facts, world) => {
    const message = waitingMessage(facts);
    if (!message) return undefined;
    const served = world.workers.settled && world.workers.consumedQueues?.has(message.queue) === true;
    return {
      verdict: 'waiting',
      ...(served ? { cause: 'backlog' as const } : {}),
      confidence: 'proven',
      why: 'Its message waits in a queue.',
      decidedBy: 'waiting, with a worker running',
    };
  },
};
