/** What Celery would have left in Redis for the incident's rows, as much of it as is asked for. */
import { Redis } from 'ioredis';
import { withClient } from './incident';

export interface RedisContent {
  /** Messages in the queue `celery`: first for stuck rows, then for tasks that have no row. */
  readonly messages: number;
  /** Results (SUCCESS without a value, as the library's tasks leave them) of other stuck rows. */
  readonly results: number;
}

interface Row {
  readonly id: string;
  readonly task: string;
  readonly args: string;
  readonly kwargs: string;
  readonly task_id: string;
}

const BATCH = 1000;

/**
 * Fills an empty Redis.
 * @param hours whose rows count as stuck
 */
export async function fillRedis(
  redisUrl: string,
  databaseUrl: string,
  hours: number,
  { messages, results }: RedisContent,
): Promise<void> {
  const { kombuMessage, uuid } = await import('../../tools/demo/index.mjs');
  const rows = await stuckRows(databaseUrl, hours, messages + results);
  const redis = new Redis(redisUrl);
  try {
    await redis.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
    const message = (index: number): string => {
      const row = rows[index] ?? stranger(uuid(`bench:${String(index)}`));
      const { id, task, args, kwargs, task_id: taskId } = row;
      const { text } = kombuMessage({
        ...{ task, id: taskId, rootId: uuid(`first:${id}`), args, kwargs, queue: 'celery', priority: 0 },
      });
      return text;
    };
    await batches(messages, (from, to) => redis.lpush('celery', ...range(from, to).map(message)));
    const withResult = rows.slice(messages);
    await batches(Math.min(results, withResult.length), (from, to) =>
      redis.mset(withResult.slice(from, to).flatMap(({ task_id: id }) => [`celery-task-meta-${id}`, success(id)])),
    );
  } finally {
    redis.disconnect();
  }
}

/** Celery's ids of the first stuck rows, in the order in which they get messages and results. */
export async function taskIds(databaseUrl: string, hours: number, limit: number): Promise<string[]> {
  return (await stuckRows(databaseUrl, hours, limit)).map((row) => row.task_id);
}

async function stuckRows(databaseUrl: string, hours: number, limit: number): Promise<readonly Row[]> {
  if (limit === 0) return [];
  return await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Row>(
      `select id::text, task_module || '.' || task_name as task, (arguments->'args')::text as args,
          (arguments->'kwargs')::text as kwargs, task_id
         from task_manager_taskmanager
        where status = 'SCHEDULED' and last_run <= now() - $1::float8 * interval '1 hour' and task_id <> ''
        order by id limit $2`,
      [hours, limit],
    );
    return rows;
  });
}

/** A task that was published without the library. */
function stranger(taskId: string): Row {
  return { id: '0', task: 'breathecode.activity.tasks.add_activity', args: '[1, "a"]', kwargs: '{}', task_id: taskId };
}

function success(id: string): string {
  return `{"status": "SUCCESS", "result": null, "traceback": null, "children": [], "date_done": "2026-01-01T00:00:00.000001+00:00", "task_id": "${id}"}`;
}

async function batches(total: number, put: (from: number, to: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < total; from += BATCH) await put(from, Math.min(total, from + BATCH));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
