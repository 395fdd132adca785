/** The same for a Redis: its messages, the times at which they were taken, and its results. */
import type { Redis } from 'ioredis';
import { listsOf } from './places';
import type { TakenKeys } from './worlds';

export async function makeMessagesOlder(redis: Redis, taken: TakenKeys, seconds: number): Promise<void> {
  for (const key of await listsOf(redis)) await olderList(redis, key, seconds);
  await olderTaken(redis, taken, seconds);
}

export async function makeResultsOlder(redis: Redis, seconds: number): Promise<void> {
  for (const key of await redis.keys('celery-task-meta-*')) await olderResult(redis, key, seconds);
}

interface Message {
  readonly headers: { eta?: string | null; expires?: string | null };
}

interface Result {
  date_done: string | null;
}

async function olderList(redis: Redis, key: string, seconds: number): Promise<void> {
  const items = await redis.lrange(key, 0, -1);
  for (const [index, item] of items.entries()) {
    const message = JSON.parse(item) as Message;
    await redis.lset(key, index, JSON.stringify(older(message, seconds)));
  }
}

async function olderTaken(redis: Redis, { hash, index }: TakenKeys, seconds: number): Promise<void> {
  for (const [tag, item] of Object.entries(await redis.hgetall(hash))) {
    const [message, ...rest] = JSON.parse(item) as [Message, ...unknown[]];
    await redis.hset(hash, tag, JSON.stringify([older(message, seconds), ...rest]));
  }
  for (const tag of await redis.zrange(index, '0', '-1')) await redis.zincrby(index, String(-seconds), tag);
}

async function olderResult(redis: Redis, key: string, seconds: number): Promise<void> {
  const left = await redis.ttl(key);
  if (left >= 0 && left <= seconds) {
    await redis.del(key);
    return;
  }
  const result = JSON.parse((await redis.get(key))!) as Result;
  if (result.date_done !== null) result.date_done = earlier(result.date_done, seconds);
  await redis.set(key, JSON.stringify(result), 'KEEPTTL');
  if (left >= 0) await redis.expire(key, left - seconds);
}

function older(message: Message, seconds: number): Message {
  const { headers } = message;
  if (typeof headers.eta === 'string') headers.eta = earlier(headers.eta, seconds);
  if (typeof headers.expires === 'string') headers.expires = earlier(headers.expires, seconds);
  return message;
}

/** Celery's times: with an offset, or naive and UTC. */
function earlier(time: string, seconds: number): string {
  const hasOffset = /(Z|[+-]\d\d:?\d\d)$/.test(time);
  const moved = new Date(Date.parse(hasOffset ? time : `${time}Z`) - seconds * 1000).toISOString();
  return moved.replace('Z', hasOffset ? '000+00:00' : '000');
}
