import type { RedisFacts, StuckRow } from '../model/facts';
import { constant, type Rule } from './claim';
import { bodyEntered, pagesLeft, publishedNotBegun, resumedNotBegun, wasTaken } from './rowState';
import type { About } from './cause';
import { REDIS } from './settingsCures';

export const about: About = {
  meaning: 'its message went when the broker was emptied',
  phrase: (tasks) => `the broker was emptied or lost keys, and with them ${tasks}`,
  verdicts: {
    lost: { refusal: null, advice: ['dispatch-lost', 'leave-twins', 'protect-broker'], dispatchable: true },
  },
  cure: REDIS,
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
  apply: ({ row, result }, { redis }) => {
    if (redis === null || !wiped(row, redis)) return undefined;
    const itsMessage = resumedNotBegun(row) || (publishedNotBegun(row) && !wasTaken(result));
    const itsRetry = bodyEntered(row) && row.message !== 'circuit-open' && !pagesLeft(row);
    return itsMessage || itsRetry ? WIPED : undefined;
  },
};

/** Whether this Redis lost keys at a time that may be after the row's last run. INFO counts from the server's start. */
export function wiped(row: Pick<StuckRow, 'lastRun'>, redis: RedisFacts): boolean {
  if ((redis.flushes ?? 0) > 0) return true;
  // Queues have no expiry, so only an allkeys policy evicts them.
  if ((redis.evictedKeys ?? 0) > 0 && redis.evictionPolicy?.startsWith('allkeys') === true) return true;
  return redis.startedAt !== null && redis.startedAt > row.lastRun && redis.appendOnly === false;
}
