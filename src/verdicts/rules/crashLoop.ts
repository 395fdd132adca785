import type { Rule } from '../claim';
import { begun, queued, taken } from '../fingerprints';

/** Runs that began long after the first one, with no retry and no page between: it was begun again and again. */
const AGAIN_SECONDS = 5;

/**
 * It kills its worker each time it runs: with acks_late and reject_on_worker_lost its message comes back without limit.
 * Its message was delivered before, and `last_run` has moved on since `started_at` although no retry and no page was asked for.
 */
export const crashLoop: Rule = {
  name: 'crash-loop',
  situations: [9],
  needs: ['message'],
  apply: (facts) => {
    const { row } = facts;
    const again = facts.messages.find((message) => message.redelivered);
    const moved = row.startedAt !== null && row.lastRun - row.startedAt > AGAIN_SECONDS;
    const once = (row.attempts ?? 1) <= 1 && (row.totalPages ?? 1) <= 1;
    if (!again || !begun(row) || !moved || !once) return undefined;
    const active = facts.tasks.some(({ state }) => state === 'active');
    const inQueue = queued(facts).length > 0 && taken(facts).length === 0;
    return {
      verdict: active ? 'running' : inQueue ? 'waiting' : 'held',
      cause: 'crash-loop',
      confidence: 'proven',
      why: 'It began more than once and its message came back: it ends its worker, or runs longer than the visibility timeout.',
      decidedBy: 'the logs of the workers at its last run',
    };
  },
};
