import type { Claim, Rule } from './claim';
import { queued, taken } from './helpers';
import type { About } from './cause';
import { VISIBILITY } from './settingsCures';

const REFUSAL = 'It is waiting for its scheduled time.';

export const about: About = {
  meaning: 'it is scheduled for a later time',
  phrase: '{tasks} {is|are} scheduled for a later time',
  verdicts: {
    waiting: { refusal: REFUSAL, advice: ['wait-eta'] },
    held: { refusal: REFUSAL, advice: ['wait-eta'] },
  },
  cure: VISIBILITY,
};

/**
 * The message has a time before which the task must not run (countdown, eta). On Redis a worker takes such a message at once and keeps
 * it in memory, so it is among the taken messages (Celery 5.6.3 worker/strategy.py).
 */
export const eta: Rule = {
  name: 'eta',
  situations: [],
  needs: ['message', 'task'],
  for: 'any',
  apply: (facts, world) => {
    const claim = (at: number, verdict: 'held' | 'waiting'): Claim => ({
      verdict,
      cause: 'eta',
      confidence: 'proven',
      why: 'Its message must not run before its scheduled time.',
      decidedBy: 'wait for that time',
      resolvesAt: at,
    });
    const scheduled = facts.tasks.find(({ state }) => state === 'scheduled');
    const held = [scheduled?.eta, ...taken(facts).map((message) => message.eta)].find(
      (at) => at != null && at > world.now,
    );
    if (held != null) return claim(held, 'held');
    const waits = queued(facts).find((message) => message.eta !== null && message.eta > world.now);
    return waits?.eta == null ? undefined : claim(waits.eta, 'waiting');
  },
};
