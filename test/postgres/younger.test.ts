import assert from 'node:assert/strict';
import type { Diagnosis, YoungerRows } from '../../src/model/diagnosis';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { isoTime } from '../../src/sql/isoTime';
import { TestDatabase } from '../support/database';
import { check } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE, type TaskRow } from '../support/taskTable';

/** As large as a bigint: the row's place in the answer must not hang on its id. */
const LARGE_ID = '9007199254740991';

const ROWS: readonly TaskRow[] = [
  { status: 'SCHEDULED', hoursAgo: 1000 },
  { status: 'SCHEDULED', hoursAgo: 3, task_name: 'first' },
  { status: 'SCHEDULED', last_run: '2020-01-01 00:00:00.000001+00' },
  { status: 'SCHEDULED', hoursAgo: 2, task_name: 'second', id: LARGE_ID },
  // A worker whose clock is ahead.
  { status: 'SCHEDULED', hoursAgo: -5 },
  { status: 'PENDING', hoursAgo: 4 },
  { status: 'PENDING', hoursAgo: 2000 },
  { status: 'DONE', hoursAgo: 1 },
  { status: 'DONE', hoursAgo: 5 },
  { status: 'DONE', hoursAgo: 3000 },
  { status: 'ERROR', hoursAgo: 6 },
];

describePostgres('rows that are not old enough to be stuck', (serverUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  /** What the table itself says of these statuses. */
  async function truth(
    statuses: readonly string[],
    { parameters: { olderThan } }: Diagnosis,
    table = TABLE,
  ): Promise<YoungerRows[]> {
    const rows = await database.rows<{ status: string; count: string; oldest: string }>(
      `select status, count(*)::text, min(last_run)::timestamptz::text as oldest from ${table}
        where status = any($1) and last_run > $2::timestamptz group by 1 order by count(*) desc, 1`,
      [statuses, olderThan],
    );
    return rows.map(({ status, count, oldest }) => ({
      status,
      count: Number(count),
      oldestLastRun: isoTime(oldest),
    }));
  }

  it('are counted by status, with the oldest time, beside those that are stuck', async () => {
    await createTaskTable(database);
    await insertTasks(database, ROWS);
    const found = await check(database.url);
    assert.deepEqual(
      found.younger?.map(({ status, count }) => [status, count]),
      [['SCHEDULED', 3]],
    );
    assert.deepEqual(found.younger, await truth(['SCHEDULED'], found));
    assert.deepEqual([found.taskTypes.length, found.taskTypes[0]?.count], [1, 2]);
    const json = diagnosisJson(found);
    assert.deepEqual(schemaErrors(JSON.parse(json)), []);
    assert.deepEqual(readDiagnosis(json, 'it').younger, found.younger);
  });

  it('are counted in each chosen status, also in one that is an end', async () => {
    await createTaskTable(database);
    await insertTasks(database, ROWS);
    const statuses = ['PENDING', 'DONE'];
    const found = await check(database.url, { statuses });
    assert.deepEqual(
      found.younger?.map(({ status, count }) => [status, count]),
      [
        ['DONE', 2],
        ['PENDING', 1],
      ],
    );
    assert.deepEqual(found.younger, await truth(statuses, found));
    assert.deepEqual(found.taskTypes[0]?.byStatus, { DONE: 1, PENDING: 1 });
    assert.deepEqual(
      found.otherStatuses.map(({ status, count }) => [status, count]),
      [['SCHEDULED', 2]],
    );
  });

  it('are counted where no row is stuck', async () => {
    await createTaskTable(database);
    await insertTasks(database, ROWS);
    const found = await check(database.url, { hours: 200_000 });
    assert.deepEqual([found.taskTypes, found.otherStatuses, found.timeline], [[], [], undefined]);
    assert.deepEqual(found.younger, await truth(['SCHEDULED'], found));
    assert.equal(found.younger[0]?.oldestLastRun, '2020-01-01T00:00:00.000001Z');
    assert.equal(found.younger[0].count, 5);
  });

  it('are none in an empty table, and none where all rows are old', async () => {
    await createTaskTable(database);
    assert.deepEqual((await check(database.url)).younger, []);
    await insertTasks(database, [{}, {}]);
    assert.deepEqual((await check(database.url)).younger, []);
  });

  it('begin a microsecond after the cutoff', async () => {
    await createTaskTable(database);
    await insertTasks(database, [{}, {}, {}]);
    await database.run(
      `create view edge as select id, task_module, status, task_name, now() - interval '906 hours' + (id - 1) * interval '1 microsecond' as last_run from ${TABLE}`,
    );
    const found = await check(database.url, { table: 'edge' });
    assert.deepEqual([found.taskTypes[0]?.count, found.younger?.[0]?.count], [1, 2]);
  });

  it('have a time: a row without one is neither stuck nor young', async () => {
    await createTaskTable(database, { types: { last_run: 'timestamptz' } });
    await insertTasks(database, [{}, { last_run: null }, { hoursAgo: 1 }, { last_run: null, status: 'PENDING' }]);
    for (const statuses of [['SCHEDULED'], ['SCHEDULED', 'PENDING']]) {
      const found = await check(database.url, { statuses });
      assert.equal(found.taskTypes[0]?.count, 1);
      assert.deepEqual(found.younger, await truth(['SCHEDULED'], found));
    }
  });

  it('are read of times without a zone, and at the ends of the calendar', async () => {
    await createTaskTable(database, { types: { last_run: 'timestamp', status: 'text' } });
    await insertTasks(database, [{}, { hoursAgo: 1 }]);
    await insertTasks(database, [{ last_run: 'infinity', status: "it's" }]);
    const found = await check(database.url, { statuses: ['SCHEDULED', "it's"] });
    assert.deepEqual(found.younger?.slice(0, 1), await truth(['SCHEDULED'], found));
    assert.deepEqual(found.younger[1], { status: "it's", count: 1, oldestLastRun: '9999-12-31T23:59:59.999999Z' });
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
  });

  it('are read of partitions and of views', async () => {
    const types = { id: 'bigserial' };
    await createTaskTable(database, { types, suffix: 'partition by range (last_run)' });
    await database.run(
      `create table part_old partition of ${TABLE} for values from (minvalue) to ('2022-01-01');
       create table part_rest partition of ${TABLE} default`,
    );
    await insertTasks(database, ROWS);
    await database.run(
      `create view task_view as select * from ${TABLE}; create materialized view task_copy as select * from ${TABLE}`,
    );
    for (const table of [TABLE, 'task_view', 'task_copy']) {
      const found = await check(database.url, { table, statuses: ['SCHEDULED', 'DONE'] });
      assert.deepEqual(found.younger, await truth(['SCHEDULED', 'DONE'], found), table);
      assert.deepEqual(
        found.younger.map(({ count }) => count),
        [3, 2],
      );
    }
  });
});
