import assert from 'node:assert/strict';
import { TestDatabase } from '../support/database';
import { check } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

/** Settings that an administrator may have given a role or a database. */
const SETTINGS = [
  "timezone = 'Asia/Kathmandu'",
  "timezone = 'America/St_Johns'",
  "datestyle = 'SQL, DMY'",
  "intervalstyle = 'sql_standard'",
  'extra_float_digits = -10',
  "default_transaction_isolation = 'serializable'",
  "bytea_output = 'escape'",
  'standard_conforming_strings = off',
  'enable_hashagg = off',
  'enable_seqscan = off',
  "work_mem = '64kB'",
  'max_parallel_workers_per_gather = 0',
  "client_min_messages = 'debug5'",
  "statement_timeout = '1ms'",
  "search_path = 'public'",
  'default_transaction_deferrable = on',
];

describePostgres('settings of the role', (serverUrl) => {
  it('do not change what a check finds', async () => {
    const database = await TestDatabase.create(serverUrl);
    try {
      await createTaskTable(database);
      await insertTasks(database, [
        {
          last_run: '2024-03-31 00:30:00.000001+00',
          arguments: '{"a": "\\\\", "b": 1.5}',
          created_at: '2024-10-27 01:00:00+00',
        },
        { last_run: '2024-03-31 00:30:00+00', status: 'PENDING' },
      ]);
      const role = await database.createRole();
      await database.run(`grant select on ${TABLE} to ${role}`);
      const plain = await check(database.urlAs(role));
      assert.equal(plain.taskTypes[0]!.samples[0]!.lastRun, '2024-03-31T00:30:00.000001Z');
      assert.equal(plain.taskTypes[0]!.samples[0]!.createdAt, '2024-10-27T01:00:00Z');
      for (const setting of SETTINGS) {
        await database.run(`alter role ${role} set ${setting}`);
        const found = await check(database.urlAs(role));
        assert.deepEqual(
          found.taskTypes.map((type) => [type.samples, type.count, type.oldestLastRun]),
          plain.taskTypes.map((type) => [type.samples, type.count, type.oldestLastRun]),
          setting,
        );
        const hours = Math.abs(found.taskTypes[0]!.maxHoursStuck - plain.taskTypes[0]!.maxHoursStuck);
        assert.ok(hours < 0.1, `${setting}: ${String(hours)}`);
        assert.ok(Math.abs(Date.parse(found.generatedAt) - Date.now()) < 60_000, setting);
        await database.run(`alter role ${role} reset all`);
      }
      await database.assertNothingLeft();
    } finally {
      await database.drop();
    }
  });
});
