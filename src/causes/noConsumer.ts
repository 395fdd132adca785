import type { Rule } from './claim';
import { waitingMessage } from './queuedMessage';
import type { About } from './cause';
import { CONSUMERS } from './settingsCures';

export const about: About = {
  meaning: 'no worker consumes its queue',
  phrase: '{tasks} {waits in a queue|wait in queues} that no worker consumes',
  verdicts: {
    waiting: { refusal: 'It runs as soon as a worker consumes its queue.', advice: ['consume-queue'] },
  },
  cure: CONSUMERS,
};

/** Workers are connected, and none of them consumes the queue of the message. */
export const noConsumer: Rule = {
  name: 'no-consumer',
  situations: [4],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const message = waitingMessage(facts);
    const { consumedQueues, settled, none } = world.workers;
    if (!message || none || !settled || consumedQueues === null || consumedQueues.has(message.queue)) return undefined;
    return {
      verdict: 'waiting',
      cause: 'no-consumer',
      confidence: 'proven',
      why: 'Its message is in a queue that no worker consumes.',
      decidedBy: 'start a worker for that queue',
    };
  },
};
