import type { Rule } from '../claim';
import { bodyEntered, pagesLeft, publishedNotBegun, retried, wasTaken } from '../fingerprints';
import { wiped } from './brokerWiped';

/**
 * Its message was published and is nowhere: lost between a queue and the memory of a worker that died, in a failover, or by hand. A task
 * that began may have asked for a retry whose message is gone.
 */
export const messageMissing: Rule = {
  name: 'message-missing',
  situations: [5, 12],
  apply: ({ row, result }, { redis }) => {
    const retry = bodyEntered(row) && row.message !== 'circuit-open' && !pagesLeft(row);
    if (!(publishedNotBegun(row) && !wasTaken(result)) && !retry) return undefined;
    if (redis !== null && wiped(row, redis) && (!retry || retried(row))) return undefined;
    return {
      verdict: 'lost',
      cause: 'message-missing',
      confidence: 'possible',
      ifNowhere: 'anywhere',
      why: retry ? 'It asked for a retry, and the message of that is gone.' : 'Its message is gone, and it never ran.',
      decidedBy: 'an effect rule for this task type, or the log of the worker for its task id',
    };
  },
};
