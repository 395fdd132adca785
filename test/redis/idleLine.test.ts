/** Lines that a server closes while nothing is wrong: because nobody asked for a while, or because an answer is too large for it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { redisSource } from '../../src/connect/redis/redisClient';
import { parseRedisUrl, type RedisTarget } from '../../src/connect/redis/redisUrl';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import type { BrokerView } from '../../src/model/facts';
import { redisResults } from '../../src/results/redisResults';
import { TestDatabase, until } from '../support/database';
import { problemOf } from '../support/problems';
import { kombuMessage, takenMessage } from '../support/redis';
import { noneOfOurs, PASSWORD, startOwnRedis, withClient, type OwnRedis, type Way } from '../support/redisServers';
import { checkAll, samplesOf } from '../support/reportedBroker';
import { snapshots } from '../support/scans';
import { postgresUrls } from '../support/servers';
import { listen, pipeTo } from '../support/sockets';
import { createTaskTable, insertTasks } from '../support/taskTable';

const { signal } = new AbortController();
const admin = ({ port }: OwnRedis): Way => ({ host: '127.0.0.1', port, password: PASSWORD });
const target = (port: number): RedisTarget =>
  parseRedisUrl(`redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${String(port)}/0`, 'The test');
const search = (port: number): Promise<BrokerView> =>
  redisSource(target(port)).read(
    (redis) => readBroker(redis, { maxMessages: 100_000 }, () => undefined, signal),
    signal,
  );

describe('a line that the server closes', function () {
  this.timeout(60_000);
  let server: OwnRedis;
  beforeEach(async () => {
    server = await startOwnRedis();
    await withClient(admin(server), (client) => client.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery'));
  });
  afterEach(() => server.stop());

  /** Waits until the server has closed every line of ours. */
  const closed = (): Promise<void> => noneOfOurs(admin(server));

  it('because nobody asked for a while is opened once more, and the results are read (as reported)', async () => {
    const { how } = JSON.parse(readFileSync('test/fixtures/reported/redis-idle-timeout.json', 'utf8')) as {
      how: string[];
    };
    assert.equal(how[0], 'CONFIG SET timeout 1');
    const database = await TestDatabase.create(postgresUrls()[0]!);
    try {
      await createTaskTable(database);
      await insertTasks(
        database,
        Array.from({ length: 10 }, (_, n) => ({ task_id: `row ${String(n)}`, hoursAgo: 1000 })),
      );
      // The rows are read several times over: a little quicker than it was tried.
      const view = how[1]!.slice(0, how[1]!.indexOf(' (10 stuck rows)')).replace('0.35', '0.2');
      await database.run(view);
      await withClient(admin(server), async (client) => {
        await client.config('SET', 'timeout', '1');
        await client.set('celery-task-meta-row 3', JSON.stringify({ status: 'SUCCESS', result: 5, task_id: 'row 3' }));
      });
      const diagnosis = await checkAll(snapshots(database.url), target(server.port), {}, 'slow');
      const results = diagnosis.sources.find(({ name }) => name === 'results');
      assert.equal(results?.state, 'ok', results?.detail);
      const states = [...samplesOf(diagnosis).values()].map(({ celeryState }) => celeryState);
      assert.equal(states.filter((state) => state === 'SUCCESS').length, 1, states.join(', '));
    } finally {
      await database.drop();
    }
    await closed();
  });

  it('between any two questions is opened again, by one new line for questions side by side', async () => {
    await withClient(admin(server), (client) => client.set('x', 'y'));
    await redisSource(target(server.port)).read(async (redis) => {
      const kill = () =>
        withClient(admin(server), (client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
      for (let round = 0; round < 3; round++) {
        await kill();
        const answers = await Promise.all([
          redis.call('GET', 'x'),
          redis.pipeline([['GET', 'x']]),
          redis.call('GET', 'x'),
        ]);
        assert.deepEqual(answers.flat().map(String), ['y', 'y', 'y']);
        const mine = await withClient(admin(server), async (client) =>
          String(await client.client('LIST')).split('\n').filter((line) => line.includes('db=0') && line.includes('name=celery')).length,
        ); // prettier-ignore
        assert.ok(mine <= 1, String(mine));
      }
    }, signal);
    await closed();
  });

  it('on every question is named', async () => {
    let questions = 0;
    const closing = await listen((line) => {
      pipeTo(line, { host: '127.0.0.1', port: server.port });
      line.on('data', (bytes: Buffer) => {
        if (!bytes.includes('GET')) return;
        questions++;
        line.destroy();
      });
    });
    const problem = await problemOf(
      () => redisSource(target(closing.port)).read((redis) => redis.call('GET', 'x'), signal),
      'connection-lost',
    );
    assert.match(problem.message, /closed the connection/);
    assert.equal(questions, 2);
    await closing.close();
  });

  it('because another server took its place is not read on', async () => {
    const other = await startOwnRedis();
    const list: RedisTarget = { ...target(server.port), alternates: [target(other.port)] };
    await problemOf(
      () =>
        redisSource(list).read(async (redis) => {
          await redis.call('PING');
          server.kill();
          await redis.call('GET', 'x');
        }, signal),
      'unreachable',
    );
    await other.stop();
  });

  it('does not stop whoever asks workers', async () => {
    await redisSource(target(server.port)).ask(async (redis, mailbox) => {
      await redis.call('PING');
      await withClient(admin(server), (client) => client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
      await until(async () => {
        const received = await mailbox.publish('nobody', 'x').catch(() => undefined);
        return received === undefined ? undefined : true;
      });
    }, signal);
    await closed();
  });

  describe('on an answer that is too large for it', () => {
    const LIMIT = 1024 * 1024;
    const limit = (): Promise<unknown> =>
      withClient(admin(server), (client) =>
        client.config('SET', 'client-output-buffer-limit', `normal ${String(LIMIT)} 0 0`),
      );
    const big = (id: string): string => kombuMessage({ id, args: ['x'.repeat(2 * LIMIT)] });

    it('costs that message alone in a list, also where many small ones are too much for one answer', async () => {
      await withClient(admin(server), async (client) => {
        for (let n = 0; n < 40; n++)
          await client.lpush('celery', kombuMessage({ id: `a${String(n)}`, args: ['x'.repeat(60_000)] }));
        for (const id of ['big 1', 'big 2']) await client.lpush('celery', big(id));
        for (let n = 0; n < 40; n++) await client.lpush('celery', kombuMessage({ id: `b${String(n)}` }));
      });
      await limit();
      const view = await search(server.port);
      const found = (id: string): boolean => view.find({ id: -1, taskId: id }).length === 1;
      for (let n = 0; n < 40; n++) assert.ok(found(`a${String(n)}`) && found(`b${String(n)}`), String(n));
      assert.deepEqual([view.contents === 'read', view.report.state, found('big 1')], [false, 'partial', false]);
      assert.match(view.incompleteBecause ?? '', /messages in "celery" are too large to be read: the server closes/);
      await closed();
    });

    it('costs that message alone among the taken ones', async () => {
      await withClient(admin(server), async (client) => {
        const put = async (tag: string, value: string): Promise<void> => {
          await client.hset('unacked', tag, value);
          await client.zadd('unacked_index', 1, tag);
        };
        for (let n = 0; n < 200; n++)
          await put(`t${String(n)}`, takenMessage({ id: `t${String(n)}`, tag: `t${String(n)}` }));
        await put('big', takenMessage({ id: 'big', tag: 'big', args: ['x'.repeat(2 * LIMIT)] }));
      });
      await limit();
      const view = await search(server.port);
      for (let n = 0; n < 200; n++) assert.equal(view.find({ id: -1, taskId: `t${String(n)}` }).length, 1, String(n));
      assert.deepEqual([view.contents === 'read', view.report.state], [false, 'partial']);
      assert.match(view.incompleteBecause ?? '', /messages in "unacked" are too large to be read/);
    });

    it('costs that list alone of those that nobody named', async () => {
      await withClient(admin(server), async (client) => {
        await client.lpush('emails', kombuMessage({ id: 'mail', queue: 'emails' }));
        await client.lpush('films', 'x'.repeat(2 * LIMIT));
      });
      await limit();
      const view = await search(server.port);
      assert.deepEqual([view.contents === 'read', view.find({ id: -1, taskId: 'mail' }).length], [false, 1]);
      assert.match(view.incompleteBecause ?? '', /the key "films" could not be looked into/);
    });

    it('costs that result alone', async () => {
      const ids = Array.from({ length: 60 }, (_, n) => `r${String(n)}`);
      await withClient(admin(server), async (client) => {
        for (const id of ids)
          await client.set(
            `celery-task-meta-${id}`,
            JSON.stringify({ status: 'SUCCESS', result: 'x'.repeat(id === 'r7' ? 2 * LIMIT : 50_000), task_id: id }),
          );
      });
      await limit();
      const [found, report] = await redisSource(target(server.port)).read(async (redis) => {
        const reader = redisResults(redis, []);
        return [await reader.find(ids), reader.report] as const;
      }, signal);
      assert.deepEqual([found.size, found.has('r7'), report.state], [59, false, 'partial']);
      assert.match(report.detail, /1 result too large to be read/);
    });
  });
});
