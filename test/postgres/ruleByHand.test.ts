import assert from 'node:assert/strict';
import { readColumns, readTables, tryRule } from '../../src/check/ruleByHand';
import { ruleByHand } from '../../src/effects/ruleByHand';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { inSnapshot, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('a rule by hand', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await database.run(`
      create table billing_invoice (id bigint primary key, sent_at timestamptz, total numeric);
      create schema other;
      create table other."Odd name" (a int);
      create table other.hidden (a int);
      create view shown as select 1 as one`);
  });
  after(() => database.drop());

  it('offers the tables that the role may read, as a rule writes them', async () => {
    const names = async (url: string): Promise<string[]> => (await inSnapshot(url, readTables)).map(({ name }) => name);
    assert.deepEqual(await names(database.url), [
      'billing_invoice',
      'shown',
      TABLE,
      'other."Odd name"',
      'other.hidden',
    ]);
    const user = await database.createRole();
    const role = database.urlAs(user);
    await database.run(`grant usage on schema other to "${user}"; grant select (a) on other."Odd name" to "${user}"`);
    assert.deepEqual(await names(role), ['other."Odd name"']);
    await problemOf(() => inSnapshot(role, (snapshot) => readColumns(snapshot, 'gone')), 'invalid');
    const columns = await inSnapshot(database.url, (snapshot) => readColumns(snapshot, 'billing_invoice'));
    assert.deepEqual([...columns.readable], ['id', 'sent_at', 'total']);
    assert.equal(columns.types.get('sent_at'), 'timestamp with time zone');
  });

  it('says what the rule would decide, on tasks that finished and on those that are undetermined', async () => {
    const task = (id: number, status: string) => ({
      id,
      status,
      arguments: JSON.stringify({ args: [id], kwargs: {} }),
      created_at: '2024-03-01 12:00:00+00',
    });
    await insertTasks(database, [task(1, 'DONE'), task(2, 'DONE'), task(3, 'SCHEDULED'), task(4, 'SCHEDULED')]);
    await database.run(`insert into billing_invoice (id, sent_at) values
      (1, '2024-03-01 12:00:05+00'), (2, '2024-03-01 11:00:00+00'), (3, '2024-03-01 12:00:05+00'), (4, null)`);
    const rule = ruleByHand({
      task: 'shop.tasks.send',
      table: 'billing_invoice',
      key: 'id',
      argument: 'args[0]',
      column: 'sent_at',
      by: 'time',
    });
    const test = await tryRule(
      { postgres: snapshots(database.url) },
      rule,
      {
        type: { taskModule: 'shop.tasks', taskName: 'send' },
        undetermined: [3, 4],
        table: TABLE,
        maxQueueScan: 1000,
      },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    assert.equal(test?.origin, 'own');
    assert.deepEqual([test.finished.looked, test.finished.executed, test.finished.cannotSay], [2, 1, 1]);
    const { looked, executed, notExecuted } = test.undetermined;
    assert.deepEqual([looked, executed, notExecuted], [2, 1, 1]);
  });
});
