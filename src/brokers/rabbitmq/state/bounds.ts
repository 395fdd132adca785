import type { MessageBounds } from '../../../model/facts';
import { mayHoldTasks } from './queueRole';
import type { QueueTotals, Totals } from './totals';

/** A quorum queue's numbers are up to this old (measured on 3.10 and 4.0: 5 seconds), so its two readings lie this far apart. */
export const QUORUM_MS = 10_000;

/** Why the numbers of two readings bound nothing, each as the end of a sentence. */
export type BoundsOrWhy =
  { readonly bounds: MessageBounds; readonly because: null } | { readonly bounds: null; readonly because: string };

/** Which queues keep messages that were rejected, expired or delivered too often. */
export interface DeadLetterQueues {
  /** Every queue that other queues dead-letter to. */
  readonly all: ReadonlySet<string>;
  /** Those of them whose messages come to no worker. The others are both: their messages wait, or are such ones. */
  readonly final: ReadonlySet<string>;
}

/**
 * How many messages there can be at most between two readings, of all tasks together: the larger number of each queue, added up, because a
 * message may have moved from one queue to another meanwhile, and only within one queue from waiting to taken.
 * @param first before the rows were read @param second after that
 */
export function boundsOf(first: Totals, second: Totals, deadLetters: DeadLetterQueues): BoundsOrWhy {
  const all = [...first.queues, ...second.queues].filter(({ role }) => mayHoldTasks(role));
  const because = missingWords(first, second) ?? brokenWords(all) ?? youngWords(all, second.at - first.at);
  if (because !== undefined) return { bounds: null, because };
  const larger = (numberOf: (queue: QueueTotals) => number, where: (queue: QueueTotals) => boolean = () => true) => {
    const some = all.filter(where);
    return [...new Set(some.map(({ name }) => name))].reduce(
      (sum, name) => sum + Math.max(0, ...some.filter((queue) => queue.name === name).map(numberOf)),
      0,
    );
  };
  const total = ({ ready, unacked }: QueueTotals): number => (ready ?? 0) + (unacked ?? 0);
  const isDead = ({ name }: QueueTotals): boolean => deadLetters.all.has(name);
  const isDelayed = ({ role }: QueueTotals): boolean => role === 'delayed';
  return {
    bounds: {
      somewhereAtMost: larger(total),
      waitingAtMost: larger(
        ({ ready }) => ready ?? 0,
        (queue) => !isDelayed(queue) && !deadLetters.final.has(queue.name),
      ),
      heldAtMost: larger(({ unacked }) => unacked ?? 0),
      ...(all.some(isDead) ? { deadLetteredAtMost: larger(total, isDead) } : {}),
      ...(all.some(isDelayed) ? { delayedAtMost: larger(total, isDelayed) } : {}),
    },
    because: null,
  };
}

function missingWords(first: Totals, second: Totals): string | undefined {
  const [name] = [...first.missing, ...second.missing];
  return name === undefined ? undefined : `queue "${name.slice(0, 80)}" didn't tell its number of messages`;
}

function brokenWords(queues: readonly QueueTotals[]): string | undefined {
  const stopped = queues.find(({ runs }) => !runs);
  if (stopped) return `queue "${stopped.name.slice(0, 80)}" isn't running`;
  const silent = queues.find(({ ready, unacked }) => ready === null || unacked === null);
  return silent && `queue "${silent.name.slice(0, 80)}" didn't tell its number of messages`;
}

function youngWords(queues: readonly QueueTotals[], apart: number): string | undefined {
  return needsWait(queues) && apart < QUORUM_MS
    ? 'the numbers of quorum queues are up to five seconds old, and were read only once'
    : undefined;
}

/** Whether the second reading has to wait: only numbers of classic queues are those of this moment. */
export function needsWait(queues: readonly QueueTotals[]): boolean {
  return queues.some(({ role, type }) => mayHoldTasks(role) && type !== 'classic');
}
