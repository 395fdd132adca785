import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import { problemOf } from '../support/problems';
import { readBroker } from '../../src/brokers/redis/queues/readBroker';
import { asUser, emptyRedis, kombuMessage, reading, redisTarget, search, take, withCelery } from '../support/redis';

const DB = 8;
const SEP = '\x06\x16';

describe('the search of a broker', () => {
  let redis: Redis;
  const celery = async (separator?: string): Promise<void> => {
    redis = await withCelery(DB, separator);
  };
  afterEach(() => {
    redis.disconnect();
  });

  it('finds nothing in an empty database, and does not call that complete', async () => {
    redis = await emptyRedis(DB);
    const view = await search(DB);
    assert.deepEqual([view.found, view.contents === 'read', view.prefixes], [false, false, []]);
    assert.match(view.report.detail, /no Celery queue/);
    assert.equal(view.report.state, 'ok');
  });

  it('names the other databases that have keys where this one has no queue', async () => {
    redis = await emptyRedis(DB + 1);
    await redis.lpush('celery', kombuMessage());
    (await emptyRedis(DB)).disconnect();
    assert.match((await search(DB)).report.detail, /databases of this server with keys: (\d+, )*9\b/);
    await redis.flushdb();
  });

  it('knows the marks that workers left', async () => {
    await celery();
    const { marks } = await search(DB);
    assert.deepEqual(marks, { lastDelivery: null, mailboxes: 0, replies: 0 });
    await redis.sadd(
      '_kombu.binding.celery.pidbox',
      `${SEP}${SEP}a@host.celery.pidbox`,
      `${SEP}${SEP}b@host.celery.pidbox`,
    );
    await redis.lpush('1234.reply.celery.pidbox', '{}');
    await take(redis, { tag: 'a' }, 1000.5);
    await take(redis, { tag: 'b' }, 2000.5);
    assert.deepEqual((await search(DB)).marks, { lastDelivery: 2000.5, mailboxes: 2, replies: 1 });
  });

  it('looks for types only until a kind of names is known', async () => {
    await celery();
    const pipeline = redis.pipeline();
    for (let n = 0; n < 3000; n++) pipeline.set(`session:${String(n)}`, 'x').set(`celery-task-meta-${String(n)}`, 'x');
    await pipeline.exec();
    let asked = 0;
    const view = await search(DB, {}, {}, (reader) => ({
      address: reader.address,
      commands: 0,
      call: (...command) => reader.call(...command),
      pipeline: (commands) => {
        asked += commands.filter(([name]) => name === 'TYPE').length;
        return reader.pipeline(commands);
      },
    }));
    assert.equal(view.contents, 'read');
    // Those that came before the first answer, and no more.
    assert.ok(asked > 0 && asked < 1500, String(asked));
  });

  it('finds queues without bindings for who may not ask for types only by their names, and says so', async () => {
    await celery();
    await redis.lpush('emails', kombuMessage({ id: 'x', queue: 'emails' }));
    const view = await asUser(['~*', '+@read', '+@connection', '-type'], (user) => search(DB, {}, user));
    assert.deepEqual([view.found, view.contents === 'read', view.report.state], [true, false, 'partial']);
    assert.match(view.incompleteBecause ?? '', /queues without a binding were not looked for: .*TYPE/);
  });

  it('does not take remote control alone for a broker', async () => {
    redis = await emptyRedis(DB);
    await redis.sadd('_kombu.binding.celery.pidbox', `${SEP}${SEP}w1@host.celery.pidbox`);
    await redis.sadd('_kombu.binding.reply.celery.pidbox', `x${SEP}${SEP}x.reply.celery.pidbox`);
    const view = await search(DB);
    assert.deepEqual([view.found, view.queues, view.prefixes], [false, [], ['']]);
  });

  it('reads the default queue also when its binding is gone', async () => {
    redis = await emptyRedis(DB);
    await redis.lpush('celery', kombuMessage({ id: 'x' }));
    const view = await search(DB);
    assert.deepEqual([view.found, view.contents === 'read', view.find({ id: 1, taskId: 'x' }).length], [true, true, 1]);
    assert.match(view.report.detail, /found without a binding, which may have been flushed or evicted: "celery"$/);
    assert.deepEqual(
      view.queues.map(({ name, length }) => [name, length]),
      [['celery', 1]],
    );
  });

  it('reads queues that the person named', async () => {
    await celery();
    await redis.lpush('named', kombuMessage({ id: 'x', queue: 'named' }));
    const named = (queues: readonly string[]) =>
      // Who may not look at all keys.
      asUser(['~*', '+@read', '+@connection', '-scan'], (user) => search(DB, { queues }, user));
    assert.equal((await named([])).find({ id: 1, taskId: 'x' }).length, 0);
    assert.equal((await named(['named', 'not there'])).find({ id: 1, taskId: 'x' })[0]?.queue, 'named');
  });

  it('finds by Celery id and by task_manager_id, each message once, queued ones first', async () => {
    await celery();
    await take(redis, { tag: 't1', id: 'x', kwargs: { task_manager_id: 7 } }, 1000);
    await redis.lpush('celery', kombuMessage({ id: 'x', kwargs: { task_manager_id: 7 } }));
    await redis.lpush('celery', kombuMessage({ id: 'retry', kwargs: { task_manager_id: 7, attempts: 1 } }));
    const view = await search(DB);
    assert.deepEqual(
      view.find({ id: 7, taskId: 'x' }).map(({ taskId, place }) => [taskId, place]),
      [
        ['x', 'queue'],
        ['retry', 'queue'],
        ['x', 'unacked'],
      ],
    );
    assert.deepEqual(view.find({ id: 8, taskId: '' }), []);
    assert.deepEqual([...view.managerIds], [7]);
    assert.deepEqual([...view.managerIds], [7], 'more than once');
  });

  it('counts positions from the end where the next is taken, in every priority list', async () => {
    await celery();
    for (const id of ['first', 'second', 'third']) await redis.lpush('celery', kombuMessage({ id }));
    await redis.lpush(`celery${SEP}9`, kombuMessage({ id: 'late' }));
    const view = await search(DB);
    const places = ['first', 'second', 'third', 'late'].map((taskId) => {
      const [message] = view.find({ id: 0, taskId });
      return [message?.position, message?.listLength, message?.priority];
    });
    assert.deepEqual(places, [[1, 3, 0], [2, 3, 0], [3, 3, 0], [1, 1, 9]]); // prettier-ignore
    assert.deepEqual(view.queues[0]?.priorities, [
      { priority: 0, length: 3 },
      { priority: 9, length: 1 },
    ]);
  });

  it('reads all steps of a separator of its own, and a queue whose name looks like a step once', async () => {
    await celery(':');
    for (let step = 1; step <= 9; step++)
      await redis.lpush(`celery:${String(step)}`, kombuMessage({ id: `p${String(step)}` }));
    await redis.sadd('_kombu.binding.celery:5', 'celery:5::celery:5');
    const view = await search(DB);
    assert.equal(view.contents, 'read', String(view.incompleteBecause));
    assert.deepEqual(view.queues.map(({ name, length }) => [name, length]), [['celery', 8], ['celery:5', 1]]); // prettier-ignore
    for (let step = 1; step <= 9; step++) assert.equal(view.find({ id: 0, taskId: `p${String(step)}` }).length, 1);
  });

  it('searches every application in the database, each with its own prefix and unacked messages', async () => {
    await celery();
    await redis.sadd('shop:_kombu.binding.orders', 'orders::orders');
    await redis.lpush('shop:orders:3', kombuMessage({ id: 'a', tag: 'same' }));
    await redis.lpush('celery', kombuMessage({ id: 'b', tag: 'same' }));
    await take(redis, { tag: 'c', id: 'c', queue: 'orders' }, 5.5, 'shop:');
    const view = await search(DB);
    assert.deepEqual(view.prefixes, ['', 'shop:']);
    assert.deepEqual(view.queues.map(({ prefix, name, length, unacked }) => [prefix, name, length, unacked]), [
      ['', 'celery', 1, 0],
      ['shop:', 'orders', 1, 1],
    ]); // prettier-ignore
    for (const taskId of ['a', 'b', 'c']) assert.equal(view.find({ id: 0, taskId }).length, 1, taskId);
    assert.equal(view.find({ id: 0, taskId: 'c' })[0]?.deliveredAt, 5.5);
  });

  it('knows the queue of a taken message by its exchange and routing key', async () => {
    await celery();
    await redis.sadd('_kombu.binding.shop', ['orders.new', 'x', 'orders'].join(SEP), ['mail', 'x', 'mails'].join(SEP));
    for (const [id, routingKey] of [
      ['a', 'orders.new'],
      ['b', 'mail'],
      ['c', 'gone'],
    ] as const) {
      const envelope = JSON.parse(kombuMessage({ id })) as unknown;
      await redis.hset('unacked', id, JSON.stringify([envelope, 'shop', routingKey]));
    }
    const view = await search(DB);
    const queues = ['a', 'b', 'c'].map((taskId) => view.find({ id: 0, taskId })[0]?.queue);
    assert.deepEqual(queues, ['orders', 'mails', 'gone']);
    assert.equal(view.find({ id: 0, taskId: 'a' })[0]?.deliveredAt, null);
    assert.equal(view.queues.find(({ name }) => name === 'orders')?.unacked, 1);
  });

  it('counts first messages by their task', async () => {
    await celery();
    await redis.lpush(
      'celery',
      kombuMessage({ task: 'a' }),
      kombuMessage({ task: 'a', headers: { redelivered: true } }),
    );
    await redis.lpush('celery', kombuMessage({ task: 'a', kwargs: { task_manager_id: 1 } }));
    await take(redis, { tag: 't', task: 'b' }, 1);
    assert.deepEqual(Object.fromEntries((await search(DB)).firstMessages), {
      a: { queued: 2, again: 1 },
      b: { queued: 0, again: 1 },
    });
  });

  describe('with broken input', () => {
    it('names messages that cannot be decoded and finds the others', async () => {
      await celery();
      await redis.lpush('celery', kombuMessage({ id: 'x' }), 'noise', '{"body": "half', Buffer.from([0x80, 2, 0x2e]));
      await redis.hset('unacked', 'tag', '["half');
      const view = await search(DB);
      assert.deepEqual([view.found, view.contents === 'read'], [true, false]);
      assert.equal(view.incompleteBecause, '4 messages could not be decoded');
      assert.equal(view.find({ id: 0, taskId: 'x' }).length, 1);
    });

    it('names messages whose task_manager_id cannot be told, and still finds them by their id', async () => {
      await celery();
      const contentType = 'application/x-python-serialize';
      const kwargsrepr = "{'text': 'cut, ...}";
      await redis.lpush(
        'celery',
        kombuMessage({ id: 'x', contentType, body: Buffer.from([0x80, 2]), headers: { kwargsrepr } }),
      );
      const view = await search(DB);
      assert.equal(view.incompleteBecause, '1 message cannot be matched by task_manager_id (pickle)');
      assert.equal(view.find({ id: 0, taskId: 'x' }).length, 1);
      assert.equal(view.firstMessages.size, 0, 'not known to be a first message');
    });

    it('reads bodies of 10 MB without keeping them', async () => {
      await celery();
      const args = ['x'.repeat(10 * 1024 * 1024)];
      for (let id = 1; id <= 8; id++)
        await redis.lpush('celery', kombuMessage({ id: `big ${String(id)}`, args, kwargs: { task_manager_id: id } }));
      const before = process.memoryUsage().rss;
      const view = await search(DB);
      const grown = (process.memoryUsage().rss - before) / 1024 / 1024;
      assert.equal(view.contents, 'read', String(view.incompleteBecause));
      for (let id = 1; id <= 8; id++) assert.equal(view.find({ id, taskId: '' })[0]?.taskId, `big ${String(id)}`);
      global.gc?.();
      assert.ok(grown < 400, `${grown.toFixed(0)} MB more memory`);
    });

    it('names keys of another type and reads the rest', async () => {
      await celery();
      await redis.sadd('_kombu.binding.orders', ['orders', '', 'orders'].join(SEP));
      await redis.set('_kombu.binding.strange', 'x');
      await redis.hset('orders', 'a', 'b');
      await redis.set(`celery${SEP}3`, 'x');
      await redis.set('unacked', 'x');
      await redis.set('unacked_index', 'x');
      await redis.lpush('celery', kombuMessage({ id: 'x' }));
      const view = await search(DB);
      assert.equal(
        view.incompleteBecause,
        `the key "_kombu.binding.strange" is no set of bindings; the key "celery${SEP}3", "orders" is no list of messages; the key "unacked" holds no messages of workers; the times of deliveries in "unacked_index" cannot be read`,
      );
      assert.deepEqual(
        [view.found, view.contents === 'read', view.find({ id: 0, taskId: 'x' }).length],
        [true, false, 1],
      );
    });

    it('names bindings that cannot be taken apart', async () => {
      await celery();
      await redis.sadd('_kombu.binding.celery', 'nonsense');
      assert.equal(
        (await search(DB)).incompleteBecause,
        'bindings in "_kombu.binding.celery" could not be taken apart',
      );
    });

    it('names a binding whose key is not UTF-8', async () => {
      await celery();
      await redis.sadd(Buffer.from('_kombu.binding.caf\xe9', 'latin1'), 'x');
      assert.equal((await search(DB)).incompleteBecause, 'the key "_kombu.binding.café" is not UTF-8');
    });

    it('leaves the keys of other applications alone', async () => {
      await celery();
      await redis.set(':1:cache', 'x');
      await redis.lpush('resque:queue:mail', 'x');
      await redis.hset('other:unacked', 'a', 'b');
      await redis.lpush('celeryish', 'x');
      const view = await search(DB);
      assert.deepEqual([view.contents === 'read', view.queues.length, view.unacked], [true, 1, 0]);
    });
  });

  describe('with caps', () => {
    const fill = async (key: string, messages: number): Promise<void> => {
      for (let n = 0; n < messages; n++) await redis.lpush(key, kombuMessage({ id: `${key} ${String(n)}` }));
    };

    it('reads short lists and what workers have first, then the oldest of the long one, and says so', async () => {
      await celery();
      await redis.sadd('_kombu.binding.short', ['short', '', 'short'].join(SEP));
      await fill('celery', 100);
      await fill('short', 5);
      await take(redis, { tag: 't', id: 'taken' }, 1);
      const view = await search(DB, { maxMessages: 30 });
      assert.deepEqual([view.found, view.contents === 'read'], [true, false]);
      assert.equal(view.incompleteBecause, 'only 30 of 106 messages were read (celeryTasks.maxQueueScan)');
      assert.equal(view.searched, '30 of 106 messages in 2 queues and with workers');
      assert.deepEqual(
        view.queues.map(({ length }) => length),
        [100, 5],
      );
      const found = (taskId: string) => view.find({ id: 0, taskId }).length === 1;
      assert.deepEqual([found('short 4'), found('taken'), found('celery 0'), found('celery 23'), found('celery 24')], [
        true,
        true,
        true,
        true,
        false,
      ]); // prettier-ignore
      assert.equal(view.find({ id: 0, taskId: 'celery 0' })[0]?.position, 1);
    });

    it('is complete when the cap is just enough', async () => {
      await celery();
      await fill('celery', 30);
      assert.equal((await search(DB, { maxMessages: 30 })).contents, 'read');
      assert.equal((await search(DB, { maxMessages: 29 })).contents, 'part');
    });

    it('leaves half of it to a hash that is too large, and says so', async () => {
      await celery();
      await fill('celery', 10);
      for (let n = 0; n < 2000; n++) await take(redis, { tag: `t${String(n)}` }, n);
      const view = await search(DB, { maxMessages: 100 });
      assert.equal(view.contents, 'part');
      assert.match(String(view.incompleteBecause), /^only 1\d\d of 2,010 messages were read/);
      assert.deepEqual([view.unacked, view.find({ id: 0, taskId: 'celery 0' }).length], [2000, 1]);
    });

    it('looks at no more keys than allowed, and says so', async () => {
      await celery();
      const pipeline = redis.pipeline();
      for (let n = 0; n < 20_000; n++) pipeline.set(`cache:${String(n)}`, '1');
      await pipeline.exec();
      await redis.sadd('hidden:_kombu.binding.orders', ['orders', '', 'orders'].join(SEP));
      const capped = await search(DB, { maxKeys: 100 });
      assert.deepEqual([capped.found, capped.contents === 'read'], [true, false]);
      assert.equal(capped.incompleteBecause, 'only 100 of 20,002 keys were looked at to find queues');
      const whole = await search(DB);
      assert.deepEqual([whole.contents === 'read', whole.prefixes], [true, ['', 'hidden:']]);
    });
  });

  it('says where it is', async () => {
    await celery();
    await redis.lpush('celery', kombuMessage());
    await take(redis, { tag: 't' }, 1);
    const labels: string[] = [];
    const { signal } = new AbortController();
    await reading(redisTarget(DB), (reader) =>
      readBroker(reader, { maxMessages: 10 }, (label) => labels.push(label), signal),
    );
    assert.deepEqual(labels, [
      'Looking for queues: 0 of 4 keys...',
      'Searching queue celery: 1 of 1 message...',
      'Searching unacknowledged messages: 1 of 1 message...',
    ]);
  });

  it('stops at once when it is cancelled, between two chunks', async () => {
    await celery();
    for (let n = 0; n < 50; n++) await redis.lpush('celery', kombuMessage());
    const stop = new AbortController();
    const labels: string[] = [];
    const onProgress = (label: string): void => {
      labels.push(label);
      if (label.startsWith('Searching')) stop.abort();
    };
    const work = () =>
      reading(
        redisTarget(DB),
        (reader) => readBroker(reader, { maxMessages: 100 }, onProgress, stop.signal),
        stop.signal,
      );
    await problemOf(work, 'cancelled');
    assert.equal(labels.filter((label) => label.startsWith('Searching')).length, 1);
  });
});
