import { Problem } from '../../base/problem';
import type { ManagementApi } from './management/client';
import { ifShown, readList, readWhole } from './management/lists';
import { pathOf } from './management/paths';
import { readAllConsumers } from './readConsumers';
import { blockingOf, nodesDown, type Blocking } from './state/alarms';
import { readChannels, type Channel, type Consumer } from './state/consumers';
import { deadLetterQueues } from './state/deadLetters';
import { objects, textOf } from './state/fields';
import { workerOfMailbox } from './state/queueRole';
import { readServerState, type ServerState } from './state/server';
import { readTotals, type Totals } from './state/totals';

/** Everything that one look reads of a RabbitMQ. */
export interface RabbitState {
  readonly server: ServerState;
  readonly blocking: Blocking;
  readonly nodesDown: readonly string[];
  readonly totals: Totals;
  /** Queues that the server has beyond those that were read (celeryTasks.maxQueueScan). */
  readonly unread: number;
  /** Null: not known. Null as well where only some of them are shown. */
  readonly consumers: readonly Consumer[] | null;
  /** Null: this user may not see them all. */
  readonly channels: readonly Channel[] | null;
  readonly deadLetters: ReadonlySet<string>;
  /** Something of Celery is in this virtual host. */
  readonly celeryFound: boolean;
}

/** What changes from one moment to the next. */
export type Moving = Pick<RabbitState, 'totals' | 'unread' | 'consumers' | 'blocking' | 'nodesDown'>;

/** Consumers, channels, connections and bindings that are read. */
const MOST_ITEMS = 20_000;
/** What Celery makes in a virtual host: its events, its questions to workers, and the queue that has its default name. */
const CELERY_EXCHANGES: readonly string[] = ['celeryev', 'celery.pidbox', 'celery'];
const DEFAULT_QUEUE = 'celery';
const NAMES = { disable_stats: true, columns: 'name' } as const;
const LIVE = {
  disable_stats: true,
  enable_queue_totals: true,
  // Whatever `readTotals` takes: the rest is two fifths of a long list.
  columns: 'name,type,state,arguments,policy,auto_delete,messages_ready,messages_unacknowledged',
} as const;
/** Of a binding: whatever `deadLetterQueues` takes. */
const BINDING = { columns: 'source,destination,destination_type' } as const;

/**
 * Reads the whole state of a broker, in the order in which nothing is concluded from what a user is not shown: rights, alarms, numbers,
 * and who takes messages.
 * @param clock monotonic milliseconds @throws Problem
 */
export async function readState(api: ManagementApi, mostQueues: number, clock: () => number): Promise<RabbitState> {
  const server = await readServer(api);
  const moving = await readMoving(api, server, mostQueues, clock);
  const { queues } = moving.totals;
  const channels = server.seesAll && !server.statsDisabled ? await readAllChannels(api) : null;
  const items = async (what: string, options = {}): Promise<unknown> =>
    (await ifShown(() => readList(api, [what, api.vhost], options, MOST_ITEMS)))?.items;
  const bindings = await items('bindings', BINDING);
  const exchanges = objects(await items('exchanges', { columns: 'name' }));
  const policies = [await plain(api, 'policies'), await plain(api, 'operator-policies')];
  return {
    server,
    ...moving,
    channels,
    deadLetters: deadLetterQueues(queues, policies, bindings),
    celeryFound:
      exchanges.some((exchange) => CELERY_EXCHANGES.includes(textOf(exchange, 'name'))) ||
      queues.some(({ name }) => name === DEFAULT_QUEUE || workerOfMailbox(name) !== undefined),
  };
}

/** Who answers, and as whom. @throws Problem */
export async function readServer(api: ManagementApi): Promise<ServerState> {
  const whoami = await api.get(pathOf(['whoami']));
  return readServerState(whoami, await api.get(pathOf(['overview'])));
}

/** The numbers of all queues, who takes messages, and whether publishers are blocked. @throws Problem */
export async function readMoving(
  api: ManagementApi,
  server: ServerState,
  mostQueues: number,
  clock: () => number,
): Promise<Moving> {
  const health = await ifShown(() => api.check(pathOf(['health', 'checks', 'alarms'])));
  const nodes = server.seesAll ? await ifShown(() => api.get(pathOf(['nodes']))) : undefined;
  const connections = await ifShown(() =>
    readList(api, ['connections'], { columns: 'name,state,user,vhost' }, MOST_ITEMS),
  );
  // LavinMQ cuts a list without pages.
  const read = server.product === 'LavinMQ' ? readList : readWhole;
  const names = await read(api, ['queues', api.vhost], NAMES, mostQueues);
  const counted = await read(api, ['queues', api.vhost], LIVE, mostQueues);
  const totals = readTotals(counted.items, names.items, clock());
  return {
    blocking: blockingOf(health, nodes, connections?.items),
    nodesDown: nodesDown(nodes),
    totals,
    unread: Math.max(names.total - names.items.length, counted.total - counted.items.length),
    consumers: await readAllConsumers(api, server, totals.queues, mostQueues),
  };
}

async function readAllChannels(api: ManagementApi): Promise<readonly Channel[] | null> {
  const options = { columns: 'name,messages_unacknowledged' };
  const list = await ifShown(() => readList(api, ['channels'], options, MOST_ITEMS));
  return list === undefined || list.total > list.items.length ? null : readChannels(list.items);
}

/** A list that has no pages. */
async function plain(api: ManagementApi, what: string): Promise<unknown> {
  return await ifShown(() => api.get(pathOf([what, api.vhost])));
}

/** The names of the virtual hosts that this user sees, for a sentence; none where they are not shown. @throws Problem `cancelled` */
export async function virtualHosts(api: ManagementApi): Promise<readonly string[]> {
  try {
    return objects(await api.get(pathOf(['vhosts'], { columns: 'name' }))).map((vhost) => textOf(vhost, 'name'));
  } catch (error) {
    if (error instanceof Problem && error.kind === 'cancelled') throw error;
    return [];
  }
}
