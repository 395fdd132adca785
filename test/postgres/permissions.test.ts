import assert from 'node:assert/strict';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { check } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('rights', (serverUrl) => {
  let database: TestDatabase;
  let role: string;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{ arguments: '{"a": 1}', task_id: 'abc' }]);
  });
  after(() => database.drop());
  beforeEach(async () => {
    role = await database.createRole();
  });
  afterEach(() => database.assertNothingLeft());

  it('to select from this one table are enough', async () => {
    await database.run(`grant select on ${TABLE} to ${role}`);
    const found = await check(database.urlAs(role));
    assert.equal(found.taskTypes[0]!.samples[0]!.taskId, 'abc');
  });

  it('that are missing are named in one sentence, with what to grant', async () => {
    const problem = await problemOf(() => check(database.urlAs(role)), 'permission');
    assert.match(problem.message, /GRANT SELECT ON "public"\."task_manager_taskmanager"/);
  });

  it('to another schema that are missing are a matter of permission too', async () => {
    await database.run('create schema closed');
    await createTaskTable(database, { name: 'closed.tasks' });
    await database.run(`grant select on closed.tasks to ${role}`);
    await problemOf(() => check(database.urlAs(role), { table: 'closed.tasks' }), 'permission');
  });

  it('to some columns show those, and the others as empty', async () => {
    await database.run(`grant select (id, task_module, task_name, status, last_run, attempts) on ${TABLE} to ${role}`);
    const sample = (await check(database.urlAs(role))).taskTypes[0]!.samples[0]!;
    assert.deepEqual([sample.attempts, sample.taskId, sample.arguments, 'priority' in sample], [0, null, null, false]);
  });

  it('to fewer columns than the scan needs are not enough', async () => {
    await database.run(`grant select (id, task_module, task_name, status) on ${TABLE} to ${role}`);
    await problemOf(() => check(database.urlAs(role)), 'permission');
  });

  it('to a view whose table is closed are enough', async () => {
    await database.run(`create or replace view shown as select * from ${TABLE}; grant select on shown to ${role}`);
    assert.equal((await check(database.urlAs(role), { table: 'shown' })).taskTypes.length, 1);
  });
});
