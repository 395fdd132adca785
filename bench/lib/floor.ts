/** What the least is that anybody would have to do, with the plain drivers. */
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { Incident } from './incident';

/** One pass that only counts the stuck rows, in a session that stands already. */
export interface CountFloor {
  readonly count: () => Promise<number>;
  /** How many processes of the server count, the first one included. */
  readonly processes: number;
  readonly close: () => Promise<void>;
}

export async function countFloor({ databaseUrl, hours }: Incident): Promise<CountFloor> {
  const client = new Client({ connectionString: databaseUrl });
  // A row that fails leaves its session to the end of the run.
  client.on('error', () => undefined);
  await client.connect();
  // Compiling costs this statement more than it saves (bench/README.md), and the floor must be as fast as it can be.
  await client.query('set jit = off');
  const sql = (): string =>
    `select count(*) from task_manager_taskmanager where status in ('SCHEDULED') and last_run <= now() - ${String(hours())} * interval '1 hour'`;
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql()}`);
  const workers = rows.map((row) => /Workers Planned: (\d+)/.exec(row['QUERY PLAN'])?.[1]).find(Boolean) ?? '0';
  return {
    count: async () => {
      const counted = await client.query<{ count: string }>(sql());
      return Number(counted.rows[0]?.count);
    },
    processes: 1 + Number(workers),
    close: () => client.end(),
  };
}

const COLUMNS = `id, task_module, task_name, status, task_id, attempts, current_page, total_pages, status_message, killed,
  exception_name, last_run, created_at, started_at, updated_at`;

/** The columns that judging needs, of every stuck row, as text, with nothing done to them. @returns the task ids */
export async function readRows({ databaseUrl, hours }: Incident, statuses: readonly string[]): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({
      text: `select ${COLUMNS} from task_manager_taskmanager where status = any($1::text[]) and last_run <= now() - $2::float8 * interval '1 hour'`,
      values: [statuses, hours()],
      rowMode: 'array',
      types: { getTypeParser: () => (text: string | Buffer) => text },
    });
    return rows.map((row) => row[4] as string);
  } finally {
    await client.end();
  }
}

const LIST_CHUNK = 1000;
const KEY_CHUNK = 1000;
/** Commands that are under way at the same time. */
const DEPTH = 8;

/** The whole queue and the results of these ids, pipelined, with nothing done to them. @returns messages and results read */
export async function readKeys(
  redisUrl: string,
  taskIds: readonly string[],
): Promise<{ messages: number; results: number }> {
  const redis = new Redis(redisUrl);
  let messages = 0;
  let results = 0;
  try {
    const length = await redis.llen('celery');
    const starts = Array.from({ length: Math.ceil(length / LIST_CHUNK) }, (_, index) => index * LIST_CHUNK);
    for (let at = 0; at < starts.length; at += DEPTH) {
      const lists = starts
        .slice(at, at + DEPTH)
        .map((from) => redis.lrangeBuffer('celery', from, from + LIST_CHUNK - 1));
      for (const list of await Promise.all(lists)) messages += list.length;
    }
    for (let at = 0; at < taskIds.length; at += DEPTH * KEY_CHUNK) {
      const chunks = [];
      for (let from = at; from < Math.min(taskIds.length, at + DEPTH * KEY_CHUNK); from += KEY_CHUNK)
        chunks.push(redis.mgetBuffer(taskIds.slice(from, from + KEY_CHUNK).map((id) => `celery-task-meta-${id}`)));
      for (const values of await Promise.all(chunks)) results += values.filter((value) => value !== null).length;
    }
    return { messages, results };
  } finally {
    redis.disconnect();
  }
}
