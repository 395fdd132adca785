import { constant, type Claim, type Rule } from './claim';
import { waitingMessage } from './queuedMessage';
import type { About } from './cause';
import { CONSUMERS } from './settingsCures';

export const about: About = {
  meaning: 'no worker is connected',
  phrase: '{tasks} {is|are} waiting: no worker is connected',
  verdicts: {
    waiting: { refusal: 'It runs as soon as a worker is started.', advice: ['start-workers'] },
  },
  cure: CONSUMERS,
};

const down = /* @__NO_SIDE_EFFECTS__ */ (why: string): Claim =>
  constant({ verdict: 'waiting', cause: 'workers-down', confidence: 'proven', why, decidedBy: 'start a worker' });
const NONE = down('Its message is in a queue, and no worker is connected.');
const ONLY_DEAF = down('Its message is in a queue, and the workers that are connected take no tasks.');

/** The message waits, and no worker is connected to the broker. A worker that is connected but deaf does not count. */
export const workersDown: Rule = {
  name: 'workers-down',
  situations: [3, 25],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const { none, deaf, workers, asked } = world.workers;
    const onlyDeaf = asked && deaf > 0 && !workers.some(({ seen }) => seen === 'answered');
    if (!waitingMessage(facts) || (!none && !onlyDeaf)) return undefined;
    return none ? NONE : ONLY_DEAF;
  },
};
