import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisSource } from '../../src/connect/redis/redisClient';
import { pingRedis } from '../support/pingRedis';
import { parseRedisUrl, type RedisTarget } from '../../src/connect/redis/redisUrl';
import type { Outside } from '../../src/check/readServers';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import { look } from '../support/look';
import { problemOf } from '../support/problems';
import { asUser, kombuMessage, redisTarget, withCelery } from '../support/redis';
import { noneOfOurs, PASSWORD, startOwnRedis, withClient, type OwnRedis, type Way } from '../support/redisServers';
import { listen, silentServer } from '../support/sockets';

const { signal } = new AbortController();
const admin = ({ port }: OwnRedis): Way => ({ host: '127.0.0.1', port, password: PASSWORD });
const target = (port: number): RedisTarget =>
  parseRedisUrl(`redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${String(port)}/0`, 'The test');

const states = ({ broker, workers, reports, results }: Outside) =>
  [broker.report, workers.report, ...reports, results.report].map(({ state }) => state);

describe('a Redis that fails', function () {
  this.timeout(60_000);
  let servers: OwnRedis[] = [];
  const start = async (...wishes: Parameters<typeof startOwnRedis>): Promise<OwnRedis> => {
    const server = await startOwnRedis(...wishes);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
  });

  it('because it has no connection left is named, with nothing of ours left there', async () => {
    const server = await start({ config: ['maxclients 2'] });
    await withClient(admin(server), async () => {
      const other = connect(server.port, '127.0.0.1');
      await new Promise((resolve) => other.once('connect', resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let n = 0; n < 10; n++) await problemOf(() => pingRedis(target(server.port)), 'too-many-connections');
      const outside = await look(target(server.port));
      assert.deepEqual(states(outside), ['unavailable', 'unavailable', 'unavailable', 'unavailable']);
      assert.match(outside.broker.report.detail, /has no free connection/);
      other.destroy();
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    await pingRedis(target(server.port));
    await noneOfOurs(admin(server));
  });

  it('because it is silent is given up after ten seconds, and so is one of TLS', async () => {
    const silent = await silentServer();
    const began = performance.now();
    const where = { ...target(silent.port), db: 3 };
    const outcomes = await Promise.all([
      problemOf(() => pingRedis(where), 'timeout'),
      problemOf(() => pingRedis({ host: '127.0.0.1', port: silent.port, db: 0 }), 'timeout'),
      problemOf(() => pingRedis({ ...where, tls: { verify: false, checkHostname: false } }), 'timeout'),
    ]);
    assert.ok(performance.now() - began < 20_000, 'it does not take the thirty seconds of a command');
    for (const { message } of outcomes) assert.match(message, /didn't answer in time/);
    assert.equal(silent.lines.size, 0);
    await silent.close();
  });

  it('because it loads its data is named, and works afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'own-redis-'));
    try {
      const before = await startOwnRedis({ folder, config: ['appendonly no'] });
      await withClient(admin(before), async (client) => {
        await client.call('DEBUG', 'POPULATE', '300', 'key', '2000').catch(async () => {
          for (let n = 0; n < 300; n++) await client.set(`key:${String(n)}`, 'x'.repeat(2000));
        });
        await client.call('SAVE');
      });
      await before.stop();
      // Ten milliseconds a key, and a look at who is there every kilobyte.
      const slow = ['key-load-delay 10000', 'loading-process-events-interval-bytes 1024', 'rdbcompression no'];
      const server = await start({ folder, config: slow, ready: false });
      const problems: string[] = [];
      for (let tries = 0; tries < 400 && !problems.some((text) => text.includes('LOADING')); tries++) {
        problems.push(await pingRedis(target(server.port)).then(() => 'works', (error: unknown) => String(error))); // prettier-ignore
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.match(
        problems.at(-1) ?? '',
        /is loading its data \(LOADING Redis is loading the dataset in memory\)\. Check again/,
      );
      const outside = await look(target(server.port));
      assert.match(outside.broker.report.detail, /LOADING/);
      for (let tries = 0; tries < 600; tries++) {
        const done = await pingRedis(target(server.port)).then(() => true, () => false); // prettier-ignore
        if (done) break;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      await pingRedis(target(server.port));
      await noneOfOurs(admin(server));
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
      servers = [];
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('because it was killed in the middle gives what it had given, and the next check works', async () => {
    const server = await start();
    const fill = (way: Way) =>
      withClient(way, async (client) => {
        await client.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
        await client.lpush('celery', kombuMessage({ id: 'queued' }));
      });
    await fill(admin(server));
    const view = await redisSource(target(server.port)).read(async (redis) => {
      const breaking = Object.assign(Object.create(redis) as typeof redis, {
        call: async (...command: Parameters<typeof redis.call>) => {
          if (command[0] === 'HSCAN') server.kill();
          return await redis.call(...command);
        },
      });
      return await readBroker(breaking, { maxMessages: 100 }, () => undefined, signal);
    }, signal);
    assert.deepEqual([view.found, view.contents === 'read', view.report.state], [true, false, 'unavailable']);
    assert.match(view.report.detail, /closed the connection\. Check that the server is running$/);
    assert.equal(view.find({ id: -1, taskId: 'queued' }).length, 1);
    await problemOf(() => pingRedis(target(server.port)), 'refused');

    const again = await start({ port: server.port });
    await fill(admin(again));
    const outside = await look(target(server.port));
    assert.deepEqual(states(outside), ['ok', 'ok', 'ok', 'ok']);
    assert.equal(outside.broker.contents, 'read');
    await noneOfOurs(admin(again));
  });

  it('because its line drips is read all the same', async () => {
    const server = await start();
    await withClient(admin(server), async (client) => {
      await client.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
      for (let n = 0; n < 20; n++) await client.lpush('celery', kombuMessage({ id: `message ${String(n)}` }));
    });
    const dripping = await listen((line) => {
      const upstream = connect(server.port, '127.0.0.1');
      const waiting: Buffer[] = [];
      // 700 bytes every 10 ms, in pieces that end anywhere.
      const drip = setInterval(() => {
        const next = waiting.shift();
        if (!next) return;
        line.write(next.subarray(0, 700));
        if (next.length > 700) waiting.unshift(next.subarray(700));
      }, 10);
      const end = (): void => {
        clearInterval(drip);
        upstream.destroy();
        line.destroy();
      };
      upstream
        .on('data', (bytes) => waiting.push(bytes))
        .on('error', end)
        .on('close', end);
      line.on('data', (bytes) => setTimeout(() => upstream.write(bytes), 20)).on('close', end);
    });
    const outside = await look(target(dripping.port));
    assert.deepEqual([outside.broker.contents === 'read', outside.broker.queues[0]?.length], [true, 20]);
    assert.deepEqual(states(outside), ['ok', 'ok', 'ok', 'ok']);
    await dripping.close();
    await noneOfOurs(admin(server));
  });

  it('because nobody set a password there, though the URL has one, works as it does for Celery', async () => {
    const server = await start({ password: '' });
    await pingRedis(target(server.port));
    await noneOfOurs({ host: '127.0.0.1', port: server.port });
  });
});

describe('a Redis user who may not run one command', () => {
  const DB = 8;
  let disconnect: () => void;
  before(async () => {
    const redis = await withCelery(DB);
    await redis.lpush('celery', kombuMessage({ id: 'queued' }));
    disconnect = () => {
      redis.disconnect();
    };
  });
  after(() => {
    disconnect();
  });
  const way = (): Way => {
    const { host, port, password = '' } = redisTarget(0);
    return { host, port, password };
  };
  const rules = ['~*', '&*', '+@read', '+@connection', '+info', '+client|list', '+psubscribe'];

  for (const [missing, fails, words] of [
    ['lrange', ['unavailable', 'ok', 'ok', 'ok'], /run LRANGE in Redis at \S+\. Grant it/],
    ['scan', ['unavailable', 'ok', 'ok', 'ok'], /run SCAN in Redis at \S+\. Grant it/],
    ['info', ['ok', 'ok', 'unavailable', 'ok'], /does not give INFO/],
  ] as const) {
    it(`${missing} loses what needs it, by name, and nothing else`, async () => {
      const all = await asUser(rules, (user) => look(redisTarget(DB, user)));
      assert.deepEqual(states(all), ['ok', 'ok', 'ok', 'ok']);
      const outside = await asUser([...rules, `-${missing}`], (user) => look(redisTarget(DB, user)));
      assert.deepEqual(states(outside), fails);
      const reports = [outside.broker.report, outside.workers.report, ...outside.reports, outside.results.report];
      assert.match(reports.find(({ state }) => state !== 'ok')?.detail ?? '', words);
      assert.equal(outside.broker.contents === 'read', missing === 'info');
      await noneOfOurs(way());
    });
  }

  it('mget cannot look up results, and is told so', async () => {
    const problem = await problemOf(
      () => asUser([...rules, '-mget'], (user) => look(redisTarget(DB, user))),
      'permission',
    );
    assert.match(problem.message, /run MGET in Redis at \S+\. Grant it/);
  });

  it('client|list is told that workers cannot be counted', async () => {
    const outside = await asUser([...rules, '-client'], (user) => look(redisTarget(DB, user)));
    assert.equal(outside.broker.report.state, 'ok');
    assert.equal(outside.workers.none, false);
    assert.match(outside.workers.report.detail + outside.workers.says, /CLIENT/i);
  });
});
