import { constant, type Claim, type Rule } from './claim';
import { waitingMessage } from './queuedMessage';

const down = (why: string): Claim =>
  constant({ verdict: 'waiting', cause: 'workers-down', confidence: 'proven', why, decidedBy: 'starting a worker' });
const NONE = down('Its message waits in a queue, and no worker is connected.');
const ONLY_DEAF = down('Its message waits in a queue, and the workers that are connected hear nothing.');

/** Its message waits, and no worker is connected to the broker. A worker that is connected and deaf does not count as one. */
export const workersDown: Rule = {
  name: 'workers-down',
  situations: [3, 25],
  needs: ['message'],
  apply: (facts, world) => {
    const { none, deaf, workers, asked } = world.workers;
    const onlyDeaf = asked && deaf > 0 && !workers.some(({ seen }) => seen === 'answered');
    if (!waitingMessage(facts) || (!none && !onlyDeaf)) return undefined;
    return none ? NONE : ONLY_DEAF;
  },
};
