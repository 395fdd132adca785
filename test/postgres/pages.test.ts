import assert from 'node:assert/strict';
import type { RowDetails } from '../../src/model/diagnosis';
import { readPage, type PageRequest } from '../../src/tables/taskManager/page';
import type { PageStart } from '../../src/tables/taskManager/sql';
import { TestDatabase } from '../support/database';
import { Random } from '../support/random';
import { check, inSnapshot } from '../support/scans';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

describePostgres('pages of samples', (serverUrl) => {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
  });
  after(() => database.drop());
  beforeEach(() => database.run(`truncate ${TABLE} restart identity`));
  afterEach(() => database.assertNothingLeft());

  const request = (fields: Partial<PageRequest>): PageRequest => ({
    table: TABLE,
    type: { taskModule: 'shop.tasks', taskName: 'send' },
    statuses: ['SCHEDULED'],
    olderThan: '2100-01-01T00:00:00Z',
    size: 5,
    maskedKeys: [],
    ...fields,
  });

  /** All pages, one behind the other, from `after` on. */
  async function all(fields: Partial<PageRequest>): Promise<RowDetails[]> {
    const samples: RowDetails[] = [];
    let after: PageStart | undefined = fields.after;
    for (let pages = 0; pages < 500; pages++) {
      const page = await inSnapshot(database.url, (snapshot) =>
        readPage(snapshot, request({ ...fields, ...(after ? { after } : {}) })),
      );
      if (page.length === 0) return samples;
      assert.ok(page.length <= (fields.size ?? 5));
      samples.push(...page);
      const last = page.at(-1)!;
      after = { lastRun: last.lastRun, id: last.id };
    }
    throw new Error('pages never end');
  }

  it('join without a gap or a double, over ties and microseconds, whatever their size', async () => {
    const random = new Random(11);
    const times = [
      '2025-05-01 00:00:00+00',
      '2025-05-01 00:00:00.000001+00',
      '2025-05-01 00:00:00.5+00',
      '2025-04-01 00:00:00+00',
    ];
    await insertTasks(
      database,
      Array.from({ length: 60 }, () => ({
        last_run: random.pick(times),
        status: random.pick(['SCHEDULED', 'PENDING', 'DONE']),
        task_name: random.pick(['send', 'send', 'other']),
      })),
    );
    for (const statuses of [['SCHEDULED'], ['SCHEDULED', 'PENDING']]) {
      const want = await database.rows<{ id: string }>(
        `select t.id::text from ${TABLE} t where task_name = 'send' and status = any($1) order by t.last_run desc, t.id desc`,
        [statuses],
      );
      for (const size of [1, 3, 7, 1000]) {
        const got = await all({ size, statuses });
        assert.deepEqual(
          got.map((sample) => String(sample.id)),
          want.map((row) => row.id),
          `size ${String(size)}`,
        );
      }
    }
  });

  it('go on where the samples of a check end', async () => {
    await insertTasks(
      database,
      Array.from({ length: 23 }, (_, i) => ({ hoursAgo: 1000 + Math.floor(i / 4) })),
    );
    const found = await check(database.url);
    const shown = found.taskTypes[0]!.samples;
    const last = shown.at(-1)!;
    // A row that became stuck since then is not of this check.
    await insertTasks(database, [{ hoursAgo: 905.999 }]);
    const rest = await all({ olderThan: found.parameters.olderThan, after: { lastRun: last.lastRun, id: last.id } });
    const ids = [...shown, ...rest].map((sample) => sample.id);
    assert.equal(new Set(ids).size, 23);
    assert.equal(ids.length, 23);
  });

  it('end, at the ends of the calendar too', async () => {
    const times = [
      '-infinity',
      '-infinity',
      '0100-01-01 00:00:00+00 BC',
      '0001-01-01 00:00:00+00',
      '0001-01-01 00:00:00+00',
      '1970-01-01 00:00:00+00',
    ];
    await insertTasks(
      database,
      times.map((last_run) => ({ last_run })),
    );
    const samples = await all({ size: 2 });
    assert.deepEqual(
      samples.map((sample) => sample.id),
      [6, 5, 4, 3, 2, 1],
    );
  });

  it('have masked arguments and every field, as the samples of a check have', async () => {
    await insertTasks(database, [{ arguments: '{"password": "hunter2"}', attempts: 4, priority: 2 }]);
    const [page] = await inSnapshot(database.url, (snapshot) =>
      readPage(snapshot, request({ maskedKeys: ['password'] })),
    );
    const [sample] = (await check(database.url)).taskTypes[0]!.samples;
    assert.deepEqual(page, sample);
    assert.equal(page!.arguments!.rawJSON, '{"password": "***"}');
  });
});
