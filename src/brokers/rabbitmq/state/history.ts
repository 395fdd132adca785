/** What RabbitMQ's statistics say of a queue's past. They are kept in memory, for an hour with the server's own settings. */
import { fieldsOf, objects, sizeOf } from './fields';

/** When queues were empty last, by their names, in the monotonic milliseconds of the reader; a queue that is not in it may never have been. */
export type Emptied = ReadonlyMap<string, number>;

/** Two pictures of the past: the last ten minutes, and the last hour (`lengths_age` and `lengths_incr`, in seconds). */
export const PASTS = [
  { lengths_age: 600, lengths_incr: 5 },
  { lengths_age: 3600, lengths_incr: 60 },
] as const;

/** A number in the statistics may be so old when it is written there: milliseconds (measured: 9.5 s). */
const LATE_MS = 10_000;

/**
 * When the queue was empty last, as its statistics have it. They are padded with zeros: before the queue was made or its node started, and
 * beyond what is kept (measured on 3.10: `[3,0,0,0]` for a queue that never was empty). So a zero counts only where an older number of
 * the same answer is above zero. Of a queue that moves between nodes each node has statistics of its own, so it must be a classic queue
 * that is not mirrored.
 * @param body of `/queues/V/Q` with `lengths_age` and `lengths_incr` @param at when it came @param step its `lengths_incr`
 * @returns in milliseconds of the clock of `at`; undefined where it does not tell
 */
export function emptiedAt(body: unknown, at: number, step: number): number | undefined {
  const queue = fieldsOf(body);
  const policy = queue.effective_policy_definition;
  if (queue.type !== 'classic' || policy === undefined || 'ha-mode' in fieldsOf(policy)) return undefined;
  const samples = objects(fieldsOf(queue.messages_details).samples)
    .map((sample) => ({ total: sizeOf(sample, 'sample'), time: sizeOf(sample, 'timestamp') }))
    .sort((a, b) => (b.time ?? 0) - (a.time ?? 0));
  const [newest] = samples;
  if (newest?.time == null || samples.some(({ total, time }) => total === null || time === null)) return undefined;
  const oldestSeen = samples.findLastIndex(({ total }) => total !== 0);
  const empty = samples.findIndex(({ total }, place) => total === 0 && place < oldestSeen);
  const time = samples[empty]?.time;
  // Its clock is not ours, so times are told by their distance to the newest one, which may be one step old.
  return time == null ? undefined : at - (newest.time - time) - step * 1000 - LATE_MS;
}
