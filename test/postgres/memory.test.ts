import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { MemoryRequest, MemoryUsed } from '../../tools/measure/memory';
import { TestDatabase } from '../support/database';
import { emptyRedis, redisTarget, redisUrl, withCelery } from '../support/redis';
import { fillTasks } from '../support/scale';
import { postgresUrls } from '../support/servers';
import { createTaskTable } from '../support/taskTable';

const REDIS_DB = 13;
/** 100,000 rows more, of each of which a small object is kept, are 4 MB and more; the same check twice differs by half a megabyte. */
const FLAT_BYTES = 1.5e6;

describe('the memory of a check', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  before(async () => {
    database = await TestDatabase.create(postgresUrls()[0]!);
    await createTaskTable(database);
    (await withCelery(REDIS_DB)).disconnect();
  });
  after(async () => {
    await database.drop();
    (await emptyRedis(REDIS_DB)).disconnect();
  });

  async function alive(rows: number): Promise<number> {
    await fillTasks(database, rows, 5);
    const redis = new URL(redisUrl());
    redis.pathname = `/${String(redisTarget(REDIS_DB).db)}`;
    const request: MemoryRequest = { databaseUrl: database.url, redisUrl: redis.href, hours: 906, everyMs: 0 };
    const child = join('dist-test', 'support', 'memoryChild.js');
    const args = ['--expose-gc', child, JSON.stringify(request)];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
    assert.equal(status, 0, stderr);
    const { aliveAboveIdle, peakAboveIdle } = JSON.parse(stdout) as MemoryUsed;
    const shown = [aliveAboveIdle, peakAboveIdle].map((bytes) => (bytes / 1e6).toFixed(1));
    console.log(
      `      ${String(rows)} rows verified: alive at most ${shown[0]!} MB, process at most ${shown[1]!} MB above idle`,
    );
    return aliveAboveIdle;
  }

  it('does not grow with the rows that it verifies', async () => {
    // Above what V8 itself sets aside once while the first 100,000 are judged (5 MB).
    const few = await alive(100_000);
    const many = await alive(200_000);
    assert.ok(many - few < FLAT_BYTES, `${String(few)} bytes, then ${String(many)}`);
  });
});
