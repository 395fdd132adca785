import { throwIfCancelled } from '../../../base/problem';
import { isCutOff } from '../../../base/cutOff';
import type { RedisReader } from '../../../ports/redis';
import { ChunkSize } from '../../../wire/chunkSize';
import { readListItem } from './message';
import { identity } from './messageIndex';
import type { Messages } from './messages';
import type { Pace } from '../../../wire/pace';
import type { QueueList } from './queueLists';
import { buffers, count } from './replies';

export interface Range {
  /** The first index: 0 is the newest message. */
  readonly from: number;
  /** Items that are read at most. */
  readonly most: number;
  /** Stop where messages begin that were read before. */
  readonly untilKnown?: boolean;
}

/**
 * Reads a list from an index upward, in chunks, into the messages of its prefix.
 * Producers push at index 0 and consumers pop at -1, so that items shift to higher indexes only: what is read upward can be seen
 * twice and never be skipped.
 * @param pace of this server; @param onRead gets the number of items read so far
 * @returns the number of items read, whether the end of the list was reached, and how many messages are too large to be read
 */
export async function readList(
  redis: RedisReader,
  list: QueueList,
  range: Range,
  into: Messages,
  pace: Pace,
  onRead: (items: number) => void,
  signal: AbortSignal,
): Promise<{ items: number; ended: boolean; tooLarge: number }> {
  const size = new ChunkSize();
  let items = 0;
  let tooLarge = 0;
  const ask = async (from: number, asked: number): Promise<[Buffer[], length: number, asked: number]> => {
    try {
      const [reply, length] = await Promise.all([
        redis.call('LRANGE', list.key, from, from + asked - 1),
        redis.call('LLEN', list.key),
      ]);
      return [buffers(reply), count(length), asked];
    } catch (error) {
      if (!isCutOff(error)) throw error;
      throwIfCancelled(signal);
      size.shrink();
      if (asked > 1) return await ask(from, Math.max(1, Math.floor(asked / 4)));
      if (tooLarge >= MOST_TOO_LARGE) throw error;
      tooLarge++;
      return [[NOT_READ], count(await redis.call('LLEN', list.key)), 1];
    }
  };
  const fetch = async (): Promise<Chunk> => {
    const from = range.from + items;
    const wanted = Math.min(Math.ceil(size.items * pace.part), range.most - items);
    const began = performance.now();
    const [got, length, asked] = await ask(from, wanted);
    pace.heard(
      got.length,
      got.reduce((bytes, item) => bytes + item.length, 0),
      performance.now() - began,
    );
    const end = from + got.length;
    return {
      from,
      items: got,
      length: Math.max(length, end),
      ended: got.length < asked || length <= end,
    };
  };
  for (let next = range.most > 0 ? fetch() : undefined; next !== undefined;) {
    const chunk = await next;
    next = undefined;
    items += chunk.items.length;
    size.adapt(chunk.items.map((item) => item.length));
    if (chunk.ended) {
      take(chunk, list, into);
      onRead(items);
      return { items, ended: true, tooLarge };
    }
    const more = items < range.most;
    // The next chunk travels while this one is decoded, unless the server needs a pause.
    if (more && range.untilKnown !== true && pace.pauseMs === 0) (next = fetch()).catch(() => undefined);
    const known = take(chunk, list, into);
    onRead(items);
    await pace.rest(signal);
    throwIfCancelled(signal);
    if (more && next === undefined && !(range.untilKnown === true && known)) next = fetch();
  }
  return { items, ended: false, tooLarge };
}

/** Stands for a message that is too large. */
const NOT_READ = Buffer.alloc(0);
/** Of one list: each costs a new connection. */
const MOST_TOO_LARGE = 20;

interface Chunk {
  readonly from: number;
  readonly items: readonly Buffer[];
  /** Of the whole list, at that moment. */
  readonly length: number;
  readonly ended: boolean;
}

/** @returns whether a message among them had been read before */
function take(chunk: Chunk, list: QueueList, into: Messages): boolean {
  let known = false;
  for (const [offset, bytes] of chunk.items.entries()) {
    if (bytes === NOT_READ) continue;
    const message = readListItem(bytes);
    const key = identity(message, bytes);
    const had = into.add(key, message, {
      place: 'queue',
      queue: list.queue,
      priority: list.priority,
      position: chunk.length - chunk.from - offset,
      listLength: chunk.length,
      deliveredAt: null,
      ...(list.inferred ? { inferred: true as const } : {}),
    });
    known ||= had;
  }
  return known;
}
