import assert from 'node:assert/strict';
import { TestDatabase } from '../support/database';
import { check, inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('reading only', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{}, { status: 'PENDING' }]);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  it('is what the transaction is set to, with its timeouts and its name', async () => {
    const names = [
      'transaction_read_only',
      'transaction_isolation',
      'default_transaction_read_only',
      'statement_timeout',
      'lock_timeout',
      'application_name',
      'TimeZone',
    ];
    const settings = await inSnapshot(database.url, async (snapshot) => {
      const values: (string | null | undefined)[] = [];
      for (const name of names)
        values.push((await snapshot.query('select current_setting($1) as value', [name]))[0]!.value);
      return values;
    });
    assert.deepEqual(settings, ['on', 'repeatable read', 'on', '1min', '3s', 'celery-task-diagnostics', 'UTC']);
  });

  it('is enforced by the server, inside the transaction and after its end', async () => {
    for (const statement of [
      `insert into ${TABLE} (task_module, task_name, last_run) values ('a', 'b', now())`,
      `update ${TABLE} set status = 'DONE'`,
      `delete from ${TABLE}`,
      'create table written (a int)',
      `drop table ${TABLE}`,
      `commit; insert into ${TABLE} (task_module, task_name, last_run) values ('a', 'b', now())`,
    ]) {
      const attempt = inSnapshot(database.url, (snapshot) => snapshot.query(statement));
      await assert.rejects(attempt, /read-only transaction/, statement);
    }
  });

  it('leaves the table as it was, to the last system column', async () => {
    const state = () => database.rows(`select ctid, xmin, xmax, t::text from ${TABLE} t order by id`);
    const before = await state();
    await check(database.url, { hours: 0, statuses: ['SCHEDULED', 'PENDING', 'DONE'] });
    assert.deepEqual(await state(), before);
  });

  it('takes part in no lock that writers wait for', async () => {
    await inSnapshot(database.url, async (snapshot) => {
      await snapshot.query(`select count(*)::text from ${TABLE}`);
      await database.run(`set lock_timeout = '500ms'; update ${TABLE} set attempts = attempts; reset lock_timeout`);
    });
  });
});
