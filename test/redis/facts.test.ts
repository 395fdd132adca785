import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { readServer } from '../../src/brokers/redis/server';
import type { RedisReader } from '../../src/ports/redis';
import { emptyRedis, reading, redisTarget } from '../support/redis';

const DB = 8;

describe('the facts of a Redis server', () => {
  let redis: Redis;
  before(async () => {
    redis = await emptyRedis(DB);
  });
  after(() => {
    redis.disconnect();
  });
  const facts = () => reading(redisTarget(DB), (reader) => readServer(reader, 'broker'));

  it('are its own', async () => {
    await redis.mset({ a: '1', b: '2' });
    const info: Record<string, string> = Object.fromEntries(
      (await redis.info('all'))
        .split('\r\n')
        .map((line): [string, string] => [line.split(':', 1)[0]!, line.slice(line.indexOf(':') + 1)]),
    );
    const read = await facts();
    const { host, port } = redisTarget(DB);
    assert.equal(read.address, `${host}:${String(port)}/8`);
    assert.deepEqual([read.role, read.version, read.replica], ['broker', info.redis_version, false]);
    assert.ok(
      Math.abs(Date.parse(read.startedAt!) / 1000 - (Date.now() / 1000 - Number(info.uptime_in_seconds))) <= 10,
    );
    assert.deepEqual([read.maxMemoryBytes, read.evictionPolicy, read.evictedKeys], [0, 'noeviction', 0]);
    assert.deepEqual([read.appendOnly, Date.parse(read.lastSaveAt!) / 1000], [false, Number(info.rdb_last_save_time)]);
    assert.ok(read.usedMemoryBytes! > 100_000);
  });

  it('count every FLUSHDB and FLUSHALL', async () => {
    const { flushes } = await facts();
    await redis.flushdb();
    await redis.flushdb();
    assert.equal((await facts()).flushes, flushes! + 2);
  });

  it('notice limits', async () => {
    await redis.config('SET', 'maxmemory', '200mb', 'maxmemory-policy', 'allkeys-lru');
    const { maxMemoryBytes, evictionPolicy } = await facts();
    await redis.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    assert.deepEqual([maxMemoryBytes, evictionPolicy], [200 * 1024 * 1024, 'allkeys-lru']);
  });

  it('are null where nothing was given, and 0 flushes only where it is known', async () => {
    const server = (replies: Record<string, string>): RedisReader => ({
      address: 'x',
      commands: 0,
      call: () => Promise.reject(new Error('not asked')),
      pipeline: (commands) =>
        Promise.resolve(
          commands.map(([name, section]) => {
            const text = replies[String(section ?? name)];
            return text === undefined ? new Error('NOPERM') : Buffer.from(text);
          }),
        ),
    });
    const { address, role, product, ...rest } = await readServer(server({}), 'results');
    assert.deepEqual([address, role, product], ['x', 'results', undefined]);
    assert.deepEqual([...new Set(Object.values(rest))], [null]);
    const some = await readServer(
      server({
        commandstats: 'cmdstat_get:calls=5,usec=1\r\n',
        replication: 'role:slave\r\n',
        persistence: 'aof_enabled:1\r\n',
      }),
      'broker',
    );
    const valkey = await readServer(
      server({ server: 'redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n' }),
      'broker',
    );
    assert.deepEqual([valkey.product, valkey.version], ['Valkey', '8.1.0']);
    assert.deepEqual([some.flushes, some.replica, some.appendOnly, some.version], [0, true, true, null]);
  });
});
