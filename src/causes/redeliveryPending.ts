import type { BrokerMessage, RowFacts } from '../model/facts';
import type { Claim, Rule } from './claim';
import { begun, CLOCK_SECONDS, mayRunUnseen, taken } from './helpers';
import type { About } from './cause';
import { VISIBILITY } from './settingsCures';

export const about: About = {
  meaning: 'its worker is gone, and its message returns to the queue after the visibility timeout',
  phrase: '{tasks} {was|were} taken by {a worker that is|workers that are} gone',
  verdicts: {
    held: {
      refusal: 'Its message returns to the queue after the visibility timeout, once a worker is up.',
      advice: ['wait-redelivery', 'remove-restore-lock'],
    },
  },
  cure: VISIBILITY,
};

/** Celery's default visibility timeout on Redis (kombu 5.6.2 transport/redis.py): seconds. */
export const DEFAULT_VISIBILITY_TIMEOUT = 3600;

/**
 * A worker took the message and never acknowledged it. If no worker claims it, it comes back after the visibility timeout, once a worker
 * is up. If the workers were not asked, one of them may hold it or, with acks_late, run it.
 */
export const redeliveryPending: Rule = {
  name: 'redelivery-pending',
  situations: [8],
  needs: ['message'],
  for: 'any',
  apply: (facts, world) => {
    const message = taken(facts)[0];
    if (!message || facts.tasks.length > 0) return undefined;
    if (message.deliveredAt === null) return withoutTime(begun(facts.row));
    const young = mayRunUnseen(facts.row, world);
    const mayRun = begun(facts.row) ? young || !world.workers.settled : young && savedSince(facts, message);
    if (world.workers.settled && !mayRun) {
      const gone = {
        verdict: 'held',
        cause: 'redelivery-pending',
        confidence: begun(facts.row) ? 'likely' : 'proven',
      } as const;
      const [lock] = world.broker.locks;
      if (lock !== undefined)
        return {
          ...gone,
          why: `The worker that took its message is gone, and the message cannot return to the queue while the key "${lock.key}" exists.`,
          decidedBy: 'remove that key, which no worker holds for longer than five minutes',
        };
      const timeout = world.workers.visibilityTimeout ?? DEFAULT_VISIBILITY_TIMEOUT;
      return {
        ...gone,
        why: 'The worker that took its message is gone. The message returns to the queue after the visibility timeout, once a worker is up.',
        decidedBy: 'wait, with a worker running',
        resolvesAt: message.deliveredAt + timeout,
      };
    }
    const held: Claim = {
      verdict: 'held',
      confidence: mayRun ? 'possible' : 'likely',
      why: 'A worker took its message and has not acknowledged it. Either the worker still has the message, or the worker is gone and the message will return to the queue.',
      decidedBy: 'ask the workers',
    };
    if (!mayRun) return held;
    return [
      held,
      {
        ...held,
        verdict: 'running',
        why: 'A worker may be running it: with acks_late, a running task stays unacknowledged.',
      },
    ];
  },
};

/** Whether the row may have been saved after its message was taken. Such a save may have put SCHEDULED back during the run. The two times come from two hosts. */
function savedSince({ row }: RowFacts, { deliveredAt }: BrokerMessage): boolean {
  return deliveredAt === null || row.updatedAt === null || row.updatedAt > deliveredAt - CLOCK_SECONDS;
}

/** kombu restores only messages that are in `unacked_index`. One that is missing there never comes back unless a worker has it. */
function withoutTime(hasBegun: boolean): Claim[] {
  const decidedBy = 'ask the workers, and look again in a minute';
  return [
    {
      verdict: hasBegun ? 'running' : 'held',
      confidence: 'possible',
      why: 'A worker may have its message, which is among the unacknowledged ones.',
      decidedBy,
    },
    {
      verdict: 'lost',
      cause: 'message-missing',
      confidence: 'possible',
      why: 'Its message is among the unacknowledged ones, but without the time at which it was taken, so it never returns to the queue.',
      decidedBy,
    },
  ];
}
