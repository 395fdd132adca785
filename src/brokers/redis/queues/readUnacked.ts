import { throwIfCancelled } from '../../../base/problem';
import type { TakenKeys } from '../views';
import { isCutOff } from '../../../base/cutOff';
import type { RedisReader, RedisReply } from '../../../ports/redis';
import { ChunkSize } from '../../../wire/chunkSize';
import type { Discovered, Discovery } from './discovered';
import type { Gaps } from './gaps';
import { calendarSeconds } from '../../../wire/celeryTime';
import { readTaken } from './message';
import { type TakenMessage } from './messageTypes';
import type { Messages } from './messages';
import type { Pace } from '../../../wire/pace';
import { buffers, count, scanned, Turns } from './replies';

/** A hash of messages that workers took. */
export interface Unacked {
  readonly prefix: string;
  readonly key: string;
  /** The sorted set with the times of delivery; null where none was found. */
  readonly index: string | null;
  readonly length: number;
  /** Whether the times of delivery can be read. */
  readonly timed: boolean;
  /** What the bindings of this prefix tell; undefined where there are none. */
  readonly bindings: Discovered | undefined;
  /** Neither Celery's default nor a worker names it: it only looks like one. */
  readonly inferred: boolean;
}

/** Where taken messages are. */
export type TakenPlace = Omit<Unacked, 'length' | 'timed'>;

/** Deliveries that are looked up after all was read. */
const LATEST = 1000;
/** Sorted sets among which the times of a hash are looked for. */
const MOST_INDEXES = 500;

/**
 * The places of taken messages: kombu's default names below each prefix (transport options `unacked_key`, `unacked_index_key`), also the one
 * without prefix where no binding says that it is Celery's; those that workers named; and the hashes that look like one.
 * @param told the keys that workers named
 */
export async function takenPlaces(
  redis: RedisReader,
  { apps, hashes, zsets }: Pick<Discovery, 'apps' | 'hashes' | 'zsets'>,
  told: readonly TakenKeys[],
): Promise<TakenPlace[]> {
  const byPrefix = new Map<string, Discovered | undefined>([['', undefined]]);
  for (const app of apps) byPrefix.set(app.prefix, app);
  const prefixes = [...byPrefix.keys()].sort((a, b) => b.length - a.length);
  const places = new Map<string, TakenPlace>();
  const add = (key: string, index: string | null, prefix: string, inferred: boolean): void => {
    if (!places.has(key)) places.set(key, { prefix, key, index, bindings: byPrefix.get(prefix), inferred });
  };
  for (const prefix of byPrefix.keys()) add(`${prefix}unacked`, `${prefix}unacked_index`, prefix, false);
  const prefixOf = (key: string): string => prefixes.find((prefix) => key.startsWith(prefix)) ?? '';
  for (const { messages, times } of told) add(messages, times, prefixOf(messages), false);
  for (const { key, tags } of hashes)
    if (!places.has(key)) add(key, await indexOf(redis, key, tags, zsets), prefixOf(key), true);
  return [...places.values()];
}

/** The sorted set that has a tag of the hash as member: by its usual name, else whichever it is. */
async function indexOf(
  redis: RedisReader,
  key: string,
  tags: readonly string[],
  zsets: readonly string[],
): Promise<string | null> {
  const candidates = [...zsets].sort((a, b) => Number(b.startsWith(key)) - Number(a.startsWith(key)));
  const asked = candidates.slice(0, MOST_INDEXES);
  for (const tag of tags.slice(0, 3)) {
    const scores = await redis.pipeline(asked.map((zset) => ['ZSCORE', zset, tag]));
    const at = scores.findIndex((score) => Buffer.isBuffer(score));
    if (at >= 0) return asked[at] ?? null;
  }
  return null;
}

/** Measures these hashes. One that is not there has no messages. */
export async function measureUnacked(
  redis: RedisReader,
  places: readonly TakenPlace[],
  gaps: Gaps,
): Promise<Unacked[]> {
  const found: Unacked[] = [];
  for (const place of places) {
    const { key, index, bindings } = place;
    const [length = null, times = null] = await redis.pipeline([
      ['HLEN', key],
      ['ZCARD', index ?? `${key}_index`],
    ]);
    const timed = index !== null && !(times instanceof Error);
    if (!(length instanceof Error)) found.push({ ...place, length: count(length), timed });
    else if (!length.message.startsWith('WRONGTYPE')) await gaps.attempt(() => redis.call('HLEN', key));
    else if (bindings !== undefined) gaps.add('unusual-key', 'the key % holds no messages of workers', key);
    if (!timed && index !== null && bindings !== undefined)
      gaps.add('undecodable', 'the times of deliveries in % cannot be read', index);
  }
  return found;
}

/** What was read of a hash. */
export interface UnackedRead {
  readonly items: number;
  /** Whether all were read. */
  readonly ended: boolean;
  /** Messages that are too large to be read. */
  readonly tooLarge: number;
}

/**
 * Reads all messages that workers took: HSCAN returns each that was there from beginning to end, perhaps twice.
 * @param most messages that are read at most
 */
export async function readUnacked(
  redis: RedisReader,
  unacked: Unacked,
  most: number,
  into: Messages,
  pace: Pace,
  onRead: (messages: number) => void,
  signal: AbortSignal,
): Promise<UnackedRead> {
  const size = new ChunkSize();
  let items = 0;
  const turns = new Turns(unacked.length);
  for (let cursor = '0'; items < most;) {
    turns.next();
    const count = Math.min(Math.ceil(size.items * pace.part), most - items);
    const began = performance.now();
    const page = await pageOf(redis, unacked.key, cursor, count);
    if (page === undefined) {
      throwIfCancelled(signal);
      size.shrink();
      if (count > 1) continue;
      // Not even one place of the hash fits: each message by itself, as far as the index names them.
      const rest = await readIndexed(redis, unacked, most - items, into, signal);
      return { ...rest, items: items + rest.items };
    }
    const reply = scanned(page);
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
    if (cursor === '0') return { items, ended: true, tooLarge: 0 };
    await pace.rest(signal);
    throwIfCancelled(signal);
  }
  return { items, ended: unacked.length === 0, tooLarge: 0 };
}

/** @returns undefined where the answer was too large */
async function pageOf(
  redis: RedisReader,
  key: string,
  cursor: string,
  count: number,
): Promise<Awaited<ReturnType<RedisReader['call']>> | undefined> {
  try {
    return await redis.call('HSCAN', key, cursor, 'COUNT', count);
  } catch (error) {
    if (!isCutOff(error)) throw error;
    return undefined;
  }
}

/** Deliveries that are asked for at once. */
const TAGS = 1000;

async function readIndexed(
  redis: RedisReader,
  unacked: Unacked,
  most: number,
  into: Messages,
  signal: AbortSignal,
): Promise<UnackedRead> {
  let items = 0;
  let tooLarge = 0;
  for (let from = 0; unacked.index !== null && unacked.timed && items < most; from += TAGS) {
    const tags = buffers(await redis.call('ZRANGE', unacked.index, from, from + TAGS - 1));
    const unseen = tags.filter((tag) => !into.has(tag.toString('utf8')));
    const read = await readTags(redis, unacked, unseen, into, signal);
    items += read.items;
    tooLarge += read.tooLarge;
    if (tags.length < TAGS) return { items, ended: true, tooLarge };
  }
  return { items, ended: false, tooLarge };
}

/**
 * Reads the newest deliveries that were not seen yet: a message that a worker took just before its list was read can reach `unacked`
 * just after that was read, and one that came back into a list can be taken again.
 * @returns how many of them are too large to be read
 */
export async function readLatestDeliveries(
  redis: RedisReader,
  unacked: Unacked,
  into: Messages,
  signal: AbortSignal,
): Promise<number> {
  if (!unacked.timed || unacked.index === null) return 0;
  const latest = buffers(await redis.call('ZRANGE', unacked.index, -LATEST, -1));
  const unseen = latest.filter((tag) => !into.has(tag.toString('utf8')));
  return (await readTags(redis, unacked, unseen, into, signal)).tooLarge;
}

async function readTags(
  redis: RedisReader,
  unacked: Unacked,
  all: readonly Buffer[],
  into: Messages,
  signal: AbortSignal,
): Promise<{ items: number; tooLarge: number }> {
  const size = new ChunkSize();
  let items = 0;
  let tooLarge = 0;
  for (let at = 0; at < all.length;) {
    const tags = all.slice(at, at + size.items);
    const values = await valuesOf(redis, unacked.key, tags);
    throwIfCancelled(signal);
    if (values === undefined) {
      size.shrink();
      if (tags.length > 1) continue;
      if (++tooLarge > MOST_TOO_LARGE) return { items, tooLarge: tooLarge + all.length - at - 1 };
      at++;
      continue;
    }
    at += tags.length;
    // Null: done in the meantime.
    const pairs = tags.flatMap((tag, place) => {
      const value = values[place];
      return Buffer.isBuffer(value) ? [[tag, value] as const] : [];
    });
    size.adapt(pairs.map(([, value]) => value.length));
    await take(redis, unacked, pairs, into);
    items += pairs.length;
  }
  return { items, tooLarge };
}

/** Of one hash: each costs a new connection. */
const MOST_TOO_LARGE = 20;

/** @returns undefined where the answer was too large */
async function valuesOf(
  redis: RedisReader,
  key: string,
  tags: readonly Buffer[],
): Promise<readonly RedisReply[] | undefined> {
  try {
    return await redis.pipeline(tags.map((tag) => ['HGET', key, tag.toString('utf8')]));
  } catch (error) {
    if (!isCutOff(error)) throw error;
    return undefined;
  }
}

async function take(
  redis: RedisReader,
  unacked: Unacked,
  pairs: readonly (readonly [tag: Buffer, value: Buffer])[],
  into: Messages,
): Promise<void> {
  const { index, inferred } = unacked;
  const scores =
    index === null ? [] : await redis.pipeline(pairs.map(([tag]) => ['ZSCORE', index, tag.toString('utf8')]));
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
      ...(inferred ? { inferred: true as const } : {}),
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
