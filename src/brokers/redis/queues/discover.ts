import type { Discovered, Discovery, DiscoverOptions } from './discovered';
import type { RedisReader } from '../../../ports/redis';
import { BINDING, boundQueues, DEFAULT_SEPARATOR, splitBindingKey, type Binding } from './bindings';
import { findKeys } from './findKeys';
import type { Gaps } from './gaps';
import { KeySift } from './keySift';
import { findHashes, findLists } from './lookInto';
import { knownQueues, listKeys } from './queueLists';
import { buffers, keyText } from './replies';
import { placeLists } from './unbound';

const NOTHING: Discovery = { apps: [], lists: [], hashes: [], zsets: [], mailboxes: 0, replies: 0 };

/**
 * Finds the queues of every application in this database. Their bindings name them; but a binding is written when a queue is declared and
 * can be flushed or evicted while producers go on, which need none for Celery's own exchange. So one pass over all keys also looks for
 * lists that hold messages of Celery, and for hashes that hold taken ones under names of their own (transport option `unacked_key`).
 * A binding is never removed, so it says only that Celery uses this Redis, not that a worker lives.
 */
export async function discover(
  redis: RedisReader,
  options: DiscoverOptions,
  gaps: Gaps,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<Discovery> {
  const sift = new KeySift(gaps);
  for (const name of ['celery', ...options.queues]) sift.bindings.add(BINDING + name);
  await gaps.attempt(() => findKeys(redis, options.maxKeys, sift, gaps, onProgress, signal));
  if (sift.overflow) gaps.add('capped', 'not every list and hash was looked into to find queues');
  const bindings = await readBindings(redis, [...sift.bindings], gaps);
  const apps = appsOf(bindings, gaps);
  const look = async (): Promise<Discovery> => {
    const known = listKeys(knownQueues(apps, [], []).filter(({ bound }) => bound));
    const found = await findLists(redis, sift.lists.values(), known, gaps, signal);
    const lists = placeLists(found, new Map(apps.map(({ prefix, separator }) => [prefix, separator])));
    const prefixes = new Set(['', ...apps.map(({ prefix }) => prefix), ...lists.map(({ prefix }) => prefix)]);
    const usual = new Set([...prefixes].map((prefix) => `${prefix}unacked`));
    const hashes = await findHashes(redis, sift.hashes.values(), usual, gaps, signal);
    const zsets = hashes.length === 0 ? [] : [...sift.zsets.values()].flatMap(({ keys }) => keys);
    return { ...NOTHING, lists, hashes, zsets };
  };
  const more = (await gaps.attempt(look)) ?? NOTHING;
  return {
    ...more,
    apps: withUnbound(apps, more),
    mailboxes: mailboxes(bindings),
    replies: sift.replies,
  };
}

function appsOf(all: readonly (readonly [string, string[]])[], gaps: Gaps): Discovered[] {
  const byPrefix = new Map<string, Binding[]>();
  for (const [key, members] of all) {
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
        gaps.add('undecodable', 'bindings in % could not be taken apart', prefix + BINDING + exchange);
      const found = bound.queues.length > 0 || bindings.some(({ exchange }) => exchange === 'celery');
      return { prefix, found, ...bound };
    });
}

/** The same with applications that left nothing but messages. */
function withUnbound(apps: readonly Discovered[], { lists, hashes }: Discovery): Discovered[] {
  const byPrefix = new Map(apps.map((app) => [app.prefix, app]));
  const usual = hashes.flatMap(({ key }) => (key.endsWith('unacked') ? key.slice(0, -'unacked'.length) : []));
  for (const prefix of [...lists.map((list) => list.prefix), ...usual.filter((name) => /^$|\W$/.test(name))]) {
    const separator = lists.find((list) => list.prefix === prefix && list.separator !== undefined)?.separator;
    const app = byPrefix.get(prefix) ?? { prefix, separator: DEFAULT_SEPARATOR, queues: [], unsplit: [] };
    const own = app.queues.length === 0 && separator !== undefined ? { separator } : {};
    byPrefix.set(prefix, { ...app, ...own, found: true });
  }
  return [...byPrefix.values()].sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

/** Members of `_kombu.binding.celery.pidbox`: each worker's mailbox, added when it starts and removed when it ends in good order. */
function mailboxes(bindings: readonly (readonly [string, readonly string[]])[]): number {
  return bindings.reduce((sum, [key, members]) => {
    const exchange = splitBindingKey(key)?.exchange ?? '';
    return exchange.endsWith('pidbox') ? sum + members.length : sum;
  }, 0);
}

/** The members of those keys that exist. */
async function readBindings(redis: RedisReader, keys: readonly string[], gaps: Gaps): Promise<[string, string[]][]> {
  const replies = await redis.pipeline(keys.map((key) => ['SMEMBERS', key]));
  const found: [string, string[]][] = [];
  for (const [index, key] of keys.entries()) {
    const reply = replies[index] ?? null;
    if (!(reply instanceof Error)) {
      const members = buffers(reply).map(keyText);
      if (members.includes(undefined)) gaps.add('undecodable', 'a binding in % is not UTF-8', key);
      const readable = members.filter((member) => member !== undefined);
      if (readable.length > 0) found.push([key, readable]);
    } else if (reply.message.includes('WRONGTYPE')) gaps.add('unusual-key', 'the key % is no set of bindings', key);
    else await gaps.attempt(() => redis.call('SMEMBERS', key));
  }
  return found;
}
