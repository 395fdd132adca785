import type { About } from './cause';

/**
 * Workers hold as many messages of a quorum queue as they may, and take no other one. Tasks with a countdown or an ETA do that until their time;
 * long tasks look the same, so it is a reading at most (general/countedPlaces.ts).
 */
export const about: About = {
  meaning: 'its workers hold as many messages as they may, perhaps tasks with an ETA',
  phrase: '{tasks} {waits|wait} for workers that hold as many messages as they may',
  verdicts: {
    waiting: { refusal: 'It runs as soon as a worker has room for it.', advice: ['wait-backlog'] },
  },
  cure: null,
};
