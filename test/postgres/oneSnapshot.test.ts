import assert from 'node:assert/strict';
import type { Client } from 'pg';
import { ProgressSteps } from '../../src/model/progress';
import { scan, SCAN_STEPS } from '../../src/tables/scan';
import type { Snapshot } from '../../src/ports/database';
import { TestDatabase } from '../support/database';
import { OPTIONS, snapshots } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('one snapshot', (serverUrl) => {
  it('gives all numbers of a scan, while another session adds, changes and deletes between its statements', async () => {
    const database = await TestDatabase.create(serverUrl);
    let writer: Client | undefined;
    try {
      await createTaskTable(database);
      await insertTasks(
        database,
        Array.from({ length: 40 }, (_, i) => ({
          task_name: `t${String(i % 4)}`,
          status: i % 5 === 0 ? 'PENDING' : 'SCHEDULED',
          hoursAgo: 1000 + i,
        })),
      );
      const other = (writer = await database.session());
      let round = 0;
      const disturb = async (): Promise<void> => {
        round++;
        await other.query(
          `insert into ${TABLE} (task_module, task_name, status, last_run) select 'shop.tasks', 't' || i, 'SCHEDULED', now() - interval '950 hours' from generate_series(0, 5) i`,
        );
        await other.query(`delete from ${TABLE} where id % 7 = $1`, [round % 7]);
        await other.query(`update ${TABLE} set status = 'DONE', attempts = 99 where id % 3 = $1`, [round % 3]);
      };
      const run = (source: (snapshot: Snapshot) => Snapshot) =>
        snapshots(database.url).read(
          (snapshot) => scan(source(snapshot), OPTIONS, new ProgressSteps(SCAN_STEPS, () => undefined)),
          new AbortController().signal,
        );
      const calm = await run((snapshot) => snapshot);
      const disturbed = await run((snapshot) => ({
        query: async (text, values) => {
          const rows = await snapshot.query(text, values);
          await disturb();
          return rows;
        },
      }));
      assert.ok(round >= 4);
      const withoutAges = (types: typeof calm.taskTypes) => types.map((type) => ({ ...type, maxHoursStuck: 0 }));
      assert.deepEqual(withoutAges(disturbed.taskTypes), withoutAges(calm.taskTypes));
      assert.deepEqual(
        disturbed.otherStatuses.map((o) => [o.status, o.count]),
        calm.otherStatuses.map((o) => [o.status, o.count]),
      );
      for (const type of disturbed.taskTypes) assert.equal(type.samples.length, Math.min(5, type.count));
      assert.notEqual(
        (await run((snapshot) => snapshot)).taskTypes[0]!.count,
        calm.taskTypes[0]!.count,
        'the disturbance was real',
      );
      await database.assertNothingLeft();
    } finally {
      await writer?.end();
      await database.drop();
    }
  });
});
