import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { readServer } from '../../src/brokers/redis/server';
import { redisResults } from '../../src/results/redisResults';
import { until } from '../support/database';
import {
  asUser,
  captures,
  dump,
  emptyRedis,
  kombuMessage,
  reading,
  redisTarget,
  restore,
  search,
} from '../support/redis';

const DB = 8;
/** Everything that goes over our connections: what the driver sends to set them up, and reads. */
const ALLOWED = new Set(
  'auth select client ping info time dbsize scan type smembers pttl llen lrange hlen hscan hget zscore zcard zrange mget' // prettier-ignore
    .split(' '),
);

describe('reading Redis', () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await emptyRedis(DB);
    for (const [, keys] of captures('celery-5.6.3-worker.jsonl')) {
      await redis.flushdb();
      for (const db of [0, 1]) await restore(redis, keys, db);
    }
  });
  afterEach(() => {
    redis.disconnect();
  });

  const everything = (user: Parameters<typeof search>[2] = {}) =>
    reading(redisTarget(DB, user), async (reader) => {
      const view = await search(DB, {}, user);
      const results = await redisResults(reader, ['pfx:']).find(['00000000-0000-4000-8000-000000000001', 'x']);
      return { view, results, facts: await readServer(reader, 'broker and results') };
    });

  it('sends nothing but reads, and never KEYS', async () => {
    const monitor = await redis.duplicate().monitor();
    const seen: { db: string; argv: string[] }[] = [];
    monitor.on('monitor', (_time: string, argv: string[], _source: string, db: string) => seen.push({ db, argv }));
    await everything();
    await redis.echo('the end');
    await until(() => Promise.resolve(seen.some(({ argv }) => argv[1] === 'the end') || undefined));
    monitor.disconnect();
    const sent = seen.filter(({ argv }) => argv[1] !== 'the end');
    assert.ok(sent.length > 20, 'the monitor saw our commands');
    assert.deepEqual(
      [...new Set(sent.map(({ argv }) => argv[0]!.toLowerCase()))].filter((name) => !ALLOWED.has(name)),
      [],
    );
    const client = sent.filter(({ argv }) => /^client$/i.test(argv[0]!));
    assert.ok(client.every(({ argv }) => argv[1]?.toLowerCase() === 'setname'));
  });

  it('leaves every key as it was, to the last byte and second', async () => {
    await redis.set('expiring', 'x', 'EX', 1000);
    const before = await dump(redis);
    assert.ok(before.size > 10);
    await everything();
    assert.deepEqual(await dump(redis), before);
  });

  it('finds the same for a user who may only read', async () => {
    const { view, results, facts } = await asUser(['~*', '+@read', '+@connection'], (user) => everything(user));
    assert.deepEqual([view.found, view.contents === 'read', view.report.state], [true, true, 'ok']);
    assert.deepEqual([view.unacked, view.queues.length], [3, 2]);
    assert.equal(results.get('00000000-0000-4000-8000-000000000001')?.state, 'SUCCESS');
    assert.deepEqual([facts.version, facts.startedAt, facts.flushes], [null, null, null]);
  });

  for (const [missing, rules, found] of [
    ['LRANGE', ['-lrange'], { queued: 0, unacked: 3 }],
    // The newest deliveries are looked up one by one.
    ['HSCAN', ['-hscan'], { queued: 2, unacked: 3 }],
    ['HSCAN', ['-hscan', '-hget'], { queued: 2, unacked: 0 }],
    ['SCAN', ['-scan'], { queued: 1, unacked: 3 }],
    ['ZRANGE', ['-zrange'], { queued: 2, unacked: 3 }],
  ] as const) {
    it(`gives what it could read to a user without ${missing}, and says so`, async () => {
      const view = await asUser(['~*', '+@read', '+@connection', ...rules], (user) => search(DB, {}, user));
      assert.deepEqual([view.found, view.contents === 'read', view.report.state], [true, false, 'unavailable']);
      assert.match(view.report.detail, new RegExp(`No permission to run ${missing}`));
      assert.match(String(view.incompleteBecause), new RegExp(`run ${missing} in Redis at `));
      const ids = Array.from(
        { length: 40 },
        (_, n) => `00000000-0000-4000-8000-0000000000${String(n).padStart(2, '0')}`,
      );
      const messages = ids.flatMap((taskId) => view.find({ id: -1, taskId }));
      const of = (place: string) => messages.filter((message) => message.place === place).length;
      assert.deepEqual({ queued: of('queue'), unacked: of('unacked') }, found);
    });
  }

  it('reads on over a new line when the connection is lost', async () => {
    await redis.lpush('celery', kombuMessage({ id: 'x' }));
    const view = await search(DB, {}, {}, (reader) => ({
      address: reader.address,
      commands: 0,
      pipeline: (commands) => reader.pipeline(commands),
      call: async (...command) => {
        if (command[0] === 'HSCAN') await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        return reader.call(...command);
      },
    }));
    assert.deepEqual([view.found, view.contents === 'read', view.report.state], [true, true, 'ok']);
    assert.deepEqual([view.find({ id: 0, taskId: 'x' }).length, view.unacked], [1, 3]);
  });
});
