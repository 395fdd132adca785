import assert from 'node:assert/strict';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { TestDatabase } from '../support/database';
import { check } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const OPTIONAL = [
  'arguments',
  'attempts',
  'created_at',
  'current_page',
  'fixed',
  'killed',
  'priority',
  'reverse_module',
  'reverse_name',
  'started_at',
  'status_message',
  'task_id',
  'total_pages',
  'updated_at',
];

describePostgres('tables of every shape', (serverUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  it('shows every field of a row of the newest release', async () => {
    await createTaskTable(database);
    await insertTasks(database, [
      {
        arguments: '{"a":[1,null]}',
        attempts: 3,
        created_at: '2024-01-01 01:00:00.000001+02',
        current_page: 2,
        last_run: '2024-01-01 00:00:00.120000+00',
        priority: 7,
        started_at: '2024-01-01 00:00:01+00',
        status_message: 'went\nwrong',
        task_id: 'abc',
        total_pages: 9,
        updated_at: '2024-06-01 00:00:00+00',
      },
    ]);
    const found = await check(database.url);
    assert.deepEqual(found.taskTypes[0]!.samples, [
      {
        id: 1,
        status: 'SCHEDULED',
        arguments: { rawJSON: '{"a": [1, null]}' },
        attempts: 3,
        createdAt: '2023-12-31T23:00:00.000001Z',
        currentPage: 2,
        lastRun: '2024-01-01T00:00:00.120000Z',
        priority: 7,
        startedAt: '2024-01-01T00:00:01Z',
        statusMessage: 'went\nwrong',
        taskId: 'abc',
        totalPages: 9,
        updatedAt: '2024-06-01T00:00:00Z',
      },
    ]);
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
    assert.equal(found.infrastructure.postgres.table, `"public"."${TABLE}"`);
    assert.equal(found.infrastructure.postgres.replica, false);
    assert.ok(found.infrastructure.postgres.tableBytes > 0);
    assert.match(found.infrastructure.postgres.serverVersion, new RegExp(`^${String(database.majorVersion)}\\.`));
    assert.ok(found.infrastructure.postgres.address.endsWith(`/${database.name}`));
  });

  it('works without any one of the columns, and without all of them', async () => {
    for (const without of [...OPTIONAL.map((column) => [column]), OPTIONAL]) {
      await createTaskTable(database, { without });
      await insertTasks(database, [{}]);
      const found = await check(database.url);
      assert.equal(found.taskTypes[0]!.samples.length, 1, without.join());
      assert.equal('priority' in found.taskTypes[0]!.samples[0]!, !without.includes('priority'));
      assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), [], without.join());
      await database.run(`drop table ${TABLE}`);
    }
  });

  it('says which column is missing when it is not the table', async () => {
    await createTaskTable(database, { without: ['last_run', 'status'] });
    await assert.rejects(check(database.url), { kind: 'wrong-table', message: /no column status, last_run/ });
  });

  it('finds another schema and name, with dots and quotes in them', async () => {
    await database.run('create schema "a.b ""c"""');
    const name = '"a.b ""c"""."Task ""x"".y; drop"';
    await createTaskTable(database, { name });
    await insertTasks(database, [{}, {}], name);
    const found = await check(database.url, { table: name });
    assert.equal(found.taskTypes[0]!.count, 2);
    assert.equal(found.infrastructure.postgres.table, name);
  });

  it('takes a plain name from the search path and a qualified one from its schema', async () => {
    await database.run(`create schema tenant`);
    await createTaskTable(database);
    await createTaskTable(database, { name: `tenant.${TABLE}` });
    await insertTasks(database, [{}], `tenant.${TABLE}`);
    assert.equal((await check(database.url)).taskTypes.length, 0);
    assert.equal((await check(database.url, { table: `tenant.${TABLE}` })).taskTypes.length, 1);
    await database.run(`alter database ${database.name} set search_path = tenant, public`);
    assert.equal((await check(database.url)).taskTypes.length, 1);
  });

  it('reads a partitioned table and views', async () => {
    await createTaskTable(database, { types: { id: 'bigserial' }, suffix: 'partition by list (status)' });
    await database.run(
      `create table part_one partition of ${TABLE} for values in ('SCHEDULED'); create table part_rest partition of ${TABLE} default`,
    );
    await insertTasks(database, [{}, { status: 'PENDING' }]);
    await database.run(
      `create view task_view as select * from ${TABLE}; create materialized view task_copy as select * from ${TABLE}`,
    );
    for (const table of [TABLE, 'task_view', 'task_copy']) {
      const found = await check(database.url, { table });
      assert.deepEqual([found.taskTypes[0]!.count, found.otherStatuses[0]!.count], [1, 1], table);
      assert.equal(found.taskTypes[0]!.samples.length, 1);
      assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
    }
  });

  it('reads integer and varchar ids, timestamps without time zone and a json or text column of arguments', async () => {
    const shapes: readonly Record<string, string>[] = [
      { id: 'serial primary key' },
      { last_run: 'timestamp not null', started_at: 'timestamp' },
      { arguments: 'json' },
      { arguments: 'text' },
      { status: 'text', attempts: 'smallint', task_module: 'text' },
    ];
    for (const types of shapes) {
      await createTaskTable(database, { types });
      await insertTasks(database, [
        {
          arguments: '{"b": 2, "b": 12345678901234567890}',
          last_run: '2024-01-01 00:00:00',
          started_at: '2024-01-01 00:00:00',
        },
      ]);
      const sample = (await check(database.url)).taskTypes[0]!.samples[0]!;
      const raw = types.arguments === undefined ? '{"b": 12345678901234567890}' : '{"b": 2, "b": 12345678901234567890}';
      assert.deepEqual(
        [sample.arguments, sample.lastRun, sample.startedAt],
        [{ rawJSON: raw }, '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
      );
      await database.run(`drop table ${TABLE}`);
    }
  });

  it('does not claim a number of rows that nobody has counted', async () => {
    await createTaskTable(database);
    await insertTasks(database, [{}, {}]);
    assert.equal((await check(database.url)).infrastructure.postgres.estimatedRows, null);
    await database.run(`analyze ${TABLE}`);
    assert.equal((await check(database.url)).infrastructure.postgres.estimatedRows, 2);
  });
});
