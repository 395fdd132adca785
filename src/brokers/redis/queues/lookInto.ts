/** Whether lists and hashes that are not named anywhere hold messages of Celery. Few are looked into of each kind of names. */
import { throwIfCancelled } from '../../../base/problem';
import { isCutOff } from '../../../base/cutOff';
import type { RedisReader, RedisReply } from '../../../ports/redis';
import { ChunkSize } from '../../../wire/chunkSize';
import type { Gaps } from './gaps';
import type { Family } from './keySift';
import { readListItem, readTaken, whereTo } from './message';
import { pause } from '../../../base/pause';
import { buffers, scanned } from './replies';

/** Of keys with like names, as many that hold something else say the same of all. */
const ENOUGH = 30;
/** Keys that are looked into in all. */
const MOST = 20_000;
const AT_ONCE = 200;
const PAUSE_MS = 1;
/** Keys with values that no answer can hold: each costs a new connection. */
const MOST_TOO_LARGE = 20;
/** Fields asked for of a hash. One that lost most of its fields has many empty places. */
const FIELDS = { count: 10, turns: 5 };

/** A list that holds a message of Celery, and where that message says that it was sent. */
export interface FoundList {
  readonly key: string;
  readonly exchange: string;
  readonly routingKey: string;
}

/** A hash that holds messages as workers keep them, with some of their tags. */
export interface FoundHash {
  readonly key: string;
  readonly tags: readonly string[];
}

/** Those lists whose next message is one of Celery. @param known keys that are read anyway */
export function findLists(
  redis: RedisReader,
  families: Iterable<Family>,
  known: ReadonlySet<string>,
  gaps: Gaps,
  signal: AbortSignal,
): Promise<FoundList[]> {
  return lookInto<FoundList>(families, known, gaps, signal, async (keys) => {
    // The end from which workers take.
    const replies = await redis.pipeline(keys.map((key) => ['LRANGE', key, -1, -1]));
    const items = await Promise.all(replies.map((reply, at) => itemsOf(redis, reply, 'LRANGE', keys[at] ?? '')));
    return {
      sizes: items.map(([item]) => item?.length ?? 0),
      found: items.flatMap(([item], at) => {
        const sent = item && readListItem(item) ? whereTo(item) : undefined;
        return sent ? [{ key: keys[at] ?? '', ...sent }] : [];
      }),
    };
  });
}

/** Those hashes whose values are `[message, exchange, routing_key]`. */
export function findHashes(
  redis: RedisReader,
  families: Iterable<Family>,
  known: ReadonlySet<string>,
  gaps: Gaps,
  signal: AbortSignal,
): Promise<FoundHash[]> {
  return lookInto<FoundHash>(families, known, gaps, signal, async (keys) => {
    const sizes: number[] = [];
    const found: FoundHash[] = [];
    let open = keys.map((key) => ({ key, cursor: '0' }));
    for (let turn = 0; turn < FIELDS.turns && open.length > 0; turn++) {
      const replies = await redis.pipeline(
        open.map(({ key, cursor }) => ['HSCAN', key, cursor, 'COUNT', FIELDS.count]),
      );
      const left: typeof open = [];
      for (const [at, { key }] of open.entries()) {
        const reply = replies[at] ?? null;
        if (reply instanceof Error) {
          await itemsOf(redis, reply, 'HSCAN', key);
          continue;
        }
        const { cursor, items } = scanned(reply);
        sizes.push(items.reduce((bytes, item) => bytes + item.length, 0));
        if (items.length === 0 && cursor !== '0') left.push({ key, cursor });
        const tags = items.flatMap((tag, place) => {
          const value = place % 2 === 0 ? items[place + 1] : undefined;
          return value !== undefined && readTaken(value) ? [tag.toString('utf8')] : [];
        });
        if (tags.length > 0) found.push({ key, tags });
      }
      open = left;
    }
    return { sizes, found };
  });
}

/** @param ask looks into some keys */
async function lookInto<T extends { readonly key: string }>(
  families: Iterable<Family>,
  known: ReadonlySet<string>,
  gaps: Gaps,
  signal: AbortSignal,
  ask: (keys: readonly string[]) => Promise<{ readonly sizes: readonly number[]; readonly found: readonly T[] }>,
): Promise<T[]> {
  const found: T[] = [];
  const size = new ChunkSize(5, AT_ONCE);
  let looked = 0;
  let tooLarge = 0;
  const look = async (keys: readonly string[]): Promise<number> => {
    const before = found.length;
    for (let at = 0; at < keys.length;) {
      const some = keys.slice(at, at + Math.min(size.items, MOST - looked));
      if (some.length === 0) {
        gaps.add('capped', 'not every list and hash was looked into to find queues');
        break;
      }
      const answer = await ask(some).catch((error: unknown) => {
        if (isCutOff(error)) return undefined;
        throw error;
      });
      throwIfCancelled(signal);
      if (answer === undefined) {
        size.shrink();
        if (some.length > 1) continue;
        gaps.add('too-large', 'the key % could not be looked into, as what it holds is too large', some[0]);
        if (++tooLarge > MOST_TOO_LARGE) break;
        at++;
        continue;
      }
      at += some.length;
      looked += some.length;
      size.adapt(answer.sizes);
      found.push(...answer.found);
      await pause(PAUSE_MS);
      throwIfCancelled(signal);
    }
    return found.length - before;
  };
  const later: string[] = [];
  // The first of all kinds together: a round trip for each kind would be slow.
  const kinds = [...families].map(({ keys, more }) => ({ open: keys.filter((key) => !known.has(key)), more }));
  await look(kinds.flatMap(({ open }) => open.slice(0, ENOUGH)));
  const positive = new Set(found.map(({ key }) => key));
  for (const { open, more } of kinds) {
    if (!open.slice(0, ENOUGH).some((key) => positive.has(key))) continue;
    later.push(...open.slice(ENOUGH));
    if (more) gaps.add('capped', 'not every list and hash was looked into to find queues');
  }
  await look(later);
  return found;
}

/** @returns nothing for a key that is gone or of another type by now. @throws Problem for any other refusal */
async function itemsOf(
  redis: RedisReader,
  reply: RedisReply,
  command: 'LRANGE' | 'HSCAN',
  key: string,
): Promise<readonly Buffer[]> {
  if (!(reply instanceof Error)) return buffers(reply);
  if (reply.message.startsWith('WRONGTYPE')) return [];
  const again = await (command === 'LRANGE' ? redis.call(command, key, -1, -1) : redis.call(command, key, '0'));
  return command === 'LRANGE' ? buffers(again) : [];
}
