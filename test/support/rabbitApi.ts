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
  readonly queues: readonly Record<string, unknown>[];
  readonly consumers: readonly Record<string, unknown>[];
  readonly channels: readonly Record<string, unknown>[];
  readonly connections: readonly Record<string, unknown>[];
  readonly nodes: readonly Record<string, unknown>[];
  readonly alarms: { readonly http: number } & Record<string, unknown>;
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
