import { throwIfCancelled } from '../../diagnosis/problem';
import type { RedisReader } from '../redisReader';
import { BINDING, boundQueues, splitBindingKey, type Binding, type BoundQueues } from './bindings';
import type { Gaps } from './gaps';
import { number } from '../../diagnosis/numbers';
import { pause } from './pause';
import { buffers, count, keyText, scanned } from './replies';

/** Keys that one SCAN command looks at: 1.4 ms of the server's time (median, 1M keys, two busy cores), 7 ms at worst. */
const KEYS_A_COMMAND = 1000;
const PAUSE_MS = 2;

/** What the bindings of one key prefix tell. */
export interface Discovered extends BoundQueues {
  readonly prefix: string;
  /** Whether they prove that Celery keeps its tasks here: a queue for tasks, or its default exchange. Remote control alone does not. */
  readonly found: boolean;
}

export interface DiscoverOptions {
  /** Queues that the person named. */
  readonly queues: readonly string[];
  /** Keys that are looked at to find bindings. */
  readonly maxKeys: number;
}

/**
 * Finds the queues of every application in this database: exact keys first, then one SCAN for bindings that nobody named.
 * Bindings are never removed, so one says only that Celery uses this Redis, not that a worker lives.
 */
export async function discover(
  redis: RedisReader,
  options: DiscoverOptions,
  gaps: Gaps,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<Discovered[]> {
  const keys = new Set(['celery', ...options.queues].map((name) => BINDING + name));
  await gaps.attempt(() => scanForBindings(redis, options.maxKeys, keys, gaps, onProgress, signal));
  const byPrefix = new Map<string, Binding[]>();
  for (const [key, members] of await readBindings(redis, [...keys], gaps)) {
    const parts = splitBindingKey(key);
    if (!parts) continue;
    const bindings = byPrefix.get(parts.prefix) ?? [];
    byPrefix.set(parts.prefix, bindings);
    bindings.push({ exchange: parts.exchange, members });
  }
  return [...byPrefix]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, bindings]) => {
      const bound = boundQueues(bindings);
      for (const { exchange } of bound.unsplit)
        gaps.add('bindings in % could not be taken apart', prefix + BINDING + exchange);
      const found = bound.queues.length > 0 || bindings.some(({ exchange }) => exchange === 'celery');
      return { prefix, found, ...bound };
    });
}

/** Adds the binding keys that SCAN finds to `keys`. Reply bindings come and go with every question to the workers: they are left out. */
async function scanForBindings(
  redis: RedisReader,
  maxKeys: number,
  keys: Set<string>,
  gaps: Gaps,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = count(await redis.call('DBSIZE'));
  let looked = 0;
  for (let cursor = '0'; ;) {
    onProgress(`Looking for queues: ${number(Math.min(looked, total))} of ${number(total)} keys...`);
    const size = Math.min(KEYS_A_COMMAND, maxKeys - looked);
    const reply = scanned(await redis.call('SCAN', cursor, 'MATCH', `*${BINDING}*`, 'COUNT', size));
    looked += size;
    for (const bytes of reply.items) {
      const key = keyText(bytes);
      if (key === undefined) gaps.add('the key % is not UTF-8', bytes.toString('latin1'));
      else if (!(key.endsWith('pidbox') && /\breply\./.test(key))) keys.add(key);
    }
    cursor = reply.cursor;
    if (cursor === '0') return;
    if (looked >= maxKeys) {
      gaps.add(`only ${number(looked)} of ${number(total)} keys were looked at to find queues`);
      return;
    }
    await pause(PAUSE_MS);
    throwIfCancelled(signal);
  }
}

/** The members of those keys that exist. */
async function readBindings(redis: RedisReader, keys: readonly string[], gaps: Gaps): Promise<[string, string[]][]> {
  const replies = await redis.pipeline(keys.map((key) => ['SMEMBERS', key]));
  const found: [string, string[]][] = [];
  for (const [index, key] of keys.entries()) {
    const reply = replies[index] ?? null;
    if (!(reply instanceof Error)) {
      const members = buffers(reply).map(keyText);
      if (members.includes(undefined)) gaps.add('a binding in % is not UTF-8', key);
      const readable = members.filter((member) => member !== undefined);
      if (readable.length > 0) found.push([key, readable]);
    } else if (reply.message.includes('WRONGTYPE')) gaps.add('the key % is no set of bindings', key);
    else await gaps.attempt(() => redis.call('SMEMBERS', key));
  }
  return found;
}
