import assert from 'node:assert/strict';
import type { StuckRow } from '../../src/model/facts';
import { stuckRowBatches, stuckRowsById } from '../../src/tables/taskManager/stuckRows';
import { taskManagerRow, type TaskManagerFacts } from '../../src/tables/taskManager/row';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { check, inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const REQUEST = { hours: 906, statuses: ['SCHEDULED'] };

/** All batches that come out, and the statements that were sent for them. */
async function batches(
  url: string,
  options: { table?: string; size?: number; statuses?: readonly string[] } = {},
): Promise<StuckRow[][]> {
  return inSnapshot(url, async (snapshot) => {
    const table = await findTable(snapshot, options.table ?? TABLE);
    const found: StuckRow[][] = [];
    const request = { ...REQUEST, statuses: options.statuses ?? REQUEST.statuses };
    for await (const batch of stuckRowBatches(snapshot, table, request, options.size)) found.push(batch);
    return found;
  });
}

async function only(url: string, table?: string): Promise<TaskManagerFacts['row']> {
  const rows = (await batches(url, table === undefined ? {} : { table })).flat();
  assert.equal(rows.length, 1);
  const library = taskManagerRow(rows[0]!);
  assert.ok(library);
  return { ...rows[0]!, library };
}

describePostgres('stuck rows', (serverUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database, { types: { exception_name: 'varchar(200)' } });
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  it('are those that the scan counts, in batches, with none twice', async () => {
    await database.run(`insert into ${TABLE} (task_module, task_name, status, last_run)
      select 'm', 't', (array['SCHEDULED', 'PENDING', 'DONE'])[1 + g % 3], now() - (900 + g % 12) * interval '1 hour' from generate_series(1, 1000) g`);
    const found = await batches(database.url, { size: 60, statuses: ['SCHEDULED', 'PENDING'] });
    const ids = found.flat().map((row) => row.id);
    const scanned = await check(database.url, { statuses: ['SCHEDULED', 'PENDING'] });
    assert.equal(ids.length, scanned.taskTypes[0]!.count);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([...new Set(found.slice(0, -1).map((batch) => batch.length))], [60]);
    assert.ok(found.at(-1)!.length <= 60);
  });

  it('have their names and statuses to the letter, whatever these are', async () => {
    const odd = ['a "b", (c)', 'back\\\\slash', 'line\nbreak\ttab', ' ', 'ünïcode 😀', 'null', '(,)'];
    for (const name of odd)
      await database.run(
        `insert into ${TABLE} (task_module, task_name, status, last_run) values ($1, $2, $1, now() - interval '1000 hours')`,
        [name, `${name}!`],
      );
    const found = (await batches(database.url, { statuses: odd })).flat();
    const told = found.map(({ taskModule, taskName, status }) => [taskModule, taskName, status]);
    assert.deepEqual(told.sort(), odd.map((name) => [name, `${name}!`, name]).sort());
  });

  it('may be as many as a batch, or none', async () => {
    assert.deepEqual(await batches(database.url), []);
    await insertTasks(database, [{}, {}]);
    assert.deepEqual(
      (await batches(database.url, { size: 2 })).map((batch) => batch.length),
      [2],
    );
  });

  it('carry every column, times with their microseconds as seconds', async () => {
    await insertTasks(database, [
      {
        status: 'SCHEDULED',
        task_id: 'abc',
        arguments: '{"args": [1], "kwargs": {"task_manager_id": 1}}',
        attempts: 3,
        current_page: 2,
        total_pages: 4,
        killed: true,
        exception_name: 'KeyError',
        status_message: 'x',
        last_run: '2024-02-15 10:23:45.123456+00',
        created_at: '2024-02-15 10:23:44+00',
        started_at: null,
        updated_at: '2024-02-15 12:23:45+02',
      },
    ]);
    assert.deepEqual(await only(database.url), {
      id: 1,
      taskModule: 'shop.tasks',
      taskName: 'send',
      status: 'SCHEDULED',
      taskId: 'abc',
      state: 'queued',
      runs: {
        published: true,
        mayRun: true,
        bodyEntered: false,
        begunByRun: true,
        mayHaveAskedAgain: false,
        inParts: true,
        partsLeft: false,
        begunAfterEnd: false,
        hasIdOfLastRun: true,
      },
      attempts: 3,
      library: {
        kind: 'celery-task-manager',
        managerIdInArguments: true,
        message: 'text',
        currentPage: 2,
        totalPages: 4,
        killed: true,
        exception: true,
      },
      lastRun: 1707992625.123456,
      createdAt: 1707992624,
      startedAt: null,
      updatedAt: 1707992625,
    } satisfies TaskManagerFacts['row']);
  });

  it('tell what status_message is without carrying it', async () => {
    const messages = [null, '', 'Circuit "pay" OPEN until 2024-01-01', 'Circuit broke', 'null'];
    await insertTasks(
      database,
      messages.map((status_message) => ({ status_message })),
    );
    const rows = (await batches(database.url)).flat().sort((a, b) => a.id - b.id);
    assert.deepEqual(
      rows.map((row) => taskManagerRow(row)?.message),
      ['null', 'empty', 'circuit-open', 'text', 'text'],
    );
  });

  for (const [name, json, expected] of [
    ['named', '{"args": [], "kwargs": {"task_manager_id": 7}}', true],
    ['null', '{"args": [], "kwargs": {"task_manager_id": null}}', true],
    ['not there', '{"args": ["task_manager_id"], "kwargs": {"a": {"task_manager_id": 1}}}', false],
    ['at the top, as older rows have it', '{"hook_id": 1, "task_manager_id": 7}', true],
    ['not at the top', '{"hook_id": 1}', false],
    ['behind kwargs that are a list', '{"kwargs": ["task_manager_id"]}', null],
    ['behind kwargs that are null', '{"kwargs": null}', null],
    ['in a list', '["task_manager_id"]', null],
    ['a text', '"task_manager_id"', null],
    ['a null', 'null', null],
  ] as const) {
    it(`tell whether the arguments name the row: ${name}`, async () => {
      await insertTasks(database, [{ arguments: json }]);
      assert.equal((await only(database.url)).library.managerIdInArguments, expected);
    });
  }

  it('never fail for arguments of another type', async () => {
    await createTaskTable(database, { name: 'in_json', types: { arguments: 'json' } });
    await insertTasks(database, [{ arguments: '{"kwargs": {"task_manager_id": 7}}' }], 'in_json');
    assert.equal((await only(database.url, 'in_json')).library.managerIdInArguments, true);
    for (const odd of [
      String.raw`{"kwargs": {"task_manager_id": 7, "a": "\u0000"}}`,
      String.raw`{"kwargs": {"task_manager_id": 7, "a": "\ud800"}}`,
      '{"kwargs": {"task_manager_id": 7, "a": 1e999999}}',
      `{"kwargs": {"task_manager_id": 7, "a": ${'9'.repeat(140_000)}}}`,
    ]) {
      await database.run('truncate in_json');
      await insertTasks(database, [{ arguments: odd }], 'in_json');
      assert.equal((await only(database.url, 'in_json')).library.managerIdInArguments, null, odd.slice(0, 60));
    }
    await createTaskTable(database, { name: 'in_text', types: { arguments: 'text' } });
    await insertTasks(database, [{ arguments: 'no JSON {' }], 'in_text');
    assert.equal((await only(database.url, 'in_text')).library.managerIdInArguments, null);
    await createTaskTable(database, { name: 'nullable', types: { arguments: 'jsonb' } });
    await insertTasks(database, [{ arguments: null }], 'nullable');
    assert.equal((await only(database.url, 'nullable')).library.managerIdInArguments, null);
  });

  it('have times at the ends of the calendar where the row has infinity', async () => {
    await insertTasks(database, [{ last_run: '-infinity', created_at: 'infinity', updated_at: '0044-03-15 BC' }]);
    const row = await only(database.url);
    assert.deepEqual([row.lastRun, row.createdAt, row.updatedAt], [-62135596800, 253402300800, -62135596800]);
  });

  it('have null for columns that are not there or may not be read', async () => {
    await createTaskTable(database, {
      name: 'old',
      without: ['arguments', 'attempts', 'started_at', 'killed', 'status_message', 'created_at', 'task_id'],
    });
    await insertTasks(database, [{}], 'old');
    const row = await only(database.url, 'old');
    const { attempts, createdAt, startedAt, taskId } = row;
    const { managerIdInArguments, message, killed, exception } = row.library;
    assert.deepEqual(
      [managerIdInArguments, message, attempts, killed, exception, createdAt, startedAt, taskId],
      [null, null, null, null, null, null, null, ''],
    );
    const role = await database.createRole();
    await insertTasks(database, [{ arguments: '{"kwargs": {}}' }]);
    await database.run(`grant select (id, task_module, task_name, status, last_run, arguments) on ${TABLE} to ${role}`);
    // Without task_id nobody may conclude that it was never published.
    assert.equal((await only(database.urlAs(role))).library.managerIdInArguments, null);
  });

  it('let other questions be asked between two batches, and stop early', async () => {
    await insertTasks(
      database,
      Array.from({ length: 5 }, () => ({})),
    );
    await inSnapshot(database.url, async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      let seen = 0;
      for await (const batch of stuckRowBatches(snapshot, table, REQUEST, 2)) {
        seen += batch.length;
        await stuckRowsById(snapshot, table, [1]);
        if (seen === 4) break;
      }
      assert.equal(seen, 4);
      const again: StuckRow[] = [];
      for await (const batch of stuckRowBatches(snapshot, table, REQUEST, 2)) again.push(...batch);
      assert.equal(again.length, 5);
    });
  });

  it('are one snapshot: rows that come meanwhile are not in it', async () => {
    await insertTasks(database, [{}, {}, {}]);
    await inSnapshot(database.url, async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      const ids: number[] = [];
      for await (const batch of stuckRowBatches(snapshot, table, REQUEST, 1)) {
        ids.push(...batch.map((row) => row.id));
        await insertTasks(database, [{}]);
      }
      assert.deepEqual(ids, [1, 2, 3]);
    });
  });

  it('are found by id; those that do not exist are not among them', async () => {
    await insertTasks(database, [{ status: 'DONE' }, { status: 'PENDING' }]);
    const rows = await inSnapshot(database.url, async (snapshot) =>
      stuckRowsById(snapshot, await findTable(snapshot, TABLE), [1, 2, 99]),
    );
    assert.deepEqual(rows.map((row) => `${String(row.id)} ${row.status}`).sort(), ['1 DONE', '2 PENDING']);
  });
});
