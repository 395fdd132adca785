import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { redisResults } from '../../src/results/redisResults';
import { asUser, emptyRedis, reading, redisTarget } from '../support/redis';
import { problemOf } from '../support/problems';

const DB = 9;
const json = (status: string) => JSON.stringify({ status, result: null, date_done: null });

describe('results in Redis', () => {
  let redis: Redis;
  beforeEach(async () => {
    redis = await emptyRedis(DB);
  });
  afterEach(() => {
    redis.disconnect();
  });
  const states = (ids: readonly string[], prefixes: readonly string[] = []) =>
    reading(redisTarget(DB), async (reader) => {
      const found = await redisResults(reader, prefixes).find(ids);
      return Object.fromEntries([...found].map(([id, { state, note }]) => [id, state ?? note]));
    });

  it('are found under every form of the key, and only for the ids that are asked for', async () => {
    await redis.set('celery-task-meta-plain', json('SUCCESS'));
    await redis.set('pfx:celery-task-meta-new', json('FAILURE'));
    await redis.set('pfx_celery-task-meta-old', json('RETRY'));
    await redis.set('pfx:_celery-task-meta-54', json('REVOKED'));
    await redis.set('celery-task-meta-', json('SUCCESS'));
    await redis.set('celery-task-meta-other', json('SUCCESS'));
    assert.deepEqual(await states(['plain', 'new', 'old', '54', 'none', ''], ['', 'pfx:', 'pfx']), {
      plain: 'SUCCESS',
      new: 'FAILURE',
      old: 'RETRY',
      '54': 'REVOKED',
    });
    assert.deepEqual(await states(['new']), {});
  });

  it('of the worker are not hidden by SENT under another form of the key', async () => {
    await redis.set('celery-task-meta-x', json('SENT'));
    await redis.set('pfx:celery-task-meta-x', json('SUCCESS'));
    await redis.set('celery-task-meta-y', json('SENT'));
    assert.deepEqual(await states(['x', 'y'], ['pfx:']), { x: 'SUCCESS', y: 'SENT' });
  });

  it('that are no results say so, or are none', async () => {
    await redis.set('celery-task-meta-pickle', Buffer.from('80027d71002e', 'hex'));
    await redis.set('celery-task-meta-half', '{"status": "SUCC');
    await redis.lpush('celery-task-meta-list', 'x');
    assert.deepEqual(await states(['pickle', 'half', 'list']), {
      pickle: 'pickle, not decoded',
      half: 'not decoded: broken JSON',
    });
  });

  it('are found of many ids at once, of one length, whatever is in them', async () => {
    const plain = Array.from({ length: 60 }, (_, n) => `id-${String(100 + n)}`);
    const strange = [...plain.slice(0, 20), 'id-\u00e9\u00e9\u00e9', '\r\n$1\r\n', 'id-\u{1f4a5}1'];
    for (const ids of [plain, strange]) {
      await redis.flushdb();
      await redis.mset(Object.fromEntries(ids.map((id) => [`celery-task-meta-${id}`, json(`STATE OF ${id}`)])));
      assert.deepEqual(await states([...ids, 'id-xxx']), Object.fromEntries(ids.map((id) => [id, `STATE OF ${id}`])));
    }
  });

  it('are looked up in chunks that become small where values are large', async () => {
    const large = JSON.stringify({ status: 'SUCCESS', result: 'x'.repeat(5_000_000), date_done: null });
    const ids = Array.from({ length: 3000 }, (_, n) => `id-${String(n)}`);
    await redis.mset(Object.fromEntries(ids.map((id) => [`celery-task-meta-${id}`, json('SENT')])));
    for (const id of ['id-0', 'id-1', 'id-2', 'id-60', 'id-61']) await redis.set(`celery-task-meta-${id}`, large);
    const sizes: number[] = [];
    const found = await reading(redisTarget(DB), (reader) =>
      redisResults(
        {
          address: reader.address,
          commands: 0,
          pipeline: (commands) => reader.pipeline(commands),
          call: (...command) => {
            sizes.push(command.length - 1);
            return reader.call(...command);
          },
        },
        [],
      ).find(ids),
    );
    assert.equal(found.size, 3000);
    assert.equal(found.get('id-60')?.state, 'SUCCESS');
    assert.equal(sizes[0], 50);
    assert.ok(sizes[1]! < 10, `then ${String(sizes[1])}`);
    assert.ok(Math.max(...sizes) <= 500);
    assert.ok(sizes.length < 40, `${String(sizes.length)} commands`);
  });

  it('fail with a Problem where they may not be read', async () => {
    await asUser(['~celery', '+@read', '+@connection'], async (user) => {
      await problemOf(
        () => reading(redisTarget(DB, user), (reader) => redisResults(reader, []).find(['x'])),
        'permission',
      );
    });
  });

  it('say where they were looked for', async () => {
    const { host, port } = redisTarget(DB);
    const report = await reading(redisTarget(DB), (reader) =>
      Promise.resolve(redisResults(reader, ['', 'pfx:']).report),
    );
    assert.deepEqual(report, {
      name: 'results',
      state: 'ok',
      detail: `Redis at ${host}:${String(port)}/9, celery-task-meta-*, pfx:celery-task-meta-*, pfx:_celery-task-meta-*`,
    });
  });
});
