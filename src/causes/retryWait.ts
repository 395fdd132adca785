import type { BrokerMessage } from '../model/facts';
import type { Rule } from './claim';
import { queued, taken } from './rowState';
import type { About } from './cause';

const REFUSAL = 'It waits for the time of its retry.';

export const about: About = {
  meaning: 'it waits for its next try',
  phrase: (tasks) => `${tasks} wait for their next try`,
  verdicts: {
    waiting: { refusal: REFUSAL, advice: ['wait-eta'] },
    held: { refusal: REFUSAL, advice: ['wait-eta'] },
  },
  cure: null,
};

/** The library's own retry waits for its time. It has another Celery id, and `attempts` among its kwargs (decorators.py `reattempt`). */
export const retryWait: Rule = {
  name: 'retry-wait',
  situations: [11],
  needs: ['message'],
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
      why: 'Its retry is published and waits for its time.',
      decidedBy: 'waiting for that time',
      resolvesAt: found.eta,
    };
  },
};
