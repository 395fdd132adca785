import { PUBLISHING_SECONDS } from '../causes/helpers';
import type { TaskType } from '../model/diagnosis';
import type { BrokerView, Seconds } from '../model/facts';

/** What the numbers of a broker say of all stuck rows of one task type together. */
export type TypeBounds = NonNullable<TaskType['bounds']>;

/**
 * The bounds of a type: a message belongs to one row at most, so of the rows no more can have one than there are messages. Rows of other
 * types may have them as well.
 * @param now the server's clock at the snapshot
 * @returns undefined where the numbers bound nothing: messages were read or may have escaped the count, or a row of the type is so new that
 * its message may still be with its publisher
 */
export function boundsOfType(
  { count, newestLastRun }: Pick<TaskType, 'count' | 'newestLastRun'>,
  { bounds }: Pick<BrokerView, 'bounds'>,
  now: Seconds,
): TypeBounds | undefined {
  if (!bounds || now - Date.parse(newestLastRun) / 1000 < PUBLISHING_SECONDS) return undefined;
  return {
    waitingAtMost: Math.min(count, bounds.waitingAtMost),
    heldAtMost: Math.min(count, bounds.heldAtMost),
    nowhereAtLeast: Math.max(0, count - bounds.somewhereAtMost),
  };
}
