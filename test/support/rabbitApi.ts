import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { AmqpServer, TlsChecks } from '../../src/brokers/rabbitmq/amqpUrl';
import type { ManagementAddress } from '../../src/brokers/rabbitmq/management/address';
import { ManagementApi, type Limits } from '../../src/brokers/rabbitmq/management/client';
import { UNMETERED } from '../../src/ports/meter';

/** One answer of a management API as it was captured. */
export interface Captured {
  readonly user: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

/** A state of a RabbitMQ as it was captured. */
export interface Situation {
  readonly situation: string;
  readonly at: string;
  readonly truth: string;
  readonly totals: readonly Record<string, unknown>[];
  readonly queues?: readonly Record<string, unknown>[];
  readonly consumers?: readonly Record<string, unknown>[];
  readonly channels?: readonly Record<string, unknown>[];
  readonly connections?: readonly Record<string, unknown>[];
  readonly nodes?: readonly Record<string, unknown>[];
  readonly alarms?: { readonly http: number } & Record<string, unknown>;
}

export const VERSIONS = ['3.10.8', '4.0.5'] as const;

export const SITUATIONS = [
  '3.10.8-celery-5.2.6-classic',
  '3.10.8-celery-5.2.6-quorum',
  '4.0.5-celery-5.5.2-classic',
  '4.0.5-celery-5.5.2-quorum',
] as const;

function lines(name: string): unknown[] {
  return readFileSync(`test/fixtures/rabbitmq/${name}.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** Every answer that was captured of one version. */
export function captured(version: (typeof VERSIONS)[number]): Captured[] {
  return lines(`api-rabbitmq-${version}`) as Captured[];
}

/** Every state that was captured of one version, one release of Celery and one type of queue. */
export function situations(name: (typeof SITUATIONS)[number]): Situation[] {
  return lines(`situations-rabbitmq-${name}`) as Situation[];
}

/** The state of that name. @param at which of its moments; the first where it is not given */
export function situation(name: (typeof SITUATIONS)[number], called: string, at?: string): Situation {
  const found = situations(name).find((each) => each.situation === called && (at === undefined || each.at === at));
  if (!found) throw new Error(`no situation ${called} ${at ?? ''} in ${name}`);
  return found;
}

/** What a server answers with; text is sent as it is. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server on this machine that answers as a management API. */
export interface FakeApi {
  readonly port: number;
  /** `GET /api/whoami`, in the order in which they came. */
  readonly asked: string[];
  /** Of the last request, `user:password`. */
  readonly credentials: () => string;
  close(): Promise<void>;
}

/** @param answer undefined: RabbitMQ's own answer for what is not there */
export async function fakeApi(
  answer: (path: string, request: IncomingMessage, response: ServerResponse) => Reply | 'nothing' | undefined,
  tls?: { readonly key: string; readonly cert: string },
): Promise<FakeApi> {
  const asked: string[] = [];
  let credentials = '';
  const listener: RequestListener = (request, response) => {
    const { method = '', url = '', headers } = request;
    asked.push(`${method} ${url}`);
    credentials = Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString();
    const reply = answer(url.replace(/^\/api/, ''), request, response);
    if (reply === 'nothing') return;
    const { status = 200, body, headers: more = {} } = reply ?? { status: 404, body: NOT_FOUND };
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(text);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    credentials: () => credentials,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

export const NOT_FOUND = { error: 'Object Not Found', reason: 'Not Found' };

/** A broker that is on this machine. */
export const BROKER: AmqpServer = { host: '127.0.0.1', port: 5672, user: 'app', password: 'a p@ss', vhost: 'shop' };

/** The address of such a server. */
export function addressOf(port: number, tls?: TlsChecks): ManagementAddress {
  const { user, password } = BROKER;
  return { host: '127.0.0.1', port, prefix: '', user, password, ...(tls ? { tls } : {}) };
}

/** A client of such a server. */
export function apiAt(
  address: ManagementAddress,
  { signal = new AbortController().signal, limits }: { signal?: AbortSignal; limits?: Limits } = {},
  vhost = BROKER.vhost,
): ManagementApi {
  return new ManagementApi(address, vhost, signal, UNMETERED, limits);
}

/** A RabbitMQ in a state that was captured, as its management API shows it to a user who sees everything. */
export function apiOf(
  version: (typeof VERSIONS)[number],
  state: Situation,
  tags: readonly string[] = ['monitoring'],
): (path: string) => Reply | undefined {
  const overview = captured(version).find(({ path, status }) => path === '/api/overview' && status === 200)?.body;
  const {
    queues = [],
    consumers: taking = [],
    connections = [],
    channels = [],
    nodes = [],
    alarms = { http: 200 },
  } = state;
  const stats = new Map(queues.map((queue) => [queue.name, queue]));
  const totals = state.totals.map((queue) => ({ ...ABOUT(stats.get(queue.name) ?? {}), ...queue }));
  const consumers = taking.map(({ queue, channel, connection, ...consumer }) => ({
    ...consumer,
    queue: { name: queue },
    channel_details: { name: channel, connection_name: connection },
  }));
  const page = (items: readonly unknown[]): Reply => ({
    body: { items, total_count: items.length, page_count: items.length === 0 ? 0 : 1, page: 1 },
  });
  const seesAll = tags.includes('monitoring');
  const refused = { status: 401, body: { error: 'not_authorised', reason: 'Not monitor user' } };
  return (path) => {
    const [, first = '', , queue] = path.split('?')[0]?.split('/') ?? [];
    if (first === 'whoami') return { body: { name: 'app', tags } };
    if (first === 'overview') return { body: overview };
    if (first === 'health') return { status: alarms.http, body: alarms };
    if (first === 'nodes') return seesAll ? { body: nodes } : refused;
    if (first === 'connections') return page(seesAll ? connections.map(withProduct) : []);
    if (first === 'channels') return page(seesAll ? channels : []);
    if (first === 'consumers') return { body: seesAll ? consumers : [] };
    if (first === 'exchanges') return page([{ name: 'celeryev' }, { name: '' }]);
    if (first === 'bindings') return { body: [] };
    if (first === 'policies') return { body: [DLX] };
    if (first === 'operator-policies') return { body: [] };
    if (queue !== undefined)
      return { body: { consumer_details: consumers.filter((each) => each.queue.name === decodeURIComponent(queue)) } };
    return first === 'queues'
      ? page(path.includes('enable_queue_totals') ? totals : totals.map(({ name }) => ({ name })))
      : undefined;
  };
}

/** The captures have it without the object that it is in. */
const withProduct = (connection: Record<string, unknown>): Record<string, unknown> => ({
  ...connection,
  client_properties: { product: connection.product },
});

const ABOUT = ({ auto_delete, arguments: own, policy, durable }: Record<string, unknown>): Record<string, unknown> => ({
  auto_delete,
  arguments: own,
  policy,
  durable,
});

/** The policy of the captured states. */
const DLX = {
  name: 'dlx',
  pattern: '^celery$',
  definition: { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'dead' },
};
