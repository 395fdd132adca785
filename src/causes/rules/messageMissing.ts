import { constant, type Claim, type Rule } from '../claim';
import { bodyEntered, pagesLeft, publishedNotBegun, resumedNotBegun, wasTaken } from '../rowState';
import { wiped } from './brokerWiped';

const missing = (why: string): Claim =>
  constant({
    verdict: 'lost',
    cause: 'message-missing',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why,
    decidedBy: 'an effect rule for this task type, or the log of the worker for its task id',
  });
const RETRY_GONE = missing('It asked for a retry, and the message of that is gone.');
const RESUMED_GONE = missing('Somebody resumed it, no run began since, and the message of that is gone.');
const GONE = missing('Its message is gone, and it never ran.');

/**
 * Its message was published and is nowhere: lost between a queue and the memory of a worker that died, in a failover, or by hand. A task
 * that began may have asked for a retry whose message is gone.
 */
export const messageMissing: Rule = {
  name: 'message-missing',
  situations: [5, 12],
  apply: ({ row, result }, { losses }) => {
    if (resumedNotBegun(row)) return wiped(row, losses) ? undefined : RESUMED_GONE;
    const retry = bodyEntered(row) && row.message !== 'circuit-open' && !pagesLeft(row);
    if (!(publishedNotBegun(row) && !wasTaken(result)) && !retry) return undefined;
    if (wiped(row, losses)) return undefined;
    return retry ? RETRY_GONE : GONE;
  },
};
