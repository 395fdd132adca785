import { constant, type Claim, type Rule } from './claim';
import { publishedNotBegun, resumedNotBegun, wasTaken } from './helpers';
import { wiped } from './brokerWiped';
import type { About } from './cause';
import { KEPT_QUEUES } from './settingsCures';

export const about: About = {
  meaning: 'its message was sent but no longer exists',
  phrase: 'the {message|messages} of {tasks} no longer {exists|exist}',
  verdicts: {
    lost: { refusal: null, advice: ['dispatch-lost', 'leave-twins', 'protect-broker'], dispatchable: true },
  },
  cure: KEPT_QUEUES,
};

const missing = /* @__NO_SIDE_EFFECTS__ */ (why: string): Claim =>
  constant({
    verdict: 'lost',
    cause: 'message-missing',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why,
    decidedBy: "add an effect rule for this task type, or check the worker's log for its task id",
  });
const RETRY_GONE = missing('It asked for a retry, and the message of that retry is gone.');
const RESUMED_GONE = missing(
  'Somebody resumed it, it has not started since, and the message of the resumption is gone.',
);
const GONE = missing('Its message is gone, and it never ran.');

/**
 * The message was published and is nowhere: it was lost between a queue and a worker that died, in a failover, or deleted by hand. If the
 * task began, the lost message may be that of a retry.
 */
export const messageMissing: Rule = {
  name: 'message-missing',
  situations: [5, 12],
  for: 'any',
  apply: ({ row, result }, { losses }) => {
    if (resumedNotBegun(row)) return wiped(row, losses) ? undefined : RESUMED_GONE;
    const retry = row.runs.mayHaveAskedAgain;
    if (!(publishedNotBegun(row) && !wasTaken(result)) && !retry) return undefined;
    if (wiped(row, losses)) return undefined;
    return retry ? RETRY_GONE : GONE;
  },
};
