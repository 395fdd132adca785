import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { look } from '../support/look';
import { assertPartial } from '../support/partialViews';
import { kombuMessage, redisTarget, redisUrl, search, withCelery } from '../support/redis';

const DB = 8;

describe('gaps of the broker', () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await withCelery(DB);
    await redis.lpush('celery', kombuMessage({ id: 'a' }), kombuMessage({ id: 'b' }));
  });
  afterEach(async () => {
    await redis.flushdb();
    redis.disconnect();
  });

  it('a search that ended at its cap is read in part in every view, with the setting that raises it', async () => {
    const { report } = await search(DB, { maxMessages: 1 });
    assertPartial(report, 'capped');
    assert.deepEqual(
      report.gaps?.map(({ setting }) => setting),
      ['celeryTasks.maxQueueScan'],
    );
  });

  it('a search that met messages which cannot be decoded is read in part in every view', async () => {
    await redis.lpush('celery', 'noise');
    assertPartial((await search(DB)).report, 'undecodable');
  });

  it('a broker of a failover list of which others were not read is read in part in every view, and so are the workers', async () => {
    const url = redisUrl().replace(/(\/\d*)?$/, `/${String(DB)}`);
    const { broker, workers } = await look(parseRedisUrl(`${url};redis://127.0.0.1:1/0`, 'The test'));
    assertPartial(broker.report, 'failover-unread');
    assertPartial(workers.report, 'failover-unread');
  });

  it('a broker that was searched whole has no gap', async () => {
    const { report } = await search(DB);
    assert.deepEqual([report.state, report.gaps], ['ok', undefined]);
    assert.equal((await look(redisTarget(DB))).broker.report.state, 'ok');
  });
});
