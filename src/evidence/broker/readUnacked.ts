import { throwIfCancelled } from '../../diagnosis/problem';
import type { RedisReader } from '../redisReader';
import { ChunkSize } from './chunkSize';
import type { Discovered } from './discover';
import type { Gaps } from './gaps';
import { calendarSeconds } from './isoTime';
import { readTaken, type TakenMessage } from './message';
import type { Messages } from './messages';
import type { Pace } from './pace';
import { buffers, count, scanned, Turns } from './replies';

/** The hash of the messages that the workers of one key prefix took. */
export interface Unacked {
  readonly prefix: string;
  readonly length: number;
  /** Whether the times of delivery can be read. */
  readonly timed: boolean;
  /** What the bindings of this prefix tell; undefined where there are none. */
  readonly bindings: Discovered | undefined;
}

/** Deliveries that are looked up after all was read. */
const LATEST = 1000;

/** kombu's default names (transport options `unacked_key`, `unacked_index_key`), which `global_keyprefix` precedes. */
const hash = (prefix: string): string => `${prefix}unacked`;
const index = (prefix: string): string => `${prefix}unacked_index`;

/** Measures the `unacked` hashes, also the one without prefix where no binding says that it is Celery's. */
export async function measureUnacked(
  redis: RedisReader,
  discovered: readonly Discovered[],
  gaps: Gaps,
): Promise<Unacked[]> {
  const apps = new Map<string, Discovered | undefined>([['', undefined]]);
  for (const app of discovered) apps.set(app.prefix, app);
  const found: Unacked[] = [];
  for (const [prefix, bindings] of apps) {
    const [length = null, times = null] = await redis.pipeline([
      ['HLEN', hash(prefix)],
      ['ZCARD', index(prefix)],
    ]);
    const timed = !(times instanceof Error);
    if (!(length instanceof Error)) found.push({ prefix, length: count(length), timed, bindings });
    else if (!length.message.startsWith('WRONGTYPE')) await gaps.attempt(() => redis.call('HLEN', hash(prefix)));
    else if (bindings !== undefined) gaps.add('the key % holds no messages of workers', hash(prefix));
    if (!timed && bindings !== undefined) gaps.add('the times of deliveries in % cannot be read', index(prefix));
  }
  return found;
}

/**
 * Reads all messages that workers took: HSCAN returns each that was there from beginning to end, perhaps twice.
 * @param most messages that are read at most
 * @returns the number read, and whether all were
 */
export async function readUnacked(
  redis: RedisReader,
  unacked: Unacked,
  most: number,
  into: Messages,
  pace: Pace,
  onRead: (messages: number) => void,
  signal: AbortSignal,
): Promise<{ items: number; ended: boolean }> {
  const size = new ChunkSize();
  let items = 0;
  const turns = new Turns(unacked.length);
  for (let cursor = '0'; items < most;) {
    turns.next();
    const count = Math.min(Math.ceil(size.items * pace.part), most - items);
    const began = performance.now();
    const reply = scanned(await redis.call('HSCAN', hash(unacked.prefix), cursor, 'COUNT', count));
    const pairs = inPairs(reply.items);
    const sizes = pairs.map(([, value]) => value.length);
    pace.heard(
      sizes.length,
      sizes.reduce((bytes, size) => bytes + size, 0),
      performance.now() - began,
    );
    size.adapt(sizes);
    await take(redis, unacked, pairs, into);
    items += pairs.length;
    onRead(items);
    cursor = reply.cursor;
    if (cursor === '0') return { items, ended: true };
    await pace.rest(signal);
    throwIfCancelled(signal);
  }
  return { items, ended: unacked.length === 0 };
}

/**
 * Reads the newest deliveries that were not seen yet: a message that a worker took just before its list was read can reach `unacked`
 * just after that was read, and one that came back into a list can be taken again.
 */
export async function readLatestDeliveries(
  redis: RedisReader,
  unacked: Unacked,
  into: Messages,
  signal: AbortSignal,
): Promise<void> {
  if (!unacked.timed) return;
  const latest = buffers(await redis.call('ZRANGE', index(unacked.prefix), -LATEST, -1));
  const unseen = latest.filter((tag) => !into.has(tag.toString('utf8')));
  const size = new ChunkSize();
  for (let at = 0; at < unseen.length;) {
    const tags = unseen.slice(at, at + size.items);
    at += tags.length;
    const values = await redis.pipeline(tags.map((tag) => ['HGET', hash(unacked.prefix), tag.toString('utf8')]));
    // Null: done in the meantime.
    const pairs = tags.flatMap((tag, place) => {
      const value = values[place];
      return Buffer.isBuffer(value) ? [[tag, value] as const] : [];
    });
    size.adapt(pairs.map(([, value]) => value.length));
    await take(redis, unacked, pairs, into);
    throwIfCancelled(signal);
  }
}

async function take(
  redis: RedisReader,
  unacked: Unacked,
  pairs: readonly (readonly [tag: Buffer, value: Buffer])[],
  into: Messages,
): Promise<void> {
  const scores = await redis.pipeline(pairs.map(([tag]) => ['ZSCORE', index(unacked.prefix), tag.toString('utf8')]));
  for (const [at, [tag, value]] of pairs.entries()) {
    const message = readTaken(value);
    const score = scores[at];
    // The field is kombu's delivery tag, which the message itself holds too.
    into.add(tag.toString('utf8'), message, {
      place: 'unacked',
      queue: message === undefined ? '' : queueOf(message, unacked.bindings),
      priority: null,
      position: null,
      listLength: null,
      deliveredAt: Buffer.isBuffer(score) ? calendarSeconds(Number(score.toString('latin1'))) : null,
    });
  }
}

/** Where the message had been: Celery's own exchange has no name and routes by the queue's; another one by its bindings. */
function queueOf({ exchange, routingKey }: TakenMessage, bindings: Discovered | undefined): string {
  const bound = exchange === '' ? [] : (bindings?.queues.filter((queue) => queue.exchange === exchange) ?? []);
  const byKey = bound.find((queue) => queue.routingKey === routingKey);
  return byKey?.name ?? (bound.length === 1 ? bound[0]?.name : undefined) ?? routingKey;
}

function inPairs(items: readonly Buffer[]): (readonly [Buffer, Buffer])[] {
  return items.flatMap((tag, at) => {
    const value = at % 2 === 0 ? items[at + 1] : undefined;
    return value === undefined ? [] : [[tag, value] as const];
  });
}
