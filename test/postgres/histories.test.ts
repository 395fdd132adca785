import assert from 'node:assert/strict';
import { NO_HISTORY, readHistories, readLately } from '../../src/tables/taskManager/histories';
import type { TypeNames } from '../../src/tables/table';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const NEWEST = '2026-10-01T12:00:00.5Z';
const lastRun = Date.parse(NEWEST) / 1000;

describePostgres('histories', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(
      database,
      [
        { status: 'DONE', task_id: 'a', last_run: NEWEST },
        { status: 'DONE', task_id: '' },
        { status: 'ERROR', task_id: '' },
        { status: 'ABORTED', task_id: '' },
        { status: 'SCHEDULED', task_id: '' },
        { status: 'DONE', task_id: '', task_name: 'other' },
        { status: 'DONE', task_id: 'a', task_module: 'shop', task_name: 'tasks.send' },
      ].map((row) => ({ last_run: '2026-09-01T00:00:00Z', ...row })),
    );
  });
  after(() => database.drop());

  const types = [{ taskModule: 'shop.tasks', taskName: 'send' }];

  it('count the finished rows of the asked types in one query', async () => {
    await inSnapshot(database.url, async (snapshot, statements) => {
      const table = await findTable(snapshot, TABLE);
      const asked = [...types, ...types, { taskModule: 'shop.tasks', taskName: 'never' }];
      statements.length = 0;
      const { histories } = await readHistories(snapshot, table, asked);
      assert.equal(statements.length, 1);
      assert.deepEqual(Object.fromEntries(histories), {
        'shop.tasks.send': { ...NO_HISTORY, done: 2, doneWithoutTaskId: 1, errors: 1, lastRun },
        'shop.tasks.never': NO_HISTORY,
      });
    });
  });

  it('say how far tasks have come in their queue: which of the newest ones began, of the type and of all types', async () => {
    const other = await TestDatabase.create(serverUrl);
    await createTaskTable(other);
    const at = (minute: number) => new Date(Date.parse(NEWEST) + minute * 60_000).toISOString();
    const seconds = (minute: number) => Date.parse(at(minute)) / 1000;
    await insertTasks(other, [
      { status: 'DONE', created_at: at(0), started_at: at(1), updated_at: at(2) },
      { status: 'PENDING', created_at: at(5), started_at: at(9), updated_at: at(9) },
      { status: 'PENDING', created_at: at(7), started_at: null, updated_at: at(7) },
      { status: 'SCHEDULED', created_at: at(8), started_at: null, updated_at: at(8) },
      { status: 'DONE', task_name: 'bill', created_at: at(20), started_at: at(21), updated_at: at(31) },
      // Clocks that are wrong, or columns that somebody wrote.
      { status: 'DONE', task_name: 'bill', created_at: at(50), started_at: at(40), updated_at: at(50) },
      { status: 'DONE', task_name: 'bill', created_at: '2999-01-01', started_at: '2999-01-02', updated_at: at(50) },
    ]);
    const [send, never] = [types[0]!, { taskModule: 'shop.tasks', taskName: 'never' }];
    const any = { newestBegunOfAny: seconds(20), longestRunOfAny: 600 };
    await inSnapshot(other.url, async (snapshot) => {
      const table = await findTable(snapshot, TABLE);
      const lineOf = async (drawn: readonly TypeNames[] = []) => {
        const { histories } = await readHistories(snapshot, table, [send, never], drawn);
        return [histories.get('shop.tasks.send')?.line, histories.get('shop.tasks.never')?.line];
      };
      const expected = [
        { ...any, newestBegun: seconds(5) },
        { ...any, newestBegun: null },
      ];
      assert.deepEqual(await lineOf(), expected);
      assert.deepEqual(await lineOf([send]), expected, 'also where rows are drawn in the same pass');
      const lately = { newestBegunOfAny: seconds(20), longestRunOfAny: null };
      assert.deepEqual((await readLately(snapshot, table, send))?.line, { ...lately, newestBegun: seconds(5) });
      const narrow = { ...table, columns: new Set([...table.columns].filter((name) => name !== 'started_at')) };
      assert.equal((await readHistories(snapshot, narrow, [send])).histories.get('shop.tasks.send')?.line, undefined);
      assert.equal((await readLately(snapshot, narrow, send))?.line, undefined);
    });
    await other.drop();
  });

  it('say how long waits and runs of a type take, and what its tasks do besides', async () => {
    const other = await TestDatabase.create(serverUrl);
    await createTaskTable(other);
    const at = (second: number) => new Date(Date.parse(NEWEST) + second * 1000).toISOString();
    const times = (wait: number, run: number) => ({
      created_at: at(0),
      started_at: at(wait),
      updated_at: at(wait + run),
    });
    const first = { attempts: 1, current_page: 1, total_pages: 1, status_message: '' };
    await insertTasks(
      other,
      [
        { status: 'DONE', ...first, ...times(2, 7) },
        { status: 'DONE', ...first, ...times(0.25, 3), total_pages: 2, current_page: 2 },
        { status: 'PENDING', ...first, ...times(0.1, 900) },
        { status: 'PENDING', ...first, attempts: 3 },
        { status: 'PENDING', ...first, total_pages: 3 },
        { status: 'PENDING', ...first, status_message: null },
        { status: 'ERROR', ...first, attempts: 10 },
        { status: 'SCHEDULED', ...first, attempts: 2 },
      ].map((row) => ({ last_run: NEWEST, ...row })),
    );
    const read = () =>
      inSnapshot(other.url, async (snapshot) => readHistories(snapshot, await findTable(snapshot, TABLE), types));
    assert.deepEqual((await read()).histories.get('shop.tasks.send'), {
      done: 2,
      doneWithoutTaskId: 2,
      errors: 1,
      lastRun,
      retried: 2,
      cutOff: 1,
      pagedDone: 1,
      pagesLeft: 1,
      shortestWait: 0.25,
      longestRun: 7,
      line: { newestBegun: lastRun, newestBegunOfAny: lastRun, longestRunOfAny: 7 },
    });
    await other.run(`alter table ${TABLE} drop attempts, drop total_pages, drop started_at`);
    assert.deepEqual((await read()).histories.get('shop.tasks.send'), {
      ...NO_HISTORY,
      done: 2,
      doneWithoutTaskId: 2,
      errors: 1,
      lastRun,
    });
    await other.drop();
  });

  it('add up types that are written alike', async () => {
    const alike = [...types, { taskModule: 'shop', taskName: 'tasks.send' }];
    const { histories } = await inSnapshot(database.url, async (snapshot) =>
      readHistories(snapshot, await findTable(snapshot, TABLE), alike),
    );
    assert.deepEqual(
      [...histories],
      [['shop.tasks.send', { ...NO_HISTORY, done: 3, doneWithoutTaskId: 1, errors: 1, lastRun }]],
    );
  });

  it('are none without types, or where task_id may not be read', async () => {
    const role = await database.createRole();
    await database.run(`grant select (id, task_module, task_name, status, last_run) on ${TABLE} to ${role}`);
    for (const [url, asked] of [
      [database.urlAs(role), types],
      [database.url, []],
    ] as const) {
      const { histories } = await inSnapshot(url, async (snapshot) =>
        readHistories(snapshot, await findTable(snapshot, TABLE), asked),
      );
      assert.equal(histories.size, 0);
    }
  });
});
