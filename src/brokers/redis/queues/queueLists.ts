import type { RedisReader } from '../../../ports/redis';
import { DEFAULT_SEPARATOR } from './bindings';
import type { Discovered } from './discovered';
import type { Gaps } from './gaps';
import { count } from './replies';
import type { UnboundList } from './unbound';

/** One list of a queue: one priority step. Step 0 is the key of the queue itself (kombu `_q_for_pri`). */
export interface QueueList {
  readonly prefix: string;
  readonly queue: string;
  readonly priority: number;
  readonly key: string;
  readonly length: number;
  /** That it is a queue's list only follows from what it holds. */
  readonly inferred: boolean;
}

/** A queue whose lists are looked for. */
export interface KnownQueue {
  readonly prefix: string;
  readonly name: string;
  readonly separator: string;
  /** False: only its name is known, no binding; it counts as a queue when it holds something. */
  readonly bound: boolean;
  /** Lists of it that were found without a binding. */
  readonly unbound: readonly UnboundList[];
}

/** kombu clamps priorities to 0..9; a step 10 can be configured and stays empty. */
const STEPS = Array.from({ length: 11 }, (_, step) => step);
const LISTS_A_COMMAND = 550;

/**
 * The queues of all applications, and Celery's default queue and the named ones also without a binding: a producer that was running
 * when the database was emptied goes on publishing without making the binding again.
 */
export function knownQueues(
  discovered: readonly Discovered[],
  named: readonly string[],
  lists: readonly UnboundList[],
): KnownQueue[] {
  const known = new Map<string, KnownQueue>();
  const unbound = new Map<string, UnboundList[]>();
  for (const list of lists) {
    const key = list.prefix + list.queue;
    unbound.set(key, [...(unbound.get(key) ?? []), list]);
  }
  const add = (queue: Omit<KnownQueue, 'unbound'>): void => {
    const key = queue.prefix + queue.name;
    if (!known.has(key)) known.set(key, { ...queue, unbound: unbound.get(key) ?? [] });
  };
  for (const { prefix, queues } of discovered)
    for (const { name, separator } of queues) add({ prefix, name, separator, bound: true });
  const ofApp = new Map(discovered.map((app) => [app.prefix, app.separator]));
  for (const own of unbound.values()) {
    const [first] = own;
    if (first === undefined) continue;
    const { prefix, queue: name } = first;
    const separator = own.find((list) => list.separator !== undefined)?.separator ?? ofApp.get(prefix);
    add({ prefix, name, separator: separator ?? DEFAULT_SEPARATOR, bound: false });
  }
  const separators = new Map([
    ['', DEFAULT_SEPARATOR],
    ...discovered.map((app) => [app.prefix, app.separator] as const),
  ]);
  for (const [prefix, separator] of separators)
    for (const name of new Set(['celery', ...named])) add({ prefix, name, separator, bound: false });
  return [...known.values()].sort((a, b) => compare(a.prefix, b.prefix) || compare(a.name, b.name));
}

/** Measures every list of these queues. @returns also the empty ones: a message can come back into them while others are read */
export async function measureLists(
  redis: RedisReader,
  queues: readonly KnownQueue[],
  gaps: Gaps,
): Promise<QueueList[]> {
  const owners = listsOf(queues);
  const lists: QueueList[] = [];
  for (let start = 0; start < owners.length; start += LISTS_A_COMMAND) {
    const some = owners.slice(start, start + LISTS_A_COMMAND);
    const replies = await redis.pipeline(some.map(({ key }) => ['LLEN', key]));
    for (const [index, { queue, ...list }] of some.entries()) {
      const reply = replies[index] ?? null;
      const error = reply instanceof Error ? reply.message : null;
      if (error === null) lists.push({ ...list, queue: queue.name, length: count(reply as number) });
      else if (!error.startsWith('WRONGTYPE')) await gaps.attempt(() => redis.call('LLEN', list.key));
      else if (queue.bound) gaps.add('unusual-key', 'the key % is no list of messages', list.key);
    }
  }
  return lists;
}

/** The keys of all lists that these queues may have. */
export function listKeys(queues: readonly KnownQueue[]): Set<string> {
  return new Set(listsOf(queues).map(({ key }) => key));
}

type ListOf = Pick<QueueList, 'prefix' | 'priority' | 'key' | 'inferred'> & { readonly queue: KnownQueue };

/** Each key once: `celery:5` can be a step of `celery`, where the separator is `:`, and a queue's own name, which then counts. */
function listsOf(queues: readonly KnownQueue[]): ListOf[] {
  const names = new Set(
    queues
      .filter(({ bound, unbound }) => bound || unbound.some(({ priority }) => priority === 0))
      .map(({ prefix, name }) => prefix + name),
  );
  const lists = new Map<string, ListOf>();
  for (const queue of queues) {
    const { prefix, name, separator, unbound } = queue;
    const base = prefix + name;
    const found = new Map(unbound.map((list) => [list.key, list]));
    for (const priority of STEPS) {
      const key = priority === 0 ? base : base + separator + String(priority);
      if (priority > 0 && names.has(key)) continue;
      const inferred = found.get(key)?.inferred === true && !queue.bound;
      if (!lists.has(key)) lists.set(key, { prefix, priority, key, queue, inferred });
    }
    // Steps beyond those that priorities reach, and separators of other producers.
    for (const { key, priority, inferred } of unbound)
      if (!lists.has(key)) lists.set(key, { prefix, priority, key, queue, inferred });
  }
  return [...lists.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
