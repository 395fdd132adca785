import assert from 'node:assert/strict';
import { redisSource } from '../../src/connect/redis/redisClient';
import { parseRedisUrl, type RedisTarget } from '../../src/connect/redis/redisUrl';
import type { Outside } from '../../src/check/readServers';
import { redisResults } from '../../src/results/redisResults';
import { until } from '../support/database';
import { look } from '../support/look';
import { kombuMessage, takenMessage } from '../support/redis';
import { PASSWORD, startOwnRedis, withClient, type OwnRedis, type Way } from '../support/redisServers';

const { signal } = new AbortController();
const admin = ({ port }: OwnRedis): Way => ({ host: '127.0.0.1', port, password: PASSWORD });
const target = ({ port }: OwnRedis): RedisTarget =>
  parseRedisUrl(`redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${String(port)}/0`, 'The test');
const SLOTS = 16_384;

describe('a Redis in cluster mode', function () {
  this.timeout(60_000);
  const servers: OwnRedis[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  /** Servers of which each has its part of the slots. */
  async function start(count: number): Promise<OwnRedis[]> {
    for (let n = 0; n < count; n++)
      servers.push(await startOwnRedis({ config: ['cluster-enabled yes', `masterauth "${PASSWORD}"`] }));
    const [first] = servers as [OwnRedis];
    for (const [n, server] of servers.entries())
      await withClient(admin(server), async (client) => {
        const slots = Array.from({ length: SLOTS }, (_, slot) => slot).filter(
          (slot) => Math.floor((slot * count) / SLOTS) === n,
        );
        await client.call('CLUSTER', 'ADDSLOTS', ...slots.map(String));
        if (server !== first) await client.call('CLUSTER', 'MEET', '127.0.0.1', String(first.port));
      });
    for (const server of servers)
      await until(
        () =>
          withClient(admin(server), async (client) => {
            const info = String(await client.call('CLUSTER', 'INFO'));
            return info.includes('cluster_state:ok') && info.includes(`cluster_size:${String(count)}`)
              ? true
              : undefined;
          }),
        30_000,
      );
    return servers;
  }

  const fill = (server: OwnRedis): Promise<unknown> =>
    withClient(admin(server), async (client) => {
      const put = (...command: [string, ...string[]]): Promise<unknown> => client.call(...command).catch(String);
      await put('SADD', '_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
      await put('LPUSH', 'celery', kombuMessage({ id: 'queued' }));
      await put('HSET', 'unacked', 't', takenMessage({ id: 'taken', tag: 't' }));
      for (let n = 0; n < 20; n++)
        await put('SET', `celery-task-meta-r${String(n)}`, JSON.stringify({ status: 'SUCCESS', result: null }));
    });
  const results = (server: OwnRedis) =>
    redisSource(target(server)).read(async (redis) => {
      const reader = redisResults(redis, []);
      const found = await reader.find(Array.from({ length: 20 }, (_, n) => `r${String(n)}`));
      return { found: found.size, detail: reader.report.detail };
    }, signal);
  const found = ({ broker }: Outside, id: string): number => broker.find({ id: -1, taskId: id }).length;

  it('that has all keys is read as any other, the results key by key', async () => {
    const [server] = (await start(1)) as [OwnRedis];
    await fill(server);
    const outside = await look(target(server));
    assert.deepEqual(
      [found(outside, 'queued'), found(outside, 'taken'), outside.broker.contents === 'read'],
      [1, 1, true],
    );
    const { found: read, detail } = await results(server);
    assert.equal(read, 20);
    assert.doesNotMatch(detail, /cluster/);
  });

  it('that has a part of the keys is read as far as it goes, and the search is not complete', async () => {
    const all = await start(2);
    for (const server of all) await fill(server);
    let read = 0;
    let queued = 0;
    for (const server of all) {
      const outside = await look(target(server));
      assert.equal(outside.broker.contents, 'part');
      assert.equal(outside.broker.report.state, 'partial', outside.broker.report.detail);
      assert.match(outside.broker.incompleteBecause ?? '', /one of several of a cluster/);
      queued += found(outside, 'queued');
      const { found: some, detail } = await results(server);
      assert.match(
        detail,
        new RegExp(`${String(20 - some)} keys? not looked up, which other servers of the cluster have`),
      );
      read += some;
    }
    assert.deepEqual([queued, read], [1, 20]);
  });
});
