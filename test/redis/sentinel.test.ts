import assert from 'node:assert/strict';
import { redisSource } from '../../src/connect/redis/redisClient';
import { pingRedis } from '../support/pingRedis';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import { until } from '../support/database';
import { problemOf } from '../support/problems';
import { kombuMessage } from '../support/redis';
import {
  freePort,
  noneOfOurs,
  PASSWORD,
  startOwnRedis,
  withClient,
  type OwnRedis,
  type Way,
} from '../support/redisServers';

const SENTINEL_PASSWORD = 'sentinel-p@ss';
const { signal } = new AbortController();
const password = encodeURIComponent(PASSWORD);
const local = (port: number, secret: string): Way => ({ host: '127.0.0.1', port, password: secret });

describe('a Redis that Sentinels name', function () {
  this.timeout(60_000);
  let primary: OwnRedis;
  let replica: OwnRedis;
  let sentinels: OwnRedis[];
  /** The primary's port by what the Sentinels say. */
  const current = () =>
    withClient(local(sentinels[0]!.port, SENTINEL_PASSWORD), async (client) =>
      Number(((await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'mymaster')) as string[])[1]),
    );

  before(async () => {
    const config = [`masterauth ${JSON.stringify(PASSWORD)}`, 'repl-diskless-sync-delay 0'];
    primary = await startOwnRedis({ config });
    replica = await startOwnRedis({ config: [...config, `replicaof 127.0.0.1 ${String(primary.port)}`] });
    const watch = [
      `sentinel monitor mymaster 127.0.0.1 ${String(primary.port)} 2`,
      `sentinel auth-pass mymaster ${JSON.stringify(PASSWORD)}`,
      'sentinel down-after-milliseconds mymaster 1000',
      'sentinel failover-timeout mymaster 5000',
      // The Sentinels ask each other, too.
      `sentinel sentinel-pass ${JSON.stringify(SENTINEL_PASSWORD)}`,
    ];
    sentinels = await Promise.all(
      [0, 1].map(() => startOwnRedis({ sentinel: true, password: SENTINEL_PASSWORD, config: watch })),
    );
    await withClient(local(primary.port, PASSWORD), async (client) => {
      await client.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
      await client.lpush('celery', kombuMessage({ id: 'queued' }));
    });
    // Ready for a failover: the Sentinels know the replica and each other.
    for (const { port } of sentinels) {
      await withClient(local(port, SENTINEL_PASSWORD), (client) =>
        until(async () => {
          const [fields] = (await client.call('SENTINEL', 'MASTERS')) as string[][];
          const value = (name: string) => fields![fields!.indexOf(name) + 1];
          return (value('num-slaves') === '1' && value('num-other-sentinels') === '1') || undefined;
        }, 30_000),
      );
    }
  });
  after(() => Promise.all([...sentinels, replica, primary].map((server) => server.stop())));

  const target = (options = '', ports = sentinels.map(({ port }) => port), secret = SENTINEL_PASSWORD) =>
    parseRedisUrl(
      ports.map((port, n) => `sentinel://${n === 0 ? `:${password}@` : ''}127.0.0.1:${String(port)}`).join(';') +
        `/0?sentinel_password=${encodeURIComponent(secret)}${options}`,
      'The test',
    );
  const nothingLeft = async () => {
    for (const { port } of [primary, replica]) await noneOfOurs(local(port, PASSWORD)).catch((error: unknown) => {
      if (!String(error).includes('ECONNREFUSED') && !String(error).includes('closed')) throw error;
    }); // prettier-ignore
    for (const { port } of sentinels) await noneOfOurs(local(port, SENTINEL_PASSWORD));
  };
  const search = (where = target()) =>
    redisSource(where).read(async (redis) => {
      const view = await readBroker(redis, { maxMessages: 100 }, () => undefined, signal);
      return { view, address: redis.address };
    }, signal);

  it('is found by its name, and without one where it is the only one', async () => {
    for (const options of ['&master_name=mymaster', '']) {
      const { view, address } = await search(target(options));
      assert.equal(
        address,
        `mymaster/0 (127.0.0.1:${String(primary.port)}, named by Sentinel 127.0.0.1:${String(sentinels[0]!.port)})`,
      );
      assert.deepEqual([view.contents === 'read', view.find({ id: -1, taskId: 'queued' }).length], [true, 1]);
    }
    const source = redisSource(target('&master_name=mymaster'));
    assert.equal(source.address, `mymaster/0 (Sentinel 127.0.0.1:${String(sentinels[0]!.port)})`);
    await nothingLeft();
  });

  it('is found by the next Sentinel where one is down', async () => {
    const { address } = await search(target('', [await freePort(), sentinels[1]!.port]));
    assert.match(address, new RegExp(`named by Sentinel 127\\.0\\.0\\.1:${String(sentinels[1]!.port)}`));
    const down = await problemOf(async () => pingRedis(target('', [await freePort(), await freePort()])), 'refused');
    assert.match(down.message, /^None of the 2 Sentinels can be read \(Connection refused at Sentinel 127/);
  });

  it('is not guessed: an unknown name, several names, a wrong password, a Redis instead of a Sentinel', async () => {
    const unknown = await problemOf(() => pingRedis(target('&master_name=elsewhere')), 'invalid');
    assert.match(unknown.message, /watches no server called elsewhere \(mymaster\)\. Correct master_name\.$/);
    const wrong = await problemOf(() => pingRedis(target('', [sentinels[0]!.port], 'wrong-one')), 'authentication');
    assert.match(wrong.message, /^Sentinel .* refused the user or password\. .*sentinel_password/);
    assert.doesNotMatch(wrong.message, /wrong-one/);
    const redis = await problemOf(() => pingRedis(target('', [primary.port], PASSWORD)), 'invalid');
    assert.match(redis.message, /is a Redis, not a Sentinel\. Write redis:\/\//);
    const port = String(replica.port);
    await withClient(local(sentinels[0]!.port, SENTINEL_PASSWORD), async (client) => {
      await client.call('SENTINEL', 'MONITOR', 'another', '127.0.0.1', port, '2');
      try {
        const several = await problemOf(() => pingRedis(target()), 'invalid');
        assert.match(several.message, /watches several servers \(another, mymaster\). Choose one with \?master_name=/);
      } finally {
        await client.call('SENTINEL', 'REMOVE', 'another');
      }
    });
    await nothingLeft();
  });

  it('is refused while it is a replica still, though a Sentinel names it', async () => {
    // A Sentinel that was cut off: it watches the replica as if it were a primary.
    const config = [`sentinel monitor mymaster 127.0.0.1 ${String(replica.port)} 2`];
    const stale = await startOwnRedis({ sentinel: true, password: SENTINEL_PASSWORD, config });
    try {
      // Without auth-pass it cannot learn better from the server itself.
      const wrong = target('&master_name=mymaster', [stale.port]);
      const { message } = await problemOf(() => pingRedis(wrong), 'unreachable');
      assert.match(message, /^Redis at mymaster\/0 \(.*\) is a replica now; a failover may be in progress/);
    } finally {
      await stale.stop();
    }
  });

  it('is asked by a mailbox', async () => {
    const heard = await redisSource(target()).ask(async (_, mailbox) => {
      const listening = mailbox.listen('here', 0.4);
      // Until somebody listens, nobody is told.
      await until(async () => (await mailbox.publish('here', 'hello')) || undefined);
      return await listening;
    }, signal);
    assert.deepEqual(heard.map(({ data }) => String(data)), ['hello']); // prettier-ignore
    await nothingLeft();
  });

  it('gives what it had read when it fails over in the middle, and the next check reads the new primary', async () => {
    const { view } = await redisSource(target()).read(async (redis) => {
      const breaking = Object.assign(Object.create(redis) as typeof redis, {
        call: async (...command: Parameters<typeof redis.call>) => {
          // The queues were read by now.
          if (command[0] === 'HSCAN') primary.kill();
          return await redis.call(...command);
        },
      });
      return { view: await readBroker(breaking, { maxMessages: 100 }, () => undefined, signal) };
    }, signal);
    assert.deepEqual([view.found, view.contents === 'read', view.report.state], [true, false, 'unavailable']);
    assert.match(view.report.detail, /^Redis at mymaster\/0 \(.*\) closed the connection/);
    assert.equal(view.find({ id: -1, taskId: 'queued' }).length, 1);

    await until(async () => ((await current()) === replica.port ? true : undefined), 30_000);
    const next = await search();
    assert.match(next.address, new RegExp(`mymaster/0 \\(127\\.0\\.0\\.1:${String(replica.port)},`));
    assert.deepEqual([next.view.contents === 'read', next.view.find({ id: -1, taskId: 'queued' }).length], [true, 1]);
    await noneOfOurs(local(replica.port, PASSWORD));
  });
});
