import type { BrokerMessage } from '../model/facts';
import type { TaskManagerRule } from './claim';
import { queued, taken } from './helpers';
import type { About } from './cause';

const REFUSAL = 'It is waiting for the time of its retry.';

export const about: About = {
  meaning: 'it is waiting for its next retry',
  phrase: '{tasks} {waits|wait} for {its|their} next retry',
  verdicts: {
    waiting: { refusal: REFUSAL, advice: ['wait-eta'] },
    held: { refusal: REFUSAL, advice: ['wait-eta'] },
  },
  cure: null,
};

/** The library's own retry waits for its time. It has another Celery id, and `attempts` among its kwargs (decorators.py `reattempt`). */
export const retryWait: TaskManagerRule = {
  name: 'retry-wait',
  situations: [11],
  needs: ['message'],
  for: 'celery-task-manager',
  apply: (facts, world) => {
    const waits = (message: BrokerMessage): boolean =>
      message.libraryAttempts !== null && message.eta !== null && message.eta > world.now;
    const held = taken(facts).find(waits);
    const found = held ?? queued(facts).find(waits);
    if (found?.eta == null) return undefined;
    return {
      verdict: held ? 'held' : 'waiting',
      cause: 'retry-wait',
      confidence: 'proven',
      why: 'Its retry is published and waits for its scheduled time.',
      decidedBy: 'wait for that time',
      resolvesAt: found.eta,
    };
  },
};
