import assert from 'node:assert/strict';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { textLog } from '../../src/report/textLog';
import { TestDatabase } from '../support/database';
import { check } from '../support/scans';
import { schemaErrors } from '../support/schema';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('odd rows', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database, { types: { id: 'bigserial primary key' } });
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity`));
  afterEach(() => database.assertNothingLeft());

  it('none at all', async () => {
    const found = await check(database.url);
    assert.deepEqual([found.taskTypes, found.otherStatuses, found.recommendations], [[], [], []]);
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
  });

  it('of exactly the age that is asked for are stuck, a microsecond younger ones are not', async () => {
    await database.run(
      `create view edge as select id, task_module, status, task_name, now() - interval '906 hours' + (id - 1) * interval '1 microsecond' as last_run from ${TABLE}`,
    );
    await insertTasks(database, [{}, {}, {}]);
    const found = await check(database.url, { table: 'edge' });
    assert.deepEqual(
      found.taskTypes[0]!.samples.map((sample) => sample.id),
      [1],
    );
    assert.equal(found.taskTypes[0]!.samples[0]!.lastRun, found.parameters.olderThan);
    assert.equal(found.taskTypes[0]!.maxHoursStuck, 906);
    await database.run('drop view edge');
  });

  it('in the future are not stuck, whatever is asked for', async () => {
    await insertTasks(database, [{ hoursAgo: -1 }, { hoursAgo: -100_000, status: 'PENDING' }]);
    const found = await check(database.url, { hours: 0 });
    assert.deepEqual([found.taskTypes, found.otherStatuses], [[], []]);
  });

  it('of statuses nobody knows are open ones, and can be chosen', async () => {
    const statuses = ['NEW ONE', 'done', "it's", '__proto__', '', ' ', 'a\nb'];
    await insertTasks(
      database,
      [...statuses, 'DONE', 'ERROR'].map((status) => ({ status })),
    );
    const found = await check(database.url);
    assert.deepEqual(found.otherStatuses.map((other) => other.status).sort(), [...statuses].sort());
    assert.match(textLog(found), /^Status: a\\nb$/m);
    const chosen = await check(database.url, { statuses: ["it's", '__proto__', 'DONE'] });
    assert.deepEqual(
      Object.entries(chosen.taskTypes[0]!.byStatus).sort(),
      [
        ['DONE', 1],
        ['__proto__', 1],
        ["it's", 1],
      ].sort(),
    );
    assert.equal(chosen.otherStatuses.length, statuses.length - 2);
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(chosen))), []);
  });

  it('with an empty task id, no message and text that steers terminals', async () => {
    await insertTasks(database, [
      { task_id: '', status_message: null, task_module: 'a"b\'c\n\u001b[2J', task_name: '$1; drop table x; --' },
    ]);
    const found = await check(database.url);
    const sample = found.taskTypes[0]!.samples[0]!;
    assert.deepEqual([sample.taskId, sample.statusMessage], ['', null]);
    assert.equal(found.taskTypes[0]!.taskModule, 'a"b\'c\n\u001b[2J');
    assert.match(textLog(found), /^Task: a"b'c\\n\\u001b\[2J\.\$1; drop table x; --$/m);
  });

  it('with names that only together look the same stay two types', async () => {
    await insertTasks(database, [
      { task_module: 'a.b', task_name: 'c' },
      { task_module: 'a', task_name: 'b.c' },
      { task_module: 'A', task_name: 'b.c' },
    ]);
    assert.equal((await check(database.url)).taskTypes.length, 3);
  });

  it('with times at the ends of the calendar, and beyond', async () => {
    const times = ['-infinity', '4713-01-01 00:00:00+00 BC', '0001-01-01 00:00:00+00', '1969-12-31 23:59:59.999999+00'];
    await insertTasks(
      database,
      times.map((last_run, i) => ({
        last_run,
        task_name: `t${String(i)}`,
        started_at: 'infinity',
        created_at: '9999-12-31 23:59:59.999999+00',
        updated_at: '-infinity',
      })),
    );
    await insertTasks(database, [{ last_run: 'infinity' }, { last_run: '-infinity', status: 'PENDING' }]);
    const found = await check(database.url);
    assert.deepEqual(
      found.taskTypes.map((type) => type.samples[0]!.lastRun),
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999999Z'],
    );
    assert.equal(found.taskTypes[0]!.samples[0]!.createdAt, '9999-12-31T23:59:59.999999Z');
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
    for (const type of found.taskTypes) assert.ok(type.maxHoursStuck > 400_000 && type.maxHoursStuck < 20_000_000);
    assert.equal(found.otherStatuses[0]!.count, 1);
  });

  it('with ids and counters as large as their columns allow', async () => {
    await insertTasks(database, [{ id: '9007199254740991', attempts: 2_147_483_647, current_page: -1 }]);
    const sample = (await check(database.url)).taskTypes[0]!.samples[0]!;
    assert.deepEqual([sample.id, sample.attempts, sample.currentPage], [9007199254740991, 2_147_483_647, -1]);
  });

  it('of 2,000 task types', async () => {
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run)
       select 'module_' || i % 40, 'task_' || i % 2000, 'SCHEDULED', now() - interval '1000 hours' - i * interval '1 second' from generate_series(1, 12000) i`,
    );
    const lines: string[] = [];
    const found = await check(database.url, {}, { onProgress: (event) => lines.push(event.label) });
    assert.equal(found.taskTypes.length, 2000);
    for (const type of found.taskTypes) assert.deepEqual([type.count, type.samples.length], [6, 5]);
    assert.ok(lines.includes('Analyzing task type 2000/2000: module_9.task_969'));
    assert.deepEqual(schemaErrors(JSON.parse(diagnosisJson(found))), []);
  });
});
