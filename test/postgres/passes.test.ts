import assert from 'node:assert/strict';
import { ProgressSteps } from '../../src/model/progress';
import { scan, SCAN_STEPS } from '../../src/tables/scan';
import { TestDatabase } from '../support/database';
import { inSnapshot, OPTIONS } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, TABLE } from '../support/taskTable';

describePostgres('the number of passes over the table', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());

  /** Statements of one scan of a table with that many types, and how often the table stands in the plans of those that group. */
  async function statementsFor(types: number): Promise<{ count: number; scans: number }> {
    await database.run(`truncate ${TABLE}`);
    await database.run(
      `insert into ${TABLE} (task_module, task_name, status, last_run)
       select 'm', 't' || i % $1, (array['SCHEDULED', 'PENDING', 'DONE'])[1 + i % 3], now() - interval '1000 hours' - i * interval '1 second'
         from generate_series(1, 6000) i`,
      [types],
    );
    await database.run(`analyze ${TABLE}`);
    return inSnapshot(database.url, async (snapshot, statements) => {
      const found = await scan(snapshot, { ...OPTIONS, limit: 1 }, new ProgressSteps(SCAN_STEPS, () => undefined));
      assert.equal(found.taskTypes.length, types);
      const grouping = statements.filter((text) => text.includes('group by'));
      let scans = 0;
      for (const text of grouping) {
        const plan = await snapshot.query(
          `explain ${text.replaceAll('$1', "'2026-11-24'").replaceAll('$2', '1').replaceAll('$3', "'{}'")}`,
        );
        scans += plan.filter((row) => row['QUERY PLAN']!.includes(`on ${TABLE}`)).length;
      }
      return { count: statements.length - grouping.length, scans };
    });
  }

  it('is one, and the number of statements the same, for 2 types and for 200', async () => {
    const few = await statementsFor(2);
    const many = await statementsFor(200);
    assert.equal(few.scans, 1);
    assert.deepEqual(many, few);
  });
});
