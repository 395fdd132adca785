import type { Losses, StuckRow } from '../model/facts';
import { mayBeAfter } from '../model/losses';
import { constant, type Rule } from './claim';
import { bodyEntered, pagesLeft, publishedNotBegun, resumedNotBegun, wasTaken } from './rowState';
import type { About } from './cause';
import { KEPT_QUEUES } from './settingsCures';

export const about: About = {
  meaning: 'its message went when the broker was emptied',
  phrase: (tasks) => `the broker was emptied or lost keys, and with them ${tasks}`,
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
  why: 'Its message went when the broker was emptied.',
  decidedBy: 'an effect rule for this task type, or the log of the worker for its task id',
});

/** The message was published, and the broker was emptied afterwards: flushed, restarted without its data, or out of memory. */
export const brokerWiped: Rule = {
  name: 'broker-wiped',
  situations: [5, 12],
  apply: ({ row, result }, { losses }) => {
    if (!wiped(row, losses)) return undefined;
    const itsMessage = resumedNotBegun(row) || (publishedNotBegun(row) && !wasTaken(result));
    const itsRetry = bodyEntered(row) && row.message !== 'circuit-open' && !pagesLeft(row);
    return itsMessage || itsRetry ? WIPED : undefined;
  },
};

/** Whether the broker certainly lost messages at a time that may be after the row's last run. */
export function wiped({ lastRun }: Pick<StuckRow, 'lastRun'>, { seen }: Losses): boolean {
  return seen.some((loss) => loss.certain && mayBeAfter(loss, lastRun));
}
