import type { Losses, StuckRow } from '../model/facts';
import { mayBeAfter } from '../model/losses';
import { constant, type Rule } from './claim';
import { publishedNotBegun, resumedNotBegun, wasTaken } from './helpers';
import type { About } from './cause';
import { KEPT_QUEUES } from './settingsCures';

export const about: About = {
  meaning: 'its message was lost when the broker was flushed, restarted or ran out of memory',
  phrase: '{tasks} lost {its message|their messages} when the broker was flushed, restarted or ran out of memory',
  verdicts: {
    lost: { refusal: null, advice: ['dispatch-lost', 'leave-twins', 'protect-broker'], dispatchable: true },
  },
  cure: KEPT_QUEUES,
};

const WIPED = /* @__PURE__ */ constant({
  verdict: 'lost',
  cause: 'broker-wiped',
  confidence: 'possible',
  ifNowhere: 'anywhere',
  why: 'Its message was lost when the broker was emptied.',
  decidedBy: "add an effect rule for this task type, or check the worker's log for its task id",
});

/** The message was published, and the broker was emptied afterwards: flushed, restarted without its data, or out of memory. */
export const brokerWiped: Rule = {
  name: 'broker-wiped',
  situations: [5, 12],
  for: 'any',
  apply: ({ row, result }, { losses }) => {
    if (!wiped(row, losses)) return undefined;
    const itsMessage = resumedNotBegun(row) || (publishedNotBegun(row) && !wasTaken(result));
    const itsRetry = row.runs.mayHaveAskedAgain;
    return itsMessage || itsRetry ? WIPED : undefined;
  },
};

/** Whether the broker certainly lost messages at a time that may be after the row's last run. */
export function wiped({ lastRun }: Pick<StuckRow, 'lastRun'>, { seen }: Losses): boolean {
  return seen.some((loss) => loss.certain && mayBeAfter(loss, lastRun));
}
