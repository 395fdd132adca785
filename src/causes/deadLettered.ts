import type { About } from './cause';

/**
 * Its message was rejected, expired or delivered too often, and RabbitMQ keeps it in a queue for such messages. How many there are is known,
 * and not whose they are, so it is a reading at most (general/countedPlaces.ts).
 */
export const about: About = {
  meaning: 'its message is kept in a dead-letter queue',
  phrase: '{tasks} {was|were} discarded and {is|are} kept in a dead-letter queue',
  verdicts: {
    failed: {
      refusal: 'Its message is kept in a dead-letter queue, from where it can still come back.',
      advice: ['read-failures'],
    },
  },
  cure: null,
};
