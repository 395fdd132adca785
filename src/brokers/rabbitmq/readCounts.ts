import type { ManagementApi } from './management/client';
import { readList, readWhole } from './management/lists';
import { readTotals, type Totals } from './state/totals';
import type { ServerState } from './state/server';

const NAMES = { disable_stats: true, columns: 'name' } as const;
const LIVE = {
  disable_stats: true,
  enable_queue_totals: true,
  // Whatever `readTotals` takes: the rest is two fifths of a long list.
  columns: 'name,type,state,arguments,policy,auto_delete,messages_ready,messages_unacknowledged',
} as const;

/**
 * The numbers of all queues in this moment.
 * @param clock monotonic milliseconds
 * @returns unread: queues that the server has beyond `mostQueues` @throws Problem
 */
export async function readCounts(
  api: ManagementApi,
  { product }: Pick<ServerState, 'product'>,
  mostQueues: number,
  clock: () => number,
): Promise<{ readonly totals: Totals; readonly unread: number }> {
  // LavinMQ cuts a list without pages.
  const read = product === 'LavinMQ' ? readList : readWhole;
  const names = await read(api, ['queues', api.vhost], NAMES, mostQueues);
  const counted = await read(api, ['queues', api.vhost], LIVE, mostQueues);
  return {
    totals: readTotals(counted.items, names.items, clock()),
    unread: Math.max(names.total - names.items.length, counted.total - counted.items.length),
  };
}
