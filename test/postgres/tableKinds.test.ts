import assert from 'node:assert/strict';
import { findTable } from '../../src/tables/findTable';
import { TABLE_KINDS } from '../../src/tables';
import type { TableKind } from '../../src/tables/table';
import { taskManagerTables } from '../../src/tables/taskManager';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

describePostgres('tables/findTable, with several kinds of tables', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await database.run('create table orders_job (code bigint, phase text, id bigint)');
  });
  after(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  const [first] = TABLE_KINDS;
  const ordersTables = { ...taskManagerTables, id: 'orders' };
  const orders: TableKind = {
    ...first,
    id: 'orders',
    called: 'table of orders',
    required: ['code', 'phase'],
    load: () => Promise.resolve(ordersTables),
  };
  const find = (name: string) => inSnapshot(database.url, (snapshot) => findTable(snapshot, name, [first, orders]));

  it('a table is of the kind whose columns it has', async () => {
    assert.equal((await find(TABLE)).kind, taskManagerTables);
    assert.equal((await find('orders_job')).kind, ordersTables);
  });

  it('a table of no kind is told what the first kind misses', async () => {
    await database.run('create table neither (id bigint, phase text)');
    const problem = await problemOf(() => find('neither'), 'wrong-table');
    assert.match(
      problem.message,
      /^"public"\."neither" is not a task-manager table: it has no column task_module, task_name, status, last_run; /,
    );
  });

  it('a column of the kind that may not be read is named', async () => {
    const role = await database.createRole();
    await database.run(`grant select (code) on orders_job to ${role}`);
    const problem = await problemOf(
      () => inSnapshot(database.urlAs(role), (snapshot) => findTable(snapshot, 'orders_job', [first, orders])),
      'permission',
    );
    assert.match(problem.message, /No permission to read the column phase of "public"\."orders_job"/);
  });
});
