import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { until } from '../support/database';
import type { Capture, CapturedKey } from './capture';

/** A queue that no capture has: who waits there takes no message of one. */
const OTHER_QUEUE = 'truth-other-queue';
const WORKER = 'worker@stand-in';

/** Puts the keys of a capture into an empty server, databases 0 and 1. */
export async function fillRedis(url: string, { keys, world }: Capture): Promise<void> {
  for (const db of new Set([0, ...keys.map((key) => key.db)])) {
    const client = new Redis(url, { db });
    if (world.flushed && db === 0) await client.flushall();
    for (const key of keys.filter((one) => one.db === db)) await put(client, key);
    client.disconnect();
  }
}

async function put(client: Redis, { key, type, ttl, value }: CapturedKey): Promise<void> {
  if (type === 'string') await client.set(key, value as string);
  else if (type === 'list') await client.rpush(key, ...(value as string[]));
  else if (type === 'set') await client.sadd(key, ...(value as string[]));
  else if (type === 'hash') await client.hset(key, value as Record<string, string>);
  else for (const [member, score] of value as [string, number][]) await client.zadd(key, score, member);
  if (ttl > 0) await client.expire(key, ttl);
}

/**
 * A stand-in for a worker: what CLIENT LIST shows of one, and where `answers`, what it says to those who ask.
 * @returns what ends it
 */
export async function standIn(url: string, { world, rows }: Capture): Promise<() => void> {
  if (world.workers === 'none') return () => undefined;
  const names = new Set<string>();
  for (const { row } of rows)
    if (typeof row.task_module === 'string' && typeof row.task_name === 'string')
      names.add(`${row.task_module}.${row.task_name}`);
  const [taker, mailbox, replies] = [new Redis(url), new Redis(url), new Redis(url)];
  void taker.brpop(OTHER_QUEUE, 0).catch(() => undefined);
  mailbox.on('pmessage', (_pattern: string, channel: string, text: string) => {
    if (world.workers === 'answer' && channel.endsWith('.celery.pidbox')) void answer(replies, text, [...names]);
  });
  await mailbox.psubscribe('/0.celery.pidbox');
  await until(async () => (String(await replies.client('LIST')).includes('cmd=brpop') ? true : undefined));
  return () => {
    for (const client of [taker, mailbox, replies]) client.disconnect();
  };
}

interface Question {
  readonly method: string;
  readonly ticket: string;
  readonly destination: readonly string[] | null;
  readonly reply_to: { readonly routing_key: string };
}

/** As kombu's mailbox does (kombu 5.6.2 pidbox.py), with the answers of a worker that is idle. */
async function answer(redis: Redis, text: string, names: readonly string[]): Promise<void> {
  const { body } = JSON.parse(text) as { body: string };
  const question = JSON.parse(Buffer.from(body, 'base64').toString()) as Question;
  if (question.destination && !question.destination.includes(WORKER)) return;
  const answers: Readonly<Record<string, unknown>> = {
    ping: { ok: 'pong' },
    active: [],
    reserved: [],
    scheduled: [],
    revoked: [],
    active_queues: [{ name: OTHER_QUEUE, exchange: { name: OTHER_QUEUE, type: 'direct' }, routing_key: OTHER_QUEUE }],
    registered: names.map((name) => `${name} [serializer=json]`),
    stats: {
      total: {},
      pid: 1,
      uptime: 60,
      pool: { 'max-concurrency': 4 },
      broker: { transport: 'redis', transport_options: {} },
    },
  };
  const reply = {
    body: Buffer.from(JSON.stringify({ [WORKER]: answers[question.method] ?? { error: 'unknown' } })).toString(
      'base64',
    ),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: { ticket: question.ticket, clock: 2 },
    properties: {
      delivery_mode: 1,
      delivery_info: { exchange: '', routing_key: question.reply_to.routing_key },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  };
  await redis.lpush(question.reply_to.routing_key, JSON.stringify(reply));
}
