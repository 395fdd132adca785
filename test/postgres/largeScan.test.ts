import assert from 'node:assert/strict';
import { explain } from '../../src/check/explainScan';
import { binOf } from '../../src/model/timeline';
import type { Diagnosis, TaskType } from '../../src/model/diagnosis';
import { SCAN_SETTINGS } from '../../src/tables/settings';
import { readPlan } from '../../src/sql/plan';
import { stuckRowBatches } from '../../src/tables/taskManager/stuckRows';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { check, inSnapshot, OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

/** More than a table that is read without a sample has: 110,000 rows of 400 bytes. */
const ROWS = 110_000;

describePostgres('a scan of a table that is sampled first', (serverUrl) => {
  let database: TestDatabase;
  let found: Diagnosis;
  let look: string | undefined;
  before(async function () {
    this.timeout(120_000);
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    // An incident of an hour 40 days ago, in types of very different size; some trickle after it; one row years before.
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, status_message, last_run)
       select 'app.tasks', 'type_' || floor(power(random(), 4) * 60), case when n % 50 = 0 then 'PENDING' else 'SCHEDULED' end, n::text,
              repeat('x', 300), now() - interval '40 days' - random() * interval '1 hour'
         from generate_series(1, ${String(ROWS)}) as n`,
    );
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, last_run)
       select 'app.tasks', 'type_' || n % 3, 'SCHEDULED', 'late', now() - n * interval '1 hour 13 minutes' from generate_series(1, 40) as n
        union all select 'app.tasks', 'rare', 'SCHEDULED', 'old', now() - interval '5 years'`,
    );
    // Two names with one hash: what is known of the times of the first says nothing of the second.
    const [same] = await database.rows<{ names: [string, string] }>(
      `select array_agg(name) as names from (select 'type_x' || n as name from generate_series(1, 300000) as n) as names
        group by hashtext(name) having count(*) > 1 limit 1`,
    );
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, status_message, last_run)
       select 'app.tasks', case when n <= 4 then $1 else $2 end, 'SCHEDULED', n::text, repeat('x', 300),
              now() - case when n <= 4 then interval '41 days' else interval '40 days' end - random() * interval '1 hour'
         from generate_series(1, 5000) as n`,
      same!.names,
    );
    // A name with most of the rows, in other modules and another status too, there with older rows alone; all of one time in one of them.
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, task_id, last_run)
       select module, 'type_0', status, 'odd', now() - interval '45 days' - case when module = 'same' then interval '0' else n * interval '1 minute' end
         from (values ('other.tasks', 'SCHEDULED'), ('', 'SCHEDULED'), ('same', 'SCHEDULED'), ('app.tasks', 'PAUSED')) as odd(module, status),
              generate_series(1, 8) as n`,
    );
    await database.run(`analyze ${TABLE}`);
    found = await check(
      database.url,
      { hours: 1 },
      { onProgress: ({ label }) => (label.startsWith('Counting') ? (look = label) : undefined) },
    );
  });
  after(() => database.drop());

  it('is sampled', () => {
    assert.ok(found.infrastructure.postgres.tableBytes > 32 * 1024 * 1024);
  });

  it('counts the rows of each type and status', async () => {
    const rows = await database.rows<{ name: string; count: string }>(
      `select task_module || '.' || task_name as name, count(*) as count from ${TABLE}
        where status = 'SCHEDULED' and last_run <= now() - interval '1 hour' group by 1`,
    );
    assert.deepEqual(
      found.taskTypes.map((type) => [nameOf(type), String(type.count)]).sort(),
      rows.map(({ name, count }) => [name, count]).sort(),
    );
    assert.deepEqual(
      found.otherStatuses.map(({ status, count }) => [status, count]),
      [
        ['PENDING', ROWS / 50],
        ['PAUSED', 8],
      ],
    );
  });

  it('counts them by the bins that their times are in', async () => {
    const bin = binOf(found.timeline!);
    const rows = await database.rows<{ name: string; seconds: string }>(
      `select task_module || '.' || task_name as name, extract(epoch from last_run)::float8::text as seconds from ${TABLE}
        where status = 'SCHEDULED' and last_run <= $1::timestamptz`,
      [found.parameters.olderThan],
    );
    const wanted = new Map<string, Record<number, number>>();
    for (const { name, seconds } of rows) {
      const bins = wanted.get(name) ?? {};
      bins[bin(Number(seconds))] = (bins[bin(Number(seconds))] ?? 0) + 1;
      wanted.set(name, bins);
    }
    for (const type of found.taskTypes) assert.deepEqual(type.lastRuns, wanted.get(nameOf(type)), nameOf(type));
    // The rows of the trickle are seen, and the one of years ago squeezes nobody.
    assert.ok(found.timeline!.binSeconds <= 12 * 3600, JSON.stringify(found.timeline));
  });

  it('shows the newest rows of each type and status, and when they were', async () => {
    const rows = await database.rows<{ name: string; status: string; ids: string[]; times: number[] }>(
      `select task_module || '.' || task_name as name, status, (array_agg(id::text order by last_run desc, id desc))[1:5] as ids,
              array[extract(epoch from min(last_run)), extract(epoch from max(last_run))]::float8[] as times
         from ${TABLE} where last_run <= $1::timestamptz group by 1, 2`,
      [found.parameters.olderThan],
    );
    const shown = [{ status: 'SCHEDULED', taskTypes: found.taskTypes }, ...found.otherStatuses];
    assert.deepEqual(
      shown
        .flatMap(({ status, taskTypes }) =>
          taskTypes.map((type) => ({
            name: nameOf(type),
            status,
            ids: type.samples.map(({ id }) => String(id)),
            times: [type.oldestLastRun, type.newestLastRun].map(epoch),
          })),
        )
        .sort(byName),
      rows.sort(byName),
    );
  });

  it('counts the younger rows of each chosen status, wherever the cutoff is', async () => {
    await database.run(`create view tasks_again as select * from ${TABLE}`);
    // In the middle of the incident; behind its newest rows, which is no sample; and in the trickle, also in a view of too many times.
    const cases = [
      { hours: 960.5 },
      { hours: 960.5, statuses: ['SCHEDULED'] },
      { hours: 2000 },
      { hours: 3 },
      { hours: 3, table: 'tasks_again' },
      { hours: 100_000 },
    ];
    for (const options of cases) {
      const { statuses = ['SCHEDULED', 'PENDING', 'DONE'] } = options;
      const { parameters, taskTypes, younger } = await check(database.url, { ...options, statuses });
      const rows = await database.rows<{ status: string; young: string; old: string; oldest: number | null }>(
        `select status, count(*) filter (where last_run > $2::timestamptz)::text as young,
                count(*) filter (where last_run <= $2::timestamptz)::text as old,
                extract(epoch from min(last_run) filter (where last_run > $2::timestamptz))::float8 as oldest
           from ${TABLE} where status = any($1) group by 1 order by count(*) filter (where last_run > $2::timestamptz) desc`,
        [statuses, parameters.olderThan],
      );
      assert.deepEqual(
        younger?.map(({ status, count, oldestLastRun }) => [status, String(count), epoch(oldestLastRun)]),
        rows.filter(({ oldest }) => oldest !== null).map(({ status, young, oldest }) => [status, young, oldest]),
        JSON.stringify(options),
      );
      assert.equal(
        taskTypes.reduce((sum, { count }) => sum + count, 0),
        rows.reduce((sum, { old }) => sum + Number(old), 0),
      );
    }
    await database.run('drop view tasks_again');
  });

  it('reads the table once, in parallel, and sorts none of its rows', async () => {
    for (const statuses of [['SCHEDULED'], ['PENDING', 'DONE']]) {
      const { explanation } = await explain(
        snapshots(database.url),
        { ...OPTIONS, hours: 1, statuses },
        'plan',
        new AbortController().signal,
      );
      const { reads, workersPlanned } = readPlan(explanation.statements.at(-1)!.plan);
      assert.deepEqual(
        reads.map(({ kind, name }) => [kind, name]),
        [['sequential', TABLE]],
      );
      assert.ok(workersPlanned > 0 && reads[0]!.parallel, statuses.join());
    }
  });

  it('tells what it is about before the pass over the table', () => {
    assert.match(
      look ?? '',
      /^Counting stuck tasks: about 1[01]0,000 \(estimated from \d+% of the table\), mostly app\.tasks\.type_0/,
    );
  });

  it('counts the same with samples of no row and of many', async () => {
    for (const limit of [0, 1, 200]) {
      const other = await check(database.url, { hours: 1, limit });
      assert.deepEqual(
        other.taskTypes.map((type) => [
          nameOf(type),
          type.count,
          type.newestLastRun,
          type.lastRuns,
          type.samples.length,
        ]),
        found.taskTypes.map((type) => [
          nameOf(type),
          type.count,
          type.newestLastRun,
          type.lastRuns,
          Math.min(limit, type.count),
        ]),
      );
    }
  });

  it('meets the stuck rows in the same order when a scan of another session has broken off', async () => {
    const first = async (): Promise<number[]> =>
      await inSnapshot(database.url, async (snapshot) => {
        await snapshot.query(SCAN_SETTINGS);
        const table = await findTable(snapshot, TABLE);
        for await (const batch of stuckRowBatches(snapshot, table, { hours: 1, statuses: ['SCHEDULED'] }))
          return batch.map(({ id }) => id);
        return [];
      });
    const before = await first();
    assert.ok(before.length > 1000);
    await inSnapshot(database.url, async (snapshot) => {
      await snapshot.query(`declare other cursor for select * from ${TABLE}`);
      await snapshot.query('move 60000 in other');
    });
    assert.deepEqual(await first(), before);
  });

  it('reads the same of a view, which cannot be sampled', async () => {
    await database.run(`create view v_tasks as select * from ${TABLE}`);
    const ofView = await check(database.url, { hours: 1, table: 'v_tasks' });
    const shape = ({ taskTypes }: Diagnosis): unknown =>
      taskTypes.map((type) => [nameOf(type), type.count, type.samples.map(({ id }) => id)]);
    assert.deepEqual(shape(ofView), shape(found));
    const rows = ofView.taskTypes.flatMap(({ lastRuns }) => Object.values(lastRuns ?? {})).reduce((a, b) => a + b, 0);
    assert.equal(
      rows,
      ofView.taskTypes.reduce((sum, { count }) => sum + count, 0),
    );
  });
});

function nameOf({ taskModule, taskName }: Pick<TaskType, 'taskModule' | 'taskName'>): string {
  return `${taskModule}.${taskName}`;
}

/** To the microsecond. */
function epoch(time: string): number {
  const [seconds = '', fraction = '0'] = time.replace('Z', '').split('.');
  return Number(`${String(Date.parse(`${seconds}Z`) / 1000)}.${fraction}`);
}

function byName(a: { readonly name: string; readonly status: string }, b: typeof a): number {
  return `${a.name} ${a.status}` < `${b.name} ${b.status}` ? -1 : 1;
}
