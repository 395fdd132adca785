import assert from 'node:assert/strict';
import { diagnose } from '../../src/check/diagnose';
import { TestDatabase } from '../support/database';
import { fillTasks, noting, verify } from '../support/scale';
import { OPTIONS, snapshots } from '../support/scans';
import { emptyRedis, redisTarget, withCelery } from '../support/redis';
import { describePostgres } from '../support/servers';
import { countingProxy } from '../support/sockets';
import { createTaskTable } from '../support/taskTable';

const REDIS_DB = 13;
/** Samples whose wide columns one statement reads. */
const SAMPLES_A_STATEMENT = 500;

describePostgres('what a check asks of PostgreSQL', function (serverUrl) {
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    (await withCelery(REDIS_DB)).disconnect();
  });
  after(async () => {
    await database.drop();
    (await emptyRedis(REDIS_DB)).disconnect();
  });

  /** Statements of one check of a table with so many rows and types. */
  async function statements(rows: number, types: number, verified = false): Promise<number> {
    await fillTasks(database, rows, types);
    const seen: string[] = [];
    const postgres = noting(snapshots(database.url), seen);
    const run = { signal: new AbortController().signal, onProgress: () => undefined };
    const { taskTypes } = verified
      ? await verify(postgres, { broker: redisTarget(REDIS_DB) })
      : await diagnose({ postgres }, OPTIONS, run);
    assert.equal(
      taskTypes.reduce((sum, { count }) => sum + count, 0),
      rows,
    );
    assert.equal(taskTypes.length, types);
    return seen.length;
  }

  it('is the same number of statements for 1,000 rows and for 100,000', async () => {
    assert.equal(await statements(100_000, 20), await statements(1000, 20));
  });

  it('grows with types by their samples alone, many in one statement', async () => {
    const few = await statements(10_000, 10);
    const many = await statements(10_000, 1000);
    assert.ok(many > few, 'the samples of 1,000 types are more than one statement asks for');
    assert.ok(many - few <= (1000 * OPTIONS.limit) / SAMPLES_A_STATEMENT, `${String(few)}, then ${String(many)}`);
  });

  it('grows with rows that are verified by less than one statement for 1,000 of them', async () => {
    const few = await statements(1000, 20, true);
    const many = await statements(51_000, 20, true);
    console.log(`      ${String(few)} statements for 1,000 rows, ${String(many)} for 51,000`);
    assert.ok(many - few < 50, `${String(few)}, then ${String(many)}`);
  });

  it('goes over one connection at a time', async () => {
    await fillTasks(database, 2000, 5);
    const { hostname, port } = new URL(database.url);
    const link = await countingProxy({ host: hostname, port: Number(port) });
    const url = new URL(database.url);
    url.port = String(link.port);
    await verify(snapshots(url.href), { broker: redisTarget(REDIS_DB) });
    await link.close();
    assert.equal(link.most(), 1);
  });
});
