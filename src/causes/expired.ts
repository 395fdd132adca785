import type { Rule } from './claim';
import { asSureAs, begun, resultOfLastRun } from './helpers';
import { waitingMessage } from './queuedMessage';
import type { About } from './cause';

export const about: About = {
  meaning: 'its message expired before it ran',
  phrase: '{tasks} expired before {it|they} ran',
  verdicts: {
    waiting: {
      refusal: 'The worker that takes its message will discard it, because it has expired.',
      advice: ['thrown-away-next'],
    },
    failed: { refusal: 'It expired before a worker ran it.', advice: ['revoked-tasks'] },
  },
  cure: null,
};

/** The message has a time after which a worker throws it away (`expires`), or a worker has already done so (state REVOKED, "expired"). */
export const expired: Rule = {
  name: 'expired',
  situations: [19],
  needs: ['message', 'result'],
  for: 'any',
  apply: (facts, world) => {
    const message = waitingMessage(facts);
    if (message?.expires != null && message.expires <= world.now)
      return {
        verdict: 'waiting',
        cause: 'expired',
        confidence: 'proven',
        why: 'Its message is in a queue but has expired: the worker that takes it will discard it.',
        decidedBy: 'start a worker',
      };
    const result = resultOfLastRun(facts);
    if (result?.state !== 'REVOKED' || result.exceptionMessage !== 'expired') return undefined;
    return {
      verdict: 'failed',
      cause: 'expired',
      // If the row began, this was a second delivery: the first one ran, or still runs.
      confidence: begun(facts.row) ? 'possible' : asSureAs(result, 'proven'),
      ifNowhere: 'anywhere',
      why: 'A worker discarded its message because it had expired.',
      decidedBy: "check the worker's log",
    };
  },
};
