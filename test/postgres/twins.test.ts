import assert from 'node:assert/strict';
import { countMissing } from '../../src/tables/taskManager/deletedRows';
import type { Twin } from '../../src/model/effectFacts';
import { findRivals, findTwins } from '../../src/tables/taskManager/twins';
import { findTable } from '../../src/tables/findTable';
import { TestDatabase } from '../support/database';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

async function twins(url: string, ids: readonly number[], table = TABLE): Promise<Map<number, Twin>> {
  return inSnapshot(url, async (snapshot) => findTwins(snapshot, await findTable(snapshot, table), ids));
}

/** A time in 2024, by its second. */
const at = (second: number): string => `2024-01-01 00:00:${String(second).padStart(2, '0')}+00`;

const CALL = '{"args": [1, {"a": 2.50}], "kwargs": {"b": "x"}}';

describePostgres('twins', (serverUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  it('are the next row with the same type and arguments, whatever its own id in them', async () => {
    const published = '{"kwargs": {"task_manager_id": 9, "b": "x"}, "args": [1, {"a": 2.5}]}';
    await insertTasks(database, [
      { arguments: CALL, created_at: at(1) },
      { arguments: published, created_at: at(9), status: 'DONE' },
      { arguments: published, created_at: at(5), status: 'PENDING' },
      { arguments: published, created_at: at(0), status: 'DONE' },
    ]);
    assert.deepEqual(
      await twins(database.url, [1]),
      new Map([[1, { id: 3, status: 'PENDING', createdAt: 1704067205 }]]),
    );
    // The newest has none after it.
    assert.deepEqual([...(await twins(database.url, [1, 3, 2])).keys()].sort(), [1, 3]);
  });

  it('are none of rows that say no time of their making, and the others are found beside them', async () => {
    await database.run(`alter table ${TABLE} alter column created_at drop not null`);
    await insertTasks(database, [
      { task_name: 'timeless', arguments: CALL },
      { arguments: CALL, created_at: at(1) },
      { arguments: CALL, created_at: at(2) },
    ]);
    await database.run(`update ${TABLE} set created_at = null where task_name = 'timeless'`);
    assert.deepEqual([...(await twins(database.url, [1])).keys()], []);
    assert.deepEqual([...(await twins(database.url, [1, 2])).keys()], [2]);
  });

  it('are made within a day: later the same work is asked for anew', async () => {
    await insertTasks(database, [
      { arguments: CALL, created_at: '2024-01-01 00:00:00+00' },
      { arguments: CALL, created_at: '2024-01-02 00:00:00+00' },
      { arguments: CALL, created_at: '2024-01-03 00:00:01+00' },
    ]);
    assert.deepEqual([...(await twins(database.url, [1, 2, 3])).keys()], [1]);
  });

  it('are no rows of another type, with other arguments, or with arguments that are no object', async () => {
    const others = [
      '{"args": [1], "kwargs": {"b": "x"}}',
      '{"args": [1, {"a": 2.5}], "kwargs": {"b": "y"}}',
      '[1]',
      'null',
      '"x"',
    ];
    await insertTasks(database, [
      { arguments: CALL, created_at: at(1) },
      { arguments: CALL, created_at: at(2), task_name: 'other' },
      { arguments: CALL, created_at: at(2), task_module: 'other' },
      ...others.map((json) => ({ arguments: json, created_at: at(2) })),
      ...others.map((json) => ({ arguments: json, created_at: at(3), task_name: 'z' })),
    ]);
    assert.equal((await twins(database.url, [1, 4, 5])).size, 0);
    assert.equal((await twins(database.url, [6, 7, 8])).size, 0);
    assert.equal((await twins(database.url, [])).size, 0);
    assert.equal((await twins(database.url, [999])).size, 0);
  });

  it('follow each other among many rows without arguments, in one pass', async () => {
    await database.run(`insert into ${TABLE} (task_module, task_name, status, last_run, created_at, arguments)
      select 'm', 't', 'SCHEDULED', now(), timestamptz '2024-01-01' + g * interval '1 second', '{"args": [], "kwargs": {}}' from generate_series(1, 3000) g`);
    const ids = Array.from({ length: 3000 }, (_, index) => index + 1);
    const found = await twins(database.url, ids);
    assert.equal(found.size, 2999);
    assert.equal(found.get(1500)!.id, 1501);
  });

  it('are not looked for where the arguments cannot be compared or the columns are not there', async () => {
    for (const [index, shape] of [
      { types: { arguments: 'json' } },
      { types: { arguments: 'text' } },
      { without: ['arguments'] },
      { without: ['created_at'] },
    ].entries()) {
      const name = `shape_${String(index)}`;
      await createTaskTable(database, { name, ...shape });
      const call = 'without' in shape && shape.without.includes('arguments') ? {} : { arguments: CALL };
      await insertTasks(database, [call, call], name);
      assert.equal((await twins(database.url, [1], name)).size, 0, name);
    }
  });
});

async function rivals(url: string, ids: readonly number[], table = TABLE): Promise<Map<number, Twin> | undefined> {
  return inSnapshot(url, async (snapshot) => findRivals(snapshot, await findTable(snapshot, table), ids));
}

describePostgres('rows that may have left the same effect', (serverUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  const call = (created: string, updated: string, more = {}) => ({
    arguments: CALL,
    created_at: created,
    updated_at: updated,
    ...more,
  });

  it('were made later, however much, or earlier and saved since', async () => {
    await insertTasks(database, [
      call(at(1), at(2), { status: 'DONE' }),
      call(at(3), at(3)),
      call(at(4), at(9), { status: 'DONE' }),
      call('2025-06-01 00:00:00+00', '2025-06-01 00:00:00+00', { status: 'ERROR' }),
    ]);
    const found = await rivals(database.url, [2, 3, 4]);
    assert.deepEqual([...found!].map(([id, { id: other, status }]) => [id, other, status]).sort(), [
      [2, 3, 'DONE'],
      [3, 4, 'ERROR'],
    ]);
  });

  it('are found among those before, also where the nearest had ended', async () => {
    await insertTasks(database, [
      call(at(1), at(30), { status: 'DONE' }),
      call(at(2), at(3), { status: 'DONE' }),
      call(at(9), at(9)),
    ]);
    assert.deepEqual([...(await rivals(database.url, [3]))!.keys()], [3]);
  });

  it('are no rows of another type or with other arguments', async () => {
    await insertTasks(database, [
      call(at(1), at(1)),
      call(at(2), at(2), { task_name: 'other' }),
      call(at(2), at(2), { task_module: 'other' }),
      call(at(2), at(2), { arguments: '{"args": [2, {"a": 2.50}], "kwargs": {"b": "x"}}' }),
    ]);
    assert.equal((await rivals(database.url, [1]))!.size, 0);
  });

  it('cannot be told where arguments or times cannot be read', async () => {
    for (const [index, shape] of [
      { types: { arguments: 'json' } },
      { without: ['created_at'] },
      { without: ['updated_at'] },
    ].entries()) {
      const name = `shape_${String(index)}`;
      await createTaskTable(database, { name, ...shape });
      await insertTasks(database, [{ arguments: CALL }], name);
      assert.equal(await rivals(database.url, [1], name), undefined, name);
    }
  });
});

describePostgres('rows that do not exist', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{}, {}, {}, {}]);
    await database.run(`delete from ${TABLE} where id in (2, 3)`);
  });
  after(() => database.drop());

  const missing = (ids: readonly number[], table = TABLE): Promise<number> =>
    inSnapshot(database.url, async (snapshot) => countMissing(snapshot, await findTable(snapshot, table), ids));

  it('are counted once each', async () => {
    assert.equal(await missing([1, 2, 2, 3, 4]), 2);
    assert.equal(await missing([]), 0);
  });

  it('are not those that are younger than the snapshot, nor numbers that are no ids', async () => {
    assert.equal(await missing([5, 100, Number.NaN, 1.5, -1, 1e300, Number.MAX_SAFE_INTEGER]), 0);
  });

  it('are none in an empty table, where every id may be younger', async () => {
    await createTaskTable(database, { name: 'empty_tasks' });
    assert.equal(await missing([1], 'empty_tasks'), 0);
  });

  it('are counted over several queries', async () => {
    await createTaskTable(database, { name: 'many' });
    await database.run(
      `insert into many (id, task_module, task_name, status, last_run) values (60000, 'm', 't', 'DONE', now())`,
    );
    assert.equal(
      await missing(
        Array.from({ length: 60_000 }, (_, index) => index + 1),
        'many',
      ),
      59_999,
    );
  });
});
