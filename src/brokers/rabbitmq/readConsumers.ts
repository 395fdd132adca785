import type { ManagementApi } from './management/client';
import { ifShown, readList } from './management/lists';
import { pathOf } from './management/paths';
import { readConsumers, type Consumer } from './state/consumers';
import { fieldsOf, sizeOf, textOf } from './state/fields';
import { mayHoldTasks } from './state/queueRole';
import type { ServerState } from './state/server';
import type { QueueTotals } from './state/totals';

/** Consumers that are read of a list. */
const MOST_CONSUMERS = 20_000;
/** So many queues are asked one by one without a question which of them have a consumer: about as much work as that question. */
const FEW = 50;
/** Queues that are asked one by one at most. */
const MOST_ONE_BY_ONE = 200;

/**
 * Who takes messages. Users without the tag monitoring are shown their own consumers in a list, and everybody's with each queue (measured),
 * so those queues are asked one by one that have a consumer.
 * @param queues as they were counted just now
 * @returns null: not known, or not of all queues @throws Problem
 */
export async function readAllConsumers(
  api: ManagementApi,
  server: ServerState,
  queues: readonly QueueTotals[],
  mostQueues: number,
): Promise<readonly Consumer[] | null> {
  if (server.statsDisabled) return null;
  if (server.seesAll) {
    const list = await ifShown(() => readList(api, ['consumers', api.vhost], {}, MOST_CONSUMERS));
    return list === undefined || list.total > list.items.length ? null : readConsumers(list.items);
  }
  const asked = await queuesToAsk(api, queues, mostQueues);
  if (asked.length > MOST_ONE_BY_ONE) return null;
  const consumers: Consumer[] = [];
  for (const { name } of asked) {
    const queue = await ifShown(() => api.get(pathOf(['queues', api.vhost, name])));
    const details = fieldsOf(queue).consumer_details;
    // It may have gone away meanwhile, as a mailbox does when its worker ends.
    if (queue !== undefined && !Array.isArray(details)) return null;
    consumers.push(...readConsumers(details));
  }
  return consumers;
}

/**
 * Of many queues only those that have a consumer, by a number that is up to ten seconds old; and those whose messages may wait for one, as
 * far as there is room. A queue that is younger than the number has none, and is asked.
 */
async function queuesToAsk(
  api: ManagementApi,
  queues: readonly QueueTotals[],
  mostQueues: number,
): Promise<readonly QueueTotals[]> {
  const all = queues.filter(({ role }) => mayHoldTasks(role) || role === 'mailbox');
  if (all.length <= FEW) return all;
  const { items } = await readList(api, ['queues', api.vhost], { columns: 'name,consumers' }, mostQueues);
  const idle = new Set(items.filter((queue) => sizeOf(queue, 'consumers') === 0).map((queue) => textOf(queue, 'name')));
  const taken = all.filter(({ name, role, unacked }) => !idle.has(name) || role === 'mailbox' || unacked !== 0);
  const waiting = all.filter((queue) => !taken.includes(queue) && queue.ready !== 0);
  return [...taken, ...waiting.slice(0, Math.max(0, MOST_ONE_BY_ONE - taken.length))];
}
