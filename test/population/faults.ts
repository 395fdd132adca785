/** What goes wrong in a world while it runs. Each fault is done once when its turn comes, and says nothing to the check. */
import { setTimeout as sleep } from 'node:timers/promises';
import { STRANGERS } from './places';
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

  flush: async ({ medium }: World) => {
    await medium.flush();
  },

  'delete-message': async ({ medium, random }: World) => {
    await medium.deleteMessage(random);
  },

  /** The server ends a task's session. */
  'end-session': async ({ database, random }: World) => {
    const sql = `select pid from pg_stat_activity
      where datname = current_database() and application_name = 'market' order by pid`;
    const sessions = await database.rows<{ pid: number }>(sql);
    if (sessions.length > 0) await database.run('select pg_terminate_backend($1)', [random.pick(sessions).pid]);
  },

  'cut-client': async ({ medium, random }: World) => {
    await medium.cutClient(random);
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

  /** A second application and another environment of ours publish into the same broker. */
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
