import assert from 'node:assert/strict';
import { readRowsForFix, type RowsForFix } from '../../src/check/rowsForFix';
import type { JudgedRow } from '../../src/model/judgedRow';
import { TestDatabase } from '../support/database';
import { fixCheck, planOf } from '../support/fixes';
import { inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const UPDATED = '2024-05-01 00:00:00.000001+00';
const LOST = { verdict: 'lost', cause: 'never-published', confidence: 'likely' } as const;

describePostgres('rows for a fix', (serverUrl) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await TestDatabase.create(serverUrl);
  });
  afterEach(async () => {
    await database.assertNothingLeft();
    await database.drop();
  });

  const judged = (id: number, as: Pick<JudgedRow, 'verdict' | 'cause' | 'confidence'> = LOST): JudgedRow => ({
    id,
    status: 'SCHEDULED',
    updatedAt: Date.parse('2024-05-01T00:00:00Z') / 1000 + 0.000001,
    ...as,
  });
  const read = (rows: readonly JudgedRow[], table = TABLE): Promise<RowsForFix> =>
    inSnapshot(database.url, (snapshot) => readRowsForFix(snapshot, table, rows));

  const call = (order: number, createdAt: string): Record<string, unknown> => ({
    arguments: JSON.stringify({ args: [order], kwargs: {} }),
    created_at: createdAt,
    updated_at: UPDATED,
  });

  /** Row 2 came when the first message of row 1 came again; row 3 stands alone. */
  async function insertTwins(): Promise<void> {
    await insertTasks(database, [
      call(1, '2024-01-01 00:00:00+00'),
      { ...call(1, '2024-01-01 01:00:00+00'), status: 'DONE' },
      call(2, '2024-01-01 00:00:00+00'),
    ]);
  }

  it('have their twins looked for, whether the check did or not', async () => {
    await createTaskTable(database);
    await insertTwins();
    const { rows, moved } = await read([judged(1), judged(3)]);
    assert.equal(moved, 0);
    assert.deepEqual(
      rows.map(({ id, twin, twinUnknown }) => [id, twin, twinUnknown]),
      [
        [1, true, undefined],
        [3, undefined, undefined],
      ],
    );
    const plan = planOf(rows, fixCheck());
    assert.deepEqual(
      plan.scripts.filter(({ kind }) => kind === 'dispatch').map((script) => script.rows),
      [1],
    );
    assert.match(plan.refused[0]!.why, /^Another row with the same task and arguments/);
  });

  it('are not dispatched where it cannot be told whether they have a twin', async () => {
    await createTaskTable(database, { without: ['created_at'] });
    await insertTasks(database, [{ updated_at: UPDATED }]);
    const { rows } = await read([judged(1)]);
    assert.equal(rows[0]!.twinUnknown, true);
    const plan = planOf(rows, fixCheck());
    assert.deepEqual(
      plan.scripts.filter(({ kind }) => kind === 'dispatch'),
      [],
    );
    assert.match(plan.refused[0]!.why, /the check could not find out/);
  });

  it('say whether the index can be made on their table, and is not there', async () => {
    await createTaskTable(database);
    await insertTwins();
    const finished = judged(1, { verdict: 'finished', confidence: 'proven' });
    assert.equal((await read([finished])).index !== undefined, true);
    await database.run(`create view tasks as select * from ${TABLE}`);
    await createTaskTable(database, {
      name: 'parts',
      types: { id: 'bigserial' },
      suffix: 'partition by range (created_at)',
    });
    assert.equal((await read([finished], 'tasks')).index !== undefined, false);
    assert.equal((await read([], 'parts')).index !== undefined, false);
    await database.run(`create index on ${TABLE} (status)`);
    assert.equal((await read([finished])).index !== undefined, false);
  });
});
