/** What goes wrong in a world while it runs. Each fault is done once when its turn comes, and says nothing to the check. */
import { setTimeout as sleep } from 'node:timers/promises';
import { listsOf, STRANGERS } from './places';
import type { World } from './world';

export type FaultName = keyof typeof FAULTS;

export const FAULTS = {
  /** A pool process, in a body where there is one: out of memory. */
  'kill-process': async ({ trace, random }: World) => {
    const runs = trace.read().alive();
    const inBody = runs.filter(({ steps }) => steps.includes('body') && !steps.includes('returned'));
    const inRetry = inBody.filter(({ attempts }) => attempts !== null);
    const lists = [inRetry, inBody, runs].filter((list) => list.length > 0);
    if (lists.length > 0) kill(random.pick(random.pick(lists)).pid);
    return Promise.resolve();
  },

  /** A worker alone: its pool ends the tasks it has begun. */
  'kill-main': async (world: World) => {
    const role = world.random.pick(['one', 'two'] as const);
    world.worker(role).killMain();
    await world.startWorker(role);
  },

  'kill-worker': async (world: World) => {
    const role = world.random.pick(['one', 'two'] as const);
    await world.worker(role).kill();
    await world.startWorker(role);
  },

  /** As a deployment does it: the old worker ends its tasks while the new one works. */
  'warm-restart': async (world: World) => {
    const role = world.random.pick(['one', 'two'] as const);
    world.worker(role).shutDown();
    await world.startWorker(role);
  },

  /** `cache.clear()` in a database that the broker shares. */
  flush: async ({ redis }: World) => {
    await redis.flushdb();
  },

  /** One message, queued or taken. */
  'delete-message': async ({ redis, random, taken }: World) => {
    const lists = (await listsOf(redis)).filter((key) => !key.startsWith('first'));
    const tags = (await redis.hkeys(taken.hash)).sort();
    const place = random.integer(0, lists.length + Math.min(tags.length, 2) - 1);
    if (place < 0) return;
    const list = lists[place];
    if (list === undefined) {
      const tag = random.pick(tags);
      await redis.multi().hdel(taken.hash, tag).zrem(taken.index, tag).exec();
      return;
    }
    const messages = await redis.lrange(list, 0, -1);
    if (messages.length > 0) await redis.lrem(list, 1, random.pick(messages));
  },

  /** The server ends a task's session. */
  'end-session': async ({ database, random }: World) => {
    const sql = `select pid from pg_stat_activity
      where datname = current_database() and application_name = 'market' order by pid`;
    const sessions = await database.rows<{ pid: number }>(sql);
    if (sessions.length > 0) await database.run('select pg_terminate_backend($1)', [random.pick(sessions).pid]);
  },

  /** The server ends a client's line. */
  'cut-redis': async ({ redis, random }: World) => {
    const own = await redis.client('ID');
    const clients = String(await redis.client('LIST')).split('\n');
    const ids = clients.flatMap((line) => /^id=(\d+)/.exec(line)?.[1] ?? []).filter((id) => Number(id) !== own);
    if (ids.length > 0) await redis.client('KILL', 'ID', random.pick(ids)).catch(() => undefined);
  },

  /** Somebody's transaction holds rows: the library's next save waits, and time limits fire meanwhile. */
  lock: async ({ database, random }: World) => {
    const session = await database.session();
    try {
      const sql = `select id from task_manager_taskmanager where status = 'PENDING' order by id for update skip locked`;
      await session.query('begin');
      await session.query(sql);
      await sleep(random.integer(1500, 2500));
      await session.query('rollback');
    } finally {
      await session.end();
    }
  },

  /** Resume in the library's admin, of a row that looks stuck. */
  resume: async ({ database, producer, random }: World) => {
    const sql = `select id::int as id from task_manager_taskmanager where status in ('PENDING', 'SCHEDULED') order by id`;
    const rows = await database.rows<{ id: number }>(sql);
    if (rows.length > 0) await producer.ask({ do: 'resume', id: random.pick(rows).id }).catch(() => undefined);
  },

  /** A second application and another environment of ours publish into the same Redis. */
  strangers: async ({ database, producer, random }: World) => {
    const sql = 'select id::int as id, task_name as name from task_manager_taskmanager order by id';
    const rows = await database.rows<{ id: number; name: string }>(sql);
    for (const { id, name } of random.some(rows, 0.1)) {
      const task = random.next() < 0.5 ? `depot.jobs.${name}` : `market.jobs.${name}`;
      const n = STRANGERS + random.integer(1, 1000);
      await producer.ask({ do: 'strange', task, n, manager: id, queue: 'depot' });
    }
  },
} satisfies Readonly<Record<string, (world: World) => Promise<void>>>;

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
