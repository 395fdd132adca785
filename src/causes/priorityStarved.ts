import type { Rule } from './claim';
import { waitingMessage } from './queuedMessage';
import type { About } from './cause';
import { PRIORITIES } from './settingsCures';

export const about: About = {
  meaning: 'its message is queued behind lists that are served first',
  phrase: '{tasks} {waits|wait} behind messages that are served first',
  verdicts: {
    waiting: { refusal: 'It runs once the lists that are served first are empty.', advice: ['priority-order'] },
  },
  cure: PRIORITIES,
};

/**
 * The message waits in a list that is served after longer ones. On Redis the lower number comes first (kombu 5.2.4
 * transport/redis.py `_brpop_start`), the opposite of RabbitMQ.
 */
export const priorityStarved: Rule = {
  name: 'priority-starved',
  situations: [4],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const message = waitingMessage(facts);
    if (message?.priority == null || world.workers.none) return undefined;
    if (world.workers.consumedQueues?.has(message.queue) === false) return undefined;
    const { priority, queue } = message;
    const before = world.broker.queues
      .filter(({ name }) => name === queue)
      .flatMap(({ priorities }) => priorities)
      .filter((list) => list.priority < priority)
      .reduce((sum, list) => sum + list.length, 0);
    // With only a few messages before it, it waits its turn and does not starve.
    if (before <= (message.listLength ?? 0)) return undefined;
    return {
      verdict: 'waiting',
      cause: 'priority-starved',
      confidence: 'proven',
      why: 'Its message is queued behind lists that are served first: on Redis, the lower priority number comes first.',
      decidedBy: 'watch whether the lists before it ever run empty',
    };
  },
};
