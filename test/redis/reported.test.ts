/** What people reported of brokers, replayed on a real Redis and PostgreSQL; and inputs of the same kinds. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Redis } from 'ioredis';
import type { Diagnosis } from '../../src/model/diagnosis';
import { TestDatabase } from '../support/database';
import { startFakeWorker, type Answers } from '../support/fakeWorker';
import { asUser, emptyRedis, kombuMessage, redisTarget, restore, take, type CapturedKey } from '../support/redis';
import {
  checkAll,
  makeReported,
  nothingHappened,
  reportedCases,
  samplesOf,
  type ReportedCase,
} from '../support/reportedBroker';
import { snapshots } from '../support/scans';
import { postgresUrls } from '../support/servers';
import { createTaskTable, insertTasks, TABLE } from '../support/taskTable';

const DB = 7;
const CELERY = ['SADD', '_kombu.binding.celery', 'celery\x06\x16\x06\x16celery'];
const TASK = 'shop.tasks.send_invoice';

describe('brokers that people reported', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let redis: Redis;
  before(async () => {
    database = await TestDatabase.create(postgresUrls()[0]!);
    await createTaskTable(database);
    await database.run('create table nothing_happened (id int primary key)');
    redis = await emptyRedis(DB);
  });
  after(async () => {
    await redis.flushdb();
    redis.disconnect();
    await database.drop();
  });

  const check = async (given: Pick<ReportedCase, 'redis' | 'rows'>): Promise<Diagnosis> => {
    await makeReported(given, redis, database);
    const tasks = new Set(
      given.rows.map(({ task_module: module, task_name: name }) => `${String(module)}.${String(name)}`),
    );
    return await checkAll(snapshots(database.url), redisTarget(DB), { effects: [...tasks].map(nothingHappened) });
  };
  const verdicts = (diagnosis: Diagnosis): Record<number, string> =>
    Object.fromEntries([...samplesOf(diagnosis)].map(([id, { verification }]) => [id, verification!.verdict]));
  const sure = (diagnosis: Diagnosis, id: number): string =>
    `${samplesOf(diagnosis).get(id)!.verification!.verdict} ${samplesOf(diagnosis).get(id)!.verification!.confidence}`;
  const broker = (diagnosis: Diagnosis): string =>
    diagnosis.sources.find(({ name }) => name === 'broker')?.detail ?? '';
  const says = (diagnosis: Diagnosis, id: number): string =>
    samplesOf(diagnosis)
      .get(id)!
      .verification!.evidence.map((line) => line.says)
      .join('\n');

  function assertExpected(diagnosis: Diagnosis, expect: ReportedCase['expect']): void {
    const found = verdicts(diagnosis);
    for (const [id, wanted] of Object.entries(expect)) {
      const verdict = found[Number(id)];
      if (wanted.startsWith('not ')) assert.notEqual(verdict, wanted.slice(4), `row ${id}`);
      else assert.equal(verdict, wanted, `row ${id}`);
    }
    if (!Object.values(expect).includes('not lost')) return;
    const advice = diagnosis.recommendations.map(({ title }) => title);
    assert.ok(!advice.some((title) => /dispatch \d+ rows? again/i.test(title)), advice.join('; '));
  }

  for (const file of ['unacked-elsewhere', 'queues-without-binding', 'other-project-message'])
    for (const given of reportedCases(`${file}.jsonl`))
      it(`${file}: ${given.case}`, async () => {
        assertExpected(await check(given), given.expect);
      });

  const row = (id: number, more: Record<string, unknown> = {}) => ({
    id,
    ageDays: 40,
    task_module: 'shop.tasks',
    task_name: 'send_invoice',
    status: 'SCHEDULED',
    task_id: `30000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    arguments: { args: [id], kwargs: { task_manager_id: id } },
    ...more,
  });
  const message = (id: number, more: Parameters<typeof kombuMessage>[0] = {}): string =>
    kombuMessage({ id: row(id).task_id, task: TASK, args: [id], kwargs: { task_manager_id: id }, ...more });

  it('is not called complete where taken messages are under a name that nothing explains', async () => {
    const [given] = reportedCases('unacked-elsewhere.jsonl');
    const diagnosis = await check(given!);
    assert.match(broker(diagnosis), /taken messages are in "shop_unacked", which is not Celery's usual key/);
    assert.deepEqual([sure(diagnosis, 2), sure(diagnosis, 3)], ['held likely', 'held likely']);
  });

  it('finds a lost row beside queues without bindings, and does not call it waiting', async () => {
    const diagnosis = await check({
      redis: [CELERY, ['LPUSH', 'emails', message(1, { queue: 'emails' })], ['LPUSH', 'log', 'a line']],
      rows: [row(1), row(2)],
    });
    assert.deepEqual(verdicts(diagnosis), { 1: 'waiting', 2: 'lost' });
    assert.match(broker(diagnosis), /found without a binding, which may have been flushed or evicted: "emails"$/);
  });

  it('after a flush finds the queue, its steps and what workers took, without any binding', async () => {
    const redisCommands = [
      ['LPUSH', 'celery', message(1)],
      ['LPUSH', 'celery:3', message(2)],
      ['LPUSH', 'celery:12', message(3)],
      ['LPUSH', 'mails#7', message(4, { queue: 'mails' })],
      ['HSET', 'shop:unacked', 't', JSON.stringify([JSON.parse(message(5)), '', 'celery'])],
      ['LPUSH', 'shop:celery', message(6)],
    ];
    const diagnosis = await check({ redis: redisCommands, rows: [1, 2, 3, 4, 5, 6, 7].map((id) => row(id)) });
    const { 5: taken, ...queued } = verdicts(diagnosis);
    assert.deepEqual(queued, { 1: 'waiting', 2: 'waiting', 3: 'waiting', 4: 'waiting', 6: 'waiting', 7: 'lost' });
    assert.notEqual(taken, 'lost');
    const lengths = diagnosis.infrastructure.queues?.map(({ name, length }) => [name, length]);
    assert.deepEqual(lengths, [['celery', 3], ['mails', 1], ['celery', 1]]); // prettier-ignore
  });

  it('a copy of a queue that somebody made proves no more than that its messages are there', async () => {
    const diagnosis = await check({
      redis: [CELERY, ['LPUSH', 'celery', message(1)], ['LPUSH', 'celery_backup', message(2)]],
      rows: [row(1), row(2)],
    });
    assert.deepEqual([sure(diagnosis, 1), sure(diagnosis, 2)], ['waiting proven', 'waiting likely']);
  });

  it('a queue among thousands of other keys is found, and nothing of these is a gap', async () => {
    const others: string[][] = [];
    for (let n = 0; n < 900; n++) others.push(['SET', `:1:user:${String(n)}`, 'x']);
    for (let n = 0; n < 300; n++)
      others.push(['LPUSH', `feed:${String(n)}`, '{"body": "x"}'], ['HSET', `cart:${String(n)}`, 'a', '[1, 2]']);
    const diagnosis = await check({
      redis: [CELERY, ...others, ['LPUSH', 'user_5', message(1, { queue: 'user_5' })], ['LPUSH', 'user_6', 'x']],
      rows: [row(1), row(2)],
    });
    assert.deepEqual(verdicts(diagnosis), { 1: 'waiting', 2: 'lost' });
  });

  describe('a message with the number of a row', () => {
    const two = (own: string, more: Record<string, unknown> = {}) =>
      check({ redis: [CELERY, ['LPUSH', 'celery', own]], rows: [row(1, more), row(2)] });
    const retry = (fields: Parameters<typeof kombuMessage>[0] = {}): string =>
      message(1, { id: '40000000-0000-4000-8000-000000000001', ...fields });

    for (const [what, fields, changes, verdict] of [
      ['a retry, with the same arguments', { kwargs: { task_manager_id: 1, attempts: 2 } }, {}, 'waiting proven'],
      ['the next page', { kwargs: { task_manager_id: 1, page: 2, total_pages: 3 } }, {}, 'waiting proven'],
      ['other arguments: another environment', { args: [99] }, {}, 'lost likely'],
      ['arguments of another type', { args: ['1'] }, {}, 'lost likely'],
      ['no arguments by position', { args: [] }, {}, 'waiting likely'],
      ['one more argument', { args: [1, 2] }, {}, 'waiting likely'],
      [
        'a page with arguments of its own',
        { args: [100], kwargs: { task_manager_id: 1, page: 2 } },
        {},
        'unknown possible',
      ],
      [
        'a pickled body',
        {
          contentType: 'application/x-python-serialize',
          headers: { argsrepr: '(1,)', kwargsrepr: "{'task_manager_id': 1}" },
        },
        {},
        'waiting likely',
      ],
      [
        'a pickled body of another row',
        {
          contentType: 'application/x-python-serialize',
          headers: { argsrepr: '(2,)', kwargsrepr: "{'task_manager_id': 1}" },
        },
        {},
        'lost likely',
      ],
      [
        'a pickled body whose arguments are cut',
        {
          contentType: 'application/x-python-serialize',
          headers: { argsrepr: "('aaaa...", kwargsrepr: "{'task_manager_id': 1}" },
        },
        {},
        'waiting likely',
      ],
      [
        'texts that are not ASCII',
        { args: ['Größe "x"\n'] },
        { arguments: { args: ['Größe "x"\n'], kwargs: {} } },
        'waiting proven',
      ],
      [
        'nested arguments, in another order',
        { args: [{ b: [1, null], a: 1.5 }] },
        { arguments: { args: [{ a: 1.5, b: [1, null] }], kwargs: {} } },
        'waiting proven',
      ],
      [
        'a time, which kombu writes in a way of its own',
        { args: [{ __type__: 'datetime', __value__: '2026-01-01T00:00:00' }] },
        { arguments: { args: ['2026-01-01T00:00:00'], kwargs: {} } },
        'waiting likely',
      ],
      [
        'the same by name',
        { args: [], kwargs: { task_manager_id: 1, user: 5 } },
        { arguments: { args: [], kwargs: { user: 5 } } },
        'waiting proven',
      ],
      [
        'others by name',
        { args: [], kwargs: { task_manager_id: 1, user: 6 } },
        { arguments: { args: [], kwargs: { user: 5 } } },
        'waiting likely',
      ],
      ['none on either side', { args: [] }, { arguments: { args: [], kwargs: {} } }, 'waiting likely'],
      [
        'more than is compared',
        { args: ['x'.repeat(20_000)] },
        { arguments: { args: ['x'.repeat(20_000)], kwargs: {} } },
        'waiting likely',
      ],
      // Nothing in this Redis is theirs: it may be another project's.
      ['another name and other arguments', { task: 'crm.tasks.push', args: [9] }, {}, 'unknown possible'],
      ['another name and the same arguments', { task: 'crm.tasks.push' }, {}, 'unknown possible'],
      ['another name, while the task is known by its own', { task: 'crm.tasks.push' }, { second: true }, 'lost likely'],
    ] as const)
      // prettier-ignore
      it(`and ${what} is ${verdict}`, async () => {
        const { second, ...changed } = changes as { second?: boolean } & Record<string, unknown>;
        if (second === true) {
          const given = { redis: [CELERY, ['LPUSH', 'celery', retry(fields), message(2)]], rows: [row(1), row(2)] };
          assert.equal(sure(await check(given), 1), verdict);
          return;
        }
        const diagnosis = await two(retry(fields), changed);
        assert.equal(sure(diagnosis, 1), verdict, says(diagnosis, 1));
        // Whether this Redis is theirs at all, a name that is known there says.
        const isLost = verdicts(diagnosis)[2];
        assert.ok(isLost === 'lost' || ('task' in fields && isLost === 'unknown'), isLost);
      });

    it('belongs to a task with a name of its own where another message shows that name', async () => {
      const named = { task: 'invoice' };
      const diagnosis = await check({
        redis: [CELERY, ['LPUSH', 'celery', retry(named), message(2, named)]],
        rows: [row(1), row(2), row(3)],
      });
      assert.deepEqual([sure(diagnosis, 1), sure(diagnosis, 2)], ['waiting proven', 'waiting proven']);
      assert.equal(verdicts(diagnosis)[3], 'lost');
    });

    it('is named where it belongs to another project', async () => {
      const diagnosis = await two(retry({ task: 'newsletter.tasks.send', args: [7] }));
      assert.match(
        says(diagnosis, 1),
        /row id 1 belongs to another row: it is of newsletter\.tasks\.send,.*may share this Redis/s,
      );
      assert.equal(verdicts(diagnosis)[1], verdicts(diagnosis)[2]);
    });

    it('in a row whose arguments cannot be read is likely at most', async () => {
      await database.run(`alter table ${TABLE} alter column arguments type text`);
      try {
        assert.equal(sure(await two(retry()), 1), 'waiting likely');
      } finally {
        await database.run(`alter table ${TABLE} alter column arguments type jsonb using arguments::jsonb`);
      }
    });
  });

  describe('a lock on what workers took', () => {
    const taken = ['HSET', 'unacked', 't1', JSON.stringify([JSON.parse(message(1)), '', 'celery'])];
    const index = ['ZADD', 'unacked_index', '$now', 't1'];
    for (const [what, lock, words] of [
      ['that never expires', [['SET', 'unacked_mutex', 'x']], /key "unacked_mutex" never expires/],
      [
        'that lasts for days',
        [['SET', 'unacked_mutex', 'x', 'EX', 200_000]],
        /key "unacked_mutex" expires in 3,333 minutes/,
      ],
      ['that is no text', [['LPUSH', 'unacked_mutex', 'x']], /never expires/],
    ] as const)
      // prettier-ignore
      it(`${what} is named, and no time is promised`, async () => {
        const diagnosis = await check({ redis: [CELERY, taken, index, ...lock], rows: [row(1)] });
        assert.match(broker(diagnosis), words);
        assert.match(says(diagnosis, 1), /key "unacked_mutex" .* no worker returns unacknowledged messages to their queues while it exists/);
        const advice = diagnosis.recommendations.find(({ id }) => id === 'remove-restore-lock');
        assert.match(advice?.title ?? '', /Remove the key unacked_mutex/);
        assert.ok(!diagnosis.recommendations.some(({ id }) => id === 'wait-redelivery'));
      });

    it('as kombu takes it is nothing to speak of', async () => {
      const lock = ['SET', 'unacked_mutex', 'x', 'EX', 300];
      const diagnosis = await check({ redis: [CELERY, taken, index, lock], rows: [row(1)] });
      assert.doesNotMatch(broker(diagnosis) + says(diagnosis, 1), /mutex/);
      assert.ok(diagnosis.recommendations.some(({ id }) => id === 'wait-redelivery'));
    });
  });

  describe('a situation with a known truth', () => {
    interface Line {
      readonly row?: Record<string, unknown>;
      readonly key?: string;
      readonly world?: { readonly workers: 'none' | 'up' };
      readonly truth?: Record<string, readonly string[]>;
    }
    for (const file of ['other-application', 'redelivered-and-running'])
      it(file, async () => {
        const text = readFileSync(resolve('test/fixtures/truth', `${file}.jsonl`), 'utf8');
        const lines = text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line); // prettier-ignore
        await redis.flushdb();
        await database.run(`truncate ${TABLE}`);
        const columns = await database.rows<{ name: string }>(
          `select attname as name from pg_attribute where attrelid = '${TABLE}'::regclass and attnum > 0`,
        );
        const known = new Set(columns.map(({ name }) => name));
        for (const { row: given } of lines)
          if (given)
            await insertTasks(database, [
              Object.fromEntries(
                Object.entries({ ...given, arguments: JSON.stringify(given.arguments) }).filter(([name]) =>
                  known.has(name),
                ),
              ),
            ]);
        await restore(redis, lines.filter(({ key }) => key !== undefined) as unknown as CapturedKey[], 0);
        const up = lines.some(({ world }) => world?.workers === 'up');
        const worker = up ? redis.duplicate() : undefined;
        const waits = worker?.brpop('nothing comes here', 0).catch(() => undefined);
        const diagnosis = await checkAll(snapshots(database.url), redisTarget(DB));
        worker?.disconnect();
        await waits;
        const truth = lines.find((line) => line.truth)!.truth!;
        for (const [id, right] of Object.entries(truth)) {
          const { verdict, readings = [] } = samplesOf(diagnosis).get(Number(id))!.verification!;
          const possible = verdict === 'unknown' ? readings.map((reading) => reading.verdict) : [verdict];
          assert.ok(possible.some((one) => right.includes(one)), `${id}: ${verdict} ${possible.join(', ')}`); // prettier-ignore
        }
      });
  });

  describe('what workers say of themselves', () => {
    const worker = (answers: Answers) =>
      startFakeWorker(redis, DB, 'celery@one', { registered: [`${TASK} [serializer=json]`], ...answers });
    const asking = async (given: Pick<ReportedCase, 'redis' | 'rows'>, answers: Answers, who = {}) => {
      await makeReported(given, redis, database);
      const { stop } = await worker(answers);
      try {
        return await checkAll(snapshots(database.url), redisTarget(DB, who), {
          askWorkers: true,
          effects: [nothingHappened(TASK)],
        });
      } finally {
        stop();
      }
    };

    it('explains keys of their own: what is there is taken, and the search is complete', async () => {
      const key = (name: string) => ({
        unacked_key: `x${name}`,
        unacked_index_key: `y${name}`,
        unacked_mutex_key: `z${name}`,
      });
      const taken = JSON.stringify([JSON.parse(message(1)), '', 'celery']);
      const given = {
        redis: [CELERY, ['HSET', 'xone', 't1', taken], ['ZADD', 'yone', '$now', 't1'], ['SET', 'zone', 'locked']],
        rows: [row(1), row(2)],
      };
      const unasked = await check(given);
      assert.deepEqual([sure(unasked, 1), verdicts(unasked)[2]], ['held likely', 'unknown']);
      const diagnosis = await asking(given, { stats: { broker: { transport_options: key('one') } } });
      assert.deepEqual([sure(diagnosis, 1), sure(diagnosis, 2)], ['held proven', 'lost likely']);
      assert.match(broker(diagnosis), /the key "zone" never expires/);
      assert.doesNotMatch(broker(diagnosis), /usual key/);
    });

    it('names queues that no pass over the keys found', async () => {
      const given = { redis: [CELERY, ['LPUSH', 'emails', message(1, { queue: 'emails' })]], rows: [row(1)] };
      await asUser(['~*', '&*', '+@all', '-scan'], async (user) => {
        const without = await asking(given, {}, user);
        assert.equal(verdicts(without)[1], 'unknown');
        const diagnosis = await asking(given, { active_queues: [{ name: 'celery' }, { name: 'emails' }] }, user);
        assert.equal(verdicts(diagnosis)[1], 'waiting');
      });
    });

    for (const [what, task, verdict] of [
      ['a retry of it', { args: '(1,)', kwargs: "{'task_manager_id': 1, 'attempts': 2}" }, 'running proven'],
      [
        'a task of another project',
        { name: 'crm.tasks.push', args: '(1,)', kwargs: "{'task_manager_id': 1}" },
        'lost likely',
      ],
      ['the row of another environment', { args: '(77,)', kwargs: "{'task_manager_id': 1}" }, 'lost likely'],
      ['arguments that are cut', { args: "('aaaa..., ...)", kwargs: "{'task_manager_id': 1}" }, 'running likely'],
    ] as const)
      it(`that a worker runs ${what} makes a row with that number ${verdict}`, async () => {
        const active = [{ id: '40000000-0000-4000-8000-000000000001', name: TASK, time_start: 1, ...task }];
        const diagnosis = await asking({ redis: [CELERY], rows: [row(1)] }, { active });
        assert.equal(sure(diagnosis, 1), verdict);
      });
  });

  it('a unacknowledged message is found also where its worker has been named by its time alone', async () => {
    await makeReported({ redis: [CELERY], rows: [row(1)] }, redis, database);
    await take(redis, { tag: 'a', id: row(1).task_id }, Date.now() / 1000 - 60);
    const diagnosis = await checkAll(snapshots(database.url), redisTarget(DB));
    assert.equal(verdicts(diagnosis)[1], 'held');
  });
});
