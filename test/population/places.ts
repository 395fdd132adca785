/** Where the messages of rows really are: every key of the Redis, and the memory of every worker. */
import type { Redis } from 'ioredis';
import type { Place } from './truth';
import type { TakenKeys } from './worlds';
import type { Remembered } from './trace';

interface Message {
  readonly body: string;
  readonly headers: { readonly task: string; readonly id: string; readonly eta: string | null };
}

type Body = readonly [readonly unknown[], Readonly<Record<string, unknown>>, unknown];

/** A message, and the row that it belongs to, if that is one of ours. */
export interface Found {
  readonly id: string;
  readonly row: number | null;
}

/** The tasks of our application; a second one has others, and rows with the same numbers. */
const OURS = 'market.jobs.';

/**
 * @param memory what living workers remember
 * @returns by row
 */
export async function placesOf(
  redis: Redis,
  taken: TakenKeys,
  memory: readonly Remembered[],
): Promise<Map<number, Place[]>> {
  const places = new Map<number, Place[]>();
  const add = (found: Found, where: Place['where']): void => {
    if (found.row === null) return;
    places.set(found.row, [...(places.get(found.row) ?? []), { id: found.id, where }]);
  };
  for (const key of await listsOf(redis)) {
    for (const item of await redis.lrange(key, 0, -1)) {
      const found = decoded(JSON.parse(item) as Message);
      if (found !== undefined) add(found, 'queue');
    }
  }
  const remembered = new Set(memory.map(({ id }) => id));
  for (const [tag, item] of Object.entries(await redis.hgetall(taken.hash))) {
    const found = decoded((JSON.parse(item) as [Message])[0]);
    if (found === undefined || remembered.has(found.id)) continue;
    add(found, (await redis.zscore(taken.index, tag)) === null ? 'forgotten' : 'kept');
  }
  for (const { id, task, row, where } of memory)
    add(rowOf({ id, task, args: [], row }), where === 'active' ? 'starting' : 'memory');
  return places;
}

/** Undefined for what is no task: an answer to a question, for instance. */
function decoded(message: Message): Found | undefined {
  const { headers } = message;
  if (typeof headers.task !== 'string') return undefined;
  const [args, kwargs] = JSON.parse(Buffer.from(message.body, 'base64').toString('utf8')) as Body;
  return rowOf({ id: headers.id, task: headers.task, args, row: kwargs.task_manager_id });
}

/** Whose message it is: the same task of another environment has other arguments, another application has other tasks. */
export function rowOf(message: {
  readonly id: string;
  readonly task: string;
  readonly args: readonly unknown[];
  readonly row: unknown;
}): Found {
  const { id, task, args, row } = message;
  const isStranger = typeof args[0] === 'number' && args[0] >= STRANGERS;
  return { id, row: typeof row === 'number' && task.startsWith(OURS) && !isStranger ? row : null };
}

/** The lists of queues, in an order that is always the same. */
export async function listsOf(redis: Redis): Promise<string[]> {
  const lists: string[] = [];
  for (const key of (await redis.keys('*')).sort())
    // Where workers answer questions, items are no messages of tasks.
    if (!key.endsWith('.reply.celery.pidbox') && (await redis.type(key)) === 'list') lists.push(key);
  return lists;
}

/** From this number on orders are another environment's. */
export const STRANGERS = 1_000_000;
