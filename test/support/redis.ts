import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Redis } from 'ioredis';
import { redisSource } from '../../src/connect/redis/redisClient';
import { parseRedisUrl, type RedisTarget } from '../../src/connect/redis/redisUrl';
import { readBroker, type BrokerOptions } from '../../src/brokers/redis/queues/readBroker';
import type { RedisBrokerView } from '../../src/brokers/redis/views';
import type { RedisReader } from '../../src/ports/redis';

/** The URL of the server that the runner started, database 0. */
export function redisUrl(): string {
  const url = process.env.TEST_REDIS_URL ?? '';
  if (url === '') throw new Error('TEST_REDIS_URL is not set: run these tests by npm test, which starts a server.');
  return url;
}

export function redisTarget(db: number, fields: Partial<RedisTarget> = {}): RedisTarget {
  return { ...parseRedisUrl(redisUrl(), 'TEST_REDIS_URL'), db, ...fields };
}

/** Reads with the product's own connection. */
export function reading<T>(
  target: RedisTarget,
  work: (redis: RedisReader) => Promise<T>,
  signal: AbortSignal = new AbortController().signal,
): Promise<T> {
  return redisSource(target).read(work, signal);
}

/** A client that may do everything, in an emptied database. Close it with `disconnect`. */
export async function emptyRedis(db: number): Promise<Redis> {
  const { host, port, password } = redisTarget(db);
  const client = new Redis({ host, port, db, ...(password === undefined ? {} : { password }) });
  await client.flushdb();
  return client;
}

/** One key as the captures in test/fixtures/celery hold it. */
export interface CapturedKey {
  readonly capture: string;
  readonly db: number;
  readonly key: string;
  readonly type: 'string' | 'list' | 'set' | 'hash' | 'zset';
  readonly value: unknown;
}

/** The keys of a file by the name of the capture, in the order of the file. */
export function captures(file: string): ReadonlyMap<string, readonly CapturedKey[]> {
  const byName = new Map<string, CapturedKey[]>();
  const lines = readFileSync(resolve('test/fixtures/celery', file), 'utf8').split('\n');
  for (const line of lines.filter((text) => text !== '')) {
    const key = JSON.parse(line) as CapturedKey;
    byName.set(key.capture, [...(byName.get(key.capture) ?? []), key]);
  }
  return byName;
}

/** Puts the keys of one database of a capture into the client's database. */
export async function restore(client: Redis, keys: readonly CapturedKey[], db: number): Promise<void> {
  for (const { key, type, value } of keys.filter((captured) => captured.db === db)) {
    if (type === 'string') await client.set(key, value as string);
    else if (type === 'list') await client.rpush(key, ...(value as string[]));
    else if (type === 'set') await client.sadd(key, ...(value as string[]));
    else if (type === 'hash') await client.hset(key, value as Record<string, string>);
    else for (const [member, score] of value as [string, number][]) await client.zadd(key, score, member);
  }
}

/** DUMP of every key: the same before and after when nothing was changed. */
export async function dump(client: Redis): Promise<Map<string, string>> {
  const keys = (await client.keysBuffer('*')).sort((a, b) => a.compare(b));
  const values = new Map<string, string>();
  for (const key of keys) {
    const ttl = await client.pexpiretime(key);
    values.set(key.toString('latin1'), `${String(ttl)} ${(await client.dumpBuffer(key)).toString('base64')}`);
  }
  return values;
}

/** A message as kombu puts it into a list. */
export function kombuMessage(fields: MessageFields = {}): string {
  return JSON.stringify(envelope(fields));
}

/** A value of the hash `unacked`. */
export function takenMessage(fields: MessageFields = {}): string {
  const message = envelope(fields);
  return JSON.stringify([message, '', fields.queue ?? 'celery']);
}

export interface MessageFields {
  readonly id?: string;
  readonly task?: string;
  readonly tag?: string;
  readonly queue?: string;
  readonly args?: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
  /** Replaces the body: the text that is put into base64. */
  readonly body?: string | Buffer;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

let messages = 0;

function envelope(fields: MessageFields): Record<string, unknown> {
  const number = String(++messages).padStart(12, '0');
  const { id = `11111111-0000-4000-8000-${number}`, tag = `22222222-0000-4000-8000-${number}` } = fields;
  const { task = 'shop.tasks.send', queue = 'celery', args = [], kwargs = {} } = fields;
  const body =
    fields.body ?? JSON.stringify([args, kwargs, { callbacks: null, errbacks: null, chain: null, chord: null }]);
  return {
    body: Buffer.from(body).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': fields.contentType ?? 'application/json',
    headers: {
      lang: 'py',
      task,
      id,
      eta: null,
      expires: null,
      retries: 0,
      argsrepr: '()',
      kwargsrepr: '{}',
      ...fields.headers,
    },
    properties: {
      correlation_id: id,
      delivery_mode: 2,
      delivery_info: { exchange: '', routing_key: queue },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: tag,
    },
  };
}

/** One broker in an emptied database of the test server, as most applications have it: the queue `celery`. */
export async function withCelery(db: number, separator = '\x06\x16'): Promise<Redis> {
  const client = await emptyRedis(db);
  await client.sadd('_kombu.binding.celery', `celery${separator}${separator}celery`);
  return client;
}

/** Puts a message into `unacked` as a worker does when it takes it. */
export async function take(
  client: Redis,
  fields: MessageFields & { tag: string },
  score: number,
  prefix = '',
): Promise<void> {
  await client.hset(`${prefix}unacked`, fields.tag, takenMessage(fields));
  await client.zadd(`${prefix}unacked_index`, score, fields.tag);
}

/** Searches with the product's own connection. */
export function search(
  db: number,
  options: Partial<BrokerOptions> = {},
  target: Partial<RedisTarget> = {},
  around: (redis: RedisReader) => RedisReader = (redis) => redis,
): Promise<RedisBrokerView> {
  const { signal } = new AbortController();
  return reading(redisTarget(db, target), (redis) =>
    readBroker(around(redis), { maxMessages: 100_000, ...options }, () => undefined, signal),
  );
}

/** Runs `work` as a user with these ACL rules, who is removed afterwards. */
export async function asUser<T>(
  rules: readonly string[],
  work: (user: Partial<RedisTarget>) => Promise<T>,
): Promise<T> {
  const { host, port, password } = redisTarget(0);
  const admin = new Redis({ host, port, ...(password === undefined ? {} : { password }) });
  const user = `reader_${randomBytes(6).toString('hex')}`;
  try {
    await admin.call('ACL', 'SETUSER', user, 'on', '>reader-password', ...rules);
    return await work({ user, password: 'reader-password' });
  } finally {
    await admin.call('ACL', 'DELUSER', user);
    admin.disconnect();
  }
}
