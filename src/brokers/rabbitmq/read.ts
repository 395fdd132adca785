import { Problem } from '../../base/problem';
import type { ManagementApi } from './management/client';
import { ifShown, readList, readWhole } from './management/lists';
import { pathOf } from './management/paths';
import { readAllConsumers } from './readConsumers';
import { alarmsOf, blockingOf, nodesDown, type Alarm, type Blocking } from './state/alarms';
import { readConnections, type Connection } from './state/connections';
import { readChannels, type Channel, type Consumer } from './state/consumers';
import { deadLetterQueues } from './state/deadLetters';
import { objects, textOf } from './state/fields';
import { emptiedAt, PASTS, type Emptied } from './state/history';
import { readPolicies, type Policies } from './state/policies';
import { mayHoldTasks, workerOfMailbox } from './state/queueRole';
import { readServerState, type ServerState } from './state/server';
import { readTotals, totalOf, type QueueTotals, type Totals } from './state/totals';

/** Everything that one look reads of a RabbitMQ. */
export interface RabbitState {
  readonly server: ServerState;
  readonly vhost: string;
  readonly blocking: Blocking;
  readonly alarms: readonly Alarm[];
  readonly nodesDown: readonly string[];
  /** Clients of this virtual host, or those of this user; null: none are shown. */
  readonly connections: readonly Connection[] | null;
  readonly totals: Totals;
  /** Queues that the server has beyond those that were read (celeryTasks.maxQueueScan). */
  readonly unread: number;
  /** Null: not known. Null as well where only some of them are shown. */
  readonly consumers: readonly Consumer[] | null;
  /** Null: this user may not see them all. */
  readonly channels: readonly Channel[] | null;
  readonly policies: Policies;
  readonly deadLetters: ReadonlySet<string>;
  /** Policies and bindings were shown, so that no dead-letter queue is missing. */
  readonly routesKnown: boolean;
  /** When queues that hold something were empty last. */
  readonly emptied: Emptied;
  /** Something of Celery is in this virtual host. */
  readonly celeryFound: boolean;
}

/** What changes from one moment to the next. */
export type Moving = Pick<
  RabbitState,
  'totals' | 'unread' | 'consumers' | 'blocking' | 'alarms' | 'nodesDown' | 'connections'
>;

/** Queues whose past is asked for. */
const MOST_PASTS = 20;
/** Consumers, channels, connections and bindings that are read. */
const MOST_ITEMS = 20_000;
/** What Celery makes in a virtual host: its events, its questions to workers, and the queue that has its default name. */
const CELERY_EXCHANGES: readonly string[] = ['celeryev', 'celery.pidbox', 'celery'];
const DEFAULT_QUEUE = 'celery';
const CONNECTION = 'name,state,user,vhost,timeout,client_properties.product';
const CHANNEL = 'name,vhost,messages_unacknowledged,consumer_count,message_stats.publish,message_stats.drop_unroutable';
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
  const [own, operator] = [await plain(api, 'policies'), await plain(api, 'operator-policies')];
  const policies = readPolicies(own, operator);
  return {
    server,
    vhost: api.vhost,
    ...moving,
    channels,
    policies,
    deadLetters: deadLetterQueues(queues, policies, bindings),
    routesKnown: [bindings, own, operator].every((body) => body !== undefined),
    emptied: server.statsDisabled ? new Map<string, number>() : await readEmptied(api, queues, clock),
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
  const connections = await ifShown(() => readList(api, ['connections'], { columns: CONNECTION }, MOST_ITEMS));
  // LavinMQ cuts a list without pages.
  const read = server.product === 'LavinMQ' ? readList : readWhole;
  const names = await read(api, ['queues', api.vhost], NAMES, mostQueues);
  const counted = await read(api, ['queues', api.vhost], LIVE, mostQueues);
  const totals = readTotals(counted.items, names.items, clock());
  return {
    blocking: blockingOf(health, nodes, connections?.items),
    alarms: alarmsOf(health, nodes),
    connections: connections ? ofVhost(readConnections(connections.items), api.vhost) : null,
    nodesDown: nodesDown(nodes),
    totals,
    unread: Math.max(names.total - names.items.length, counted.total - counted.items.length),
    consumers: await readAllConsumers(api, server, totals.queues, mostQueues),
  };
}

async function readAllChannels(api: ManagementApi): Promise<readonly Channel[] | null> {
  const list = await ifShown(() => readList(api, ['channels'], { columns: CHANNEL }, MOST_ITEMS));
  return list === undefined || list.total > list.items.length ? null : readChannels(list.items);
}

/**
 * When the queues that hold something were empty last. Either all are asked or none is: while one may hold an old message, that others were
 * empty says nothing.
 */
async function readEmptied(api: ManagementApi, queues: readonly QueueTotals[], clock: () => number): Promise<Emptied> {
  const found = new Map<string, number>();
  const holding = queues.filter((queue) => mayHoldTasks(queue.role) && totalOf(queue) !== 0);
  const asked = holding.some(({ role, type }) => role === 'delayed' || type !== 'classic') ? [] : holding;
  if (asked.length > MOST_PASTS) return found;
  for (const { name } of asked) {
    for (const past of PASTS) {
      const body = await ifShown(() => api.get(pathOf(['queues', api.vhost, name], past)));
      const at = emptiedAt(body, clock(), past.lengths_incr);
      if (at === undefined) continue;
      found.set(name, at);
      break;
    }
    if (!found.has(name)) break;
  }
  return found;
}

/** Lists of the whole server name the virtual host; where one is not named, nothing is left out. */
function ofVhost<T extends { readonly vhost: string }>(items: readonly T[], vhost: string): readonly T[] {
  return items.filter((item) => item.vhost === '' || item.vhost === vhost);
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
