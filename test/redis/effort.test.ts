import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { TestDatabase } from '../support/database';
import { emptyRedis, kombuMessage, redisTarget, takenMessage } from '../support/redis';
import { fillTasks, taskIdOf, verify } from '../support/scale';
import { snapshots } from '../support/scans';
import { postgresUrls } from '../support/servers';
import { countingProxy } from '../support/sockets';
import { createTaskTable } from '../support/taskTable';

const [BROKER_DB, RESULTS_DB] = [11, 12];

interface Size {
  readonly rows: number;
  readonly queued: number;
  readonly taken: number;
  readonly results: number;
}

const BASE: Size = { rows: 1000, queued: 1000, taken: 500, results: 500 };

describe('what a check asks of Redis', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let broker: Redis;
  let results: Redis;
  before(async () => {
    database = await TestDatabase.create(postgresUrls()[0]!);
    await createTaskTable(database);
  });
  after(async () => {
    await database.drop();
    for (const db of [BROKER_DB, RESULTS_DB]) (await emptyRedis(db)).disconnect();
  });
  beforeEach(async () => {
    [broker, results] = [await emptyRedis(BROKER_DB), await emptyRedis(RESULTS_DB)];
  });
  afterEach(() => {
    broker.disconnect();
    results.disconnect();
  });

  async function fill({ rows, queued, taken, results: kept }: Size): Promise<void> {
    await Promise.all([broker.flushdb(), results.flushdb(), fillTasks(database, rows, 5)]);
    await broker.sadd('_kombu.binding.celery', 'celery\x06\x16\x06\x16celery');
    await chunks(queued, (index) => kombuMessage({ id: taskIdOf(index) }), (texts) => broker.lpush('celery', ...texts)); // prettier-ignore
    const pipeline = broker.pipeline();
    for (let index = queued + 1; index <= queued + taken; index++) {
      const tag = `tag-${String(index)}`;
      pipeline.hset('unacked', tag, takenMessage({ id: taskIdOf(index), tag }));
      pipeline.zadd('unacked_index', Date.now() / 1000, tag);
    }
    await pipeline.exec();
    await chunks(kept, resultOf, (pairs) => results.mset(...pairs.flat()));
  }

  /** How often each command was run by one check, as the server counts. */
  async function commands(size: Size): Promise<ReadonlyMap<string, number>> {
    await fill(size);
    await broker.config('RESETSTAT');
    const { taskTypes } = await verify(snapshots(database.url), {
      broker: redisTarget(BROKER_DB),
      results: redisTarget(RESULTS_DB),
    });
    const stats = await broker.info('commandstats');
    const verdicts = taskTypes.map((type) => Object.values(type.verdicts ?? {}).reduce((sum, rows) => sum + rows, 0));
    assert.equal(verdicts.reduce((sum, rows) => sum + rows, 0), size.rows); // prettier-ignore
    const counted = [...stats.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(
      ([, name, calls]) => [name!, Number(calls)] as const,
    );
    return new Map(counted);
  }

  /** What it asks more when one of these has `more` more; and that it asks nothing more of what the others are read by. */
  async function growth(part: keyof Size, more: number, own: readonly string[]): Promise<number> {
    const few = await commands(BASE);
    const many = await commands({ ...BASE, [part]: BASE[part] + more });
    const changed = [...many].filter(([name, calls]) => calls !== (few.get(name) ?? 0)).map(([name]) => name);
    assert.deepEqual(changed.filter((name) => !own.includes(name)), []); // prettier-ignore
    const sum = (counted: ReadonlyMap<string, number>) => [...counted.values()].reduce((all, calls) => all + calls, 0);
    console.log(`      ${part} + ${String(more)}: ${String(sum(few))} commands, then ${String(sum(many))}`);
    return sum(many) - sum(few);
  }

  it('grows with the queue by a command for 100 messages at most', async () => {
    const grown = await growth('queued', 20_000, ['lrange', 'llen']);
    assert.ok(grown > 0 && grown <= 200, String(grown));
  });

  it('grows with what workers took by one ZSCORE for each message, and a command for 100 messages at most', async () => {
    const more = 5000;
    const grown = await growth('taken', more, ['hscan', 'zscore', 'zmscore', 'zrange', 'hmget', 'lrange', 'llen']);
    assert.ok(grown > 0 && grown <= more + more / 100, String(grown));
  });

  it('grows with stuck rows by a command for 100 of them at most, and not with the results that are there', async () => {
    const grown = await growth('rows', 20_000, ['mget']);
    assert.ok(grown > 0 && grown <= 200, String(grown));
    assert.equal(await growth('results', 400, ['mget']), 0);
  });

  it('goes over one connection to each Redis at a time', async () => {
    await fill(BASE);
    const { host, port } = redisTarget(0);
    const [toBroker, toResults] = [await countingProxy({ host, port }), await countingProxy({ host, port })];
    await verify(snapshots(database.url), {
      broker: redisTarget(BROKER_DB, { host: '127.0.0.1', port: toBroker.port }),
      results: redisTarget(RESULTS_DB, { host: '127.0.0.1', port: toResults.port }),
    });
    await Promise.all([toBroker.close(), toResults.close()]);
    assert.deepEqual([toBroker.most(), toResults.most()], [1, 1]);
  });
});

function resultOf(index: number): [key: string, value: string] {
  const id = taskIdOf(index);
  return [`celery-task-meta-${id}`, JSON.stringify({ status: 'SUCCESS', result: null, task_id: id })];
}

/** Makes things from 1 on and puts them by thousands. */
async function chunks<T>(
  count: number,
  make: (index: number) => T,
  put: (made: T[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 1; from <= count; from += 1000)
    await put(Array.from({ length: Math.min(1000, count - from + 1) }, (_, offset) => make(from + offset)));
}
