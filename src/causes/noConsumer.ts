import type { Rule } from './claim';
import { waitingMessage } from './queuedMessage';

/** Its message waits in a queue that no worker consumes, while there are workers. */
export const noConsumer: Rule = {
  name: 'no-consumer',
  situations: [4],
  needs: ['message'],
  apply: (facts, world) => {
    const message = waitingMessage(facts);
    const { consumedQueues, settled, none } = world.workers;
    if (!message || none || !settled || consumedQueues === null || consumedQueues.has(message.queue)) return undefined;
    return {
      verdict: 'waiting',
      cause: 'no-consumer',
      confidence: 'proven',
      why: 'Its message waits in a queue that no worker consumes.',
      decidedBy: 'starting a worker for that queue',
    };
  },
};
