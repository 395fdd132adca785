import { constant, type Claim, type Rule } from './claim';
import { waitingMessage } from './queuedMessage';
import type { About } from './cause';
import { CONSUMERS } from './settingsCures';

export const about: About = {
  meaning: 'its message is queued behind others',
  phrase: '{tasks} {is|are} waiting for {its|their} turn',
  verdicts: {
    waiting: { refusal: null, advice: ['wait-backlog'] },
  },
  cure: CONSUMERS,
};

const WAITS = /* @__PURE__ */ constant<Claim>({
  verdict: 'waiting',
  confidence: 'proven',
  why: 'Its message is in a queue.',
  decidedBy: 'wait, with a worker running',
});
const SERVED = /* @__PURE__ */ constant<Claim>(WAITS, { cause: 'backlog' });

/** The message waits its turn. Whether anything takes it depends on the workers. */
export const backlog: Rule = {
  name: 'backlog',
  situations: [3],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const message = waitingMessage(facts);
    if (!message) return undefined;
    const served = world.workers.settled && world.workers.consumedQueues?.has(message.queue) === true;
    return served ? SERVED : WAITS;
  },
};
