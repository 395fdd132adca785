import assert from 'node:assert/strict';
import { join } from 'node:path';
import { redisSource } from '../../src/connect/redis/redisClient';
import { pingRedis } from '../support/pingRedis';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import { look } from '../support/look';
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
import { until } from '../support/database';

const password = encodeURIComponent(PASSWORD);
const read = (url: string) => parseRedisUrl(url, 'The test');
const { signal } = new AbortController();

describe('a Redis behind a socket file', () => {
  let server: OwnRedis;
  let path = '';
  before(async () => {
    server = await startOwnRedis({ config: ['unixsocket redis.sock', 'unixsocketperm 700'] });
    path = join(server.folder, 'redis.sock');
  });
  after(() => server.stop());

  it('is read in the database that the option names', async () => {
    const options = { path, password: PASSWORD };
    await withClient({ ...options, db: 3 }, (client) => client.set('x', 'of database 3'));
    for (const scheme of ['redis+socket', 'socket']) {
      const source = redisSource(read(`${scheme}://:${password}@${path}?virtual_host=3`));
      assert.equal(source.address, `${path} (database 3)`);
      assert.equal(String(await source.read((redis) => redis.call('GET', 'x'), signal)), 'of database 3');
    }
    await noneOfOurs(options);
  });

  it('is asked by a mailbox, which listens there too', async () => {
    const heard = await redisSource(read(`redis+socket://:${password}@${path}`)).ask(async (_, mailbox) => {
      const listening = mailbox.listen('here', 0.4);
      // Until somebody listens, nobody is told.
      await until(async () => (await mailbox.publish('here', 'hello')) || undefined);
      return await listening;
    }, signal);
    assert.deepEqual(heard.map(({ data }) => String(data)), ['hello']); // prettier-ignore
  });

  it('that is not there, or has another password, is named', async () => {
    const gone = await problemOf(() => pingRedis(read('redis+socket:///nowhere/redis.sock')), 'refused');
    assert.match(gone.message, /^No socket file at \/nowhere\/redis\.sock\. /);
    const { message } = await problemOf(() => pingRedis(read(`redis+socket://:wrong-one@${path}`)), 'authentication');
    assert.doesNotMatch(message, /wrong-one/);
  });
});

describe('a list of Redis servers', function () {
  this.timeout(30_000);
  let servers: OwnRedis[];
  before(async () => {
    servers = await Promise.all([startOwnRedis(), startOwnRedis()]);
    for (const [n, server] of servers.entries()) {
      await withClient(admin(server), async (client) => {
        await client.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
        await client.lpush('celery', kombuMessage({ id: `of ${String(n)}` }));
      });
    }
  });
  after(() => Promise.all(servers.map((server) => server.stop())));
  const admin = ({ port }: OwnRedis): Way => ({ host: '127.0.0.1', port, password: PASSWORD });
  const url = (port: number, secret = password) => `redis://:${secret}@127.0.0.1:${String(port)}/0`;
  const search = (list: string) =>
    redisSource(read(list)).read(async (redis) => {
      const view = await readBroker(redis, { maxMessages: 100 }, () => undefined, signal);
      const ids = ['of 0', 'of 1'].filter((taskId) => view.find({ id: -1, taskId }).length > 0);
      return { ids, unread: redis.unread, address: redis.address };
    }, signal);

  it('is read at the first that answers, and says which were not read', async () => {
    const [first, second] = servers.map(({ port }) => port) as [number, number];
    const down = await freePort();
    const name = (port: number): string => `127.0.0.1:${String(port)}/0`;
    assert.deepEqual(await search(`${url(first)};${url(second)}`), {
      ids: ['of 0'],
      address: name(first),
      unread: [name(second)],
    });
    assert.deepEqual(await search(`${url(down)};${url(second)};${url(first)}`), {
      ids: ['of 1'],
      address: name(second),
      unread: [name(down), name(first)],
    });
    assert.deepEqual(await search(url(first)), { ids: ['of 0'], address: name(first), unread: [] });
    for (const server of servers) await noneOfOurs(admin(server));
  });

  it('settles nothing for a check, which names those that were not read', async () => {
    const [first, second] = servers.map(({ port }) => port) as [number, number];
    const alone = await look(read(url(first)));
    assert.deepEqual([alone.broker.contents === 'read', alone.workers.none, alone.workers.settled], [true, true, true]);
    const { broker, workers } = await look(read(`${url(first)};${url(second)}`));
    assert.deepEqual([broker.contents === 'read', workers.none, workers.settled], [false, false, false]);
    for (const text of [broker.report.detail, broker.incompleteBecause, workers.report.detail])
      assert.ok(text?.includes(`127.0.0.1:${String(second)}/0`), String(text));
  });

  it('goes on where a password is wrong, as Celery does', async () => {
    const [first, second] = servers.map(({ port }) => port) as [number, number];
    assert.deepEqual((await search(`${url(first, 'wrong-one')};${url(second)}`)).ids, ['of 1']);
  });

  it('of which none can be read says why of each', async () => {
    const down = await freePort();
    const list = read(`${url(down)};${url(servers[0]!.port, 'wrong-one')}`);
    const { message } = await problemOf(() => pingRedis(list), 'refused');
    assert.match(
      message,
      /^None of the 2 Redis servers can be read \(Connection refused at .*; Wrong user or password for Redis/,
    );
    assert.doesNotMatch(message, /wrong-one/);
  });
});
