import assert from 'node:assert/strict';
import type { Diagnosis, RowDetails, TaskType } from '../../src/model/diagnosis';
import { TestDatabase } from '../support/database';
import { Random } from '../support/random';
import { check } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

const STATUSES = [
  'SCHEDULED',
  'PENDING',
  'PAUSED',
  'DONE',
  'CANCELLED',
  'REVERSED',
  'ERROR',
  'ABORTED',
  'scheduled',
  "Odd 'one'",
  '',
];
const TERMINAL = "'DONE', 'CANCELLED', 'REVERSED', 'ERROR', 'ABORTED'";

interface Parameters {
  readonly hours: number;
  readonly limit: number;
  readonly statuses: readonly string[];
}

/** Fills the table: few distinct times, so that many rows tie, some with microseconds, some in the future. */
async function fill(database: TestDatabase, random: Random): Promise<void> {
  const types = Array.from({ length: random.integer(1, 15) }, (_, i) => ({
    task_module: random.pick(['a', 'a.b', 'z', 'Ä', 'A']),
    task_name: random.pick(['x', 'b.x', `t${String(i)}`]),
  }));
  // 0.36 seconds younger than a whole hour: the same second, written with a point.
  const ages = Array.from({ length: random.integer(2, 30) }, () =>
    random.pick([
      random.integer(-5, 2000),
      random.integer(900, 910),
      random.integer(900, 910) - 0.0001,
      random.next() * 1500,
    ]),
  );
  const rows = Array.from({ length: random.integer(0, 1200) }, () => ({
    ...random.pick(types),
    status: random.pick(STATUSES),
    age: random.pick(ages),
  }));
  await database.run(
    `insert into ${TABLE} (task_module, task_name, status, last_run)
     select task_module, task_name, status, date_trunc('hour', now()) - age * interval '1 hour'
       from jsonb_to_recordset($1::jsonb) as row(task_module text, task_name text, status text, age float8)`,
    [JSON.stringify(rows)],
  );
}

const iso = (time: string): string =>
  `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') ||
   case when extract(microseconds from ${time})::int % 1000000 = 0 then '' else to_char(${time}, '.US') end || 'Z'`;

/** The same questions in plain SQL, one query for each. */
async function expected(database: TestDatabase, found: Diagnosis, { limit, statuses }: Parameters) {
  const bound = [found.parameters.olderThan, found.generatedAt];
  const types = await database.rows<Record<string, string>>(
    `select task_module, task_name, count(*) as count, extract(epoch from $2::timestamptz - min(last_run)) / 3600 as hours,
            ${iso('min(last_run)')} as oldest, ${iso('max(last_run)')} as newest
       from ${TABLE} where last_run <= $1::timestamptz and status = any($3) group by 1, 2`,
    [...bound, statuses],
  );
  const byStatus = await database.rows<Record<string, string>>(
    `select task_module, task_name, status, count(*) as count from ${TABLE}
      where last_run <= $1::timestamptz and status = any($2) group by 1, 2, 3`,
    [bound[0], statuses],
  );
  const samples = await database.rows<Record<string, string>>(
    `select * from (select id, task_module, task_name, status, ${iso('last_run')} as last_run,
              row_number() over (partition by task_module, task_name order by last_run desc, id desc) as place
         from ${TABLE} where last_run <= $1::timestamptz and status = any($2)) ranked
      where place <= $3 order by place`,
    [bound[0], statuses, limit],
  );
  const others = await database.rows<Record<string, string>>(
    `select status, count(*) as count, extract(epoch from $2::timestamptz - min(last_run)) / 3600 as hours from ${TABLE}
      where last_run <= $1::timestamptz and status <> all($3) and status not in (${TERMINAL}) group by 1`,
    [...bound, statuses],
  );
  const sameType = (row: Record<string, string>, type: Record<string, string>): boolean =>
    row.task_module === type.task_module && row.task_name === type.task_name;
  return {
    types: types.map((type) => ({
      name: [type.task_module, type.task_name],
      count: Number(type.count),
      hours: Number(type.hours).toFixed(6),
      oldest: type.oldest,
      newest: type.newest,
      byStatus: byStatus
        .filter((row) => sameType(row, type))
        .map((row) => `${row.status!}=${row.count!}`)
        .sort(),
      samples: samples.filter((row) => sameType(row, type)).map((row) => `${row.id!} ${row.status!} ${row.last_run!}`),
    })),
    others: others.map((row) => ({
      status: row.status,
      count: Number(row.count),
      hours: Number(row.hours).toFixed(6),
    })),
  };
}

const shown = (sample: RowDetails): string => `${String(sample.id)} ${sample.status} ${sample.lastRun}`;

function actualType(type: TaskType) {
  return {
    name: [type.taskModule, type.taskName],
    count: type.count,
    hours: type.maxHoursStuck.toFixed(6),
    oldest: type.oldestLastRun,
    newest: type.newestLastRun,
    byStatus: Object.entries(type.byStatus)
      .map(([status, count]) => `${status}=${String(count)}`)
      .sort(),
    samples: type.samples.map(shown),
  };
}

const byName = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function assertOrdered(counts: readonly number[], names: readonly string[]): void {
  for (let i = 1; i < counts.length; i++) {
    assert.ok(
      counts[i - 1]! > counts[i]! || (counts[i - 1] === counts[i] && names[i - 1]! <= names[i]!),
      `place ${String(i)}`,
    );
  }
}

describePostgres('all numbers of a scan against plain SQL', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  for (let seed = 1; seed <= 12; seed++) {
    it(`seed ${String(seed)}`, async () => {
      const random = new Random(seed * 7919);
      await database.run(`truncate ${TABLE} restart identity`);
      await fill(database, random);
      if (seed % 2 === 0) await database.run(`analyze ${TABLE}`);
      for (let round = 0; round < 3; round++) {
        const parameters: Parameters = {
          hours: random.pick([0, 0.25, 24, 850, random.integer(0, 1500), random.next() * 900]),
          limit: random.pick([0, 1, 2, 5, 50, 1000]),
          statuses:
            round === 0
              ? ['SCHEDULED']
              : random.some(
                  STATUSES.filter((status) => status !== ''),
                  0.4,
                ),
        };
        const found = await check(database.url, parameters);
        const want = await expected(database, found, parameters);
        const note = `seed ${String(seed)}, ${JSON.stringify(parameters)}`;
        assert.deepEqual(found.taskTypes.map(actualType).sort(byName), want.types.sort(byName), note);
        const others = found.otherStatuses.map(({ status, count, maxHoursStuck }) => ({
          status,
          count,
          hours: maxHoursStuck.toFixed(6),
        }));
        assert.deepEqual(others.sort(byName), want.others.sort(byName), note);
        assertOrdered(
          found.taskTypes.map((type) => type.count),
          found.taskTypes.map((type) => `${type.taskModule}.${type.taskName}`),
        );
        assertOrdered(
          found.otherStatuses.map((other) => other.count),
          found.otherStatuses.map((other) => other.status),
        );
        for (const other of found.otherStatuses)
          await assertSameInside(database, found, parameters, other.status, other.taskTypes);
        const span = (Date.parse(found.generatedAt) - Date.parse(found.parameters.olderThan)) / 3_600_000;
        assert.ok(Math.abs(span - parameters.hours) < 1e-6, note);
      }
    });
  }
});

/** The task types inside another status are what a check of that status alone finds. */
async function assertSameInside(
  database: TestDatabase,
  found: Diagnosis,
  parameters: Parameters,
  status: string,
  types: readonly TaskType[],
) {
  const want = await expected(database, found, { ...parameters, statuses: [status] });
  assert.deepEqual(types.map(actualType).sort(byName), want.types.sort(byName), `inside ${status}`);
}
