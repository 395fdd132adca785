/** Workers that are really asked: Celery as Debian or pip has it, on the Redis that the runner started. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../src/base/problem';
import { createMailbox } from '../../src/connect/redis/redisMailbox';
import { questionChannel, questionText } from '../../src/brokers/redis/workers/methods';
import { Broker, monitored, waitFor, withDb } from './workersSupport';

const REPLY_BINDING = '_kombu.binding.reply.celery.pidbox';
const NOTHING = { id: 0, taskId: '' };
/** Without what workers say of themselves: only their mailbox is left. */
const QUIET = ['--without-heartbeat', '--without-gossip'];

/** Where nobody is to be heard. */
const BRIEF = { listenSeconds: 0.3 };

describe('workers of real Celery', function () {
  this.timeout(60_000);
  const brokers: Broker[] = [];
  const open = async (...args: Parameters<typeof Broker.open>): Promise<Broker> => {
    const broker = await Broker.open(...args);
    brokers.push(broker);
    return broker;
  };
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  });

  describe('a worker with a running, a fetched and a waiting task', () => {
    let broker: Broker;
    let ids: string[];
    before(async () => {
      broker = await Broker.open(3, { broker_transport_options: { visibility_timeout: 1234 } });
      await broker.worker('w1', '-Q', 'celery,other');
      ids = await broker.publish(
        [{ seconds: 600, task_manager_id: 71 }],
        [{ seconds: 600, task_manager_id: 72 }],
        [{ seconds: 1, task_manager_id: 73 }, { countdown: 3000 }],
      );
      await waitFor('one to run and two to be held', async () => (await broker.redis.hlen('unacked')) === 2);
    });
    after(() => broker.close());

    it('tells what each of them does, by id and by row', async () => {
      const view = await broker.look();
      const now = Date.now() / 1000;
      const [running] = view.find({ id: 71, taskId: '' });
      assert.deepEqual([running?.state, running?.taskId, running?.worker], ['active', ids[0], 'w1@test']);
      assert.ok(Math.abs(now - running!.startedAt!) < 30);
      const fetched = view.find({ id: 0, taskId: ids[1]! });
      assert.deepEqual(
        fetched.map((task) => [task.state, task.managerId]),
        [['reserved', 72]],
      );
      const [waiting] = view.find({ id: 73, taskId: '' });
      assert.equal(waiting?.state, 'scheduled');
      assert.ok(Math.abs(now + 3000 - waiting.eta!) < 30);
      assert.deepEqual(view.find({ id: 74, taskId: '' }), []);
      assert.deepEqual(view.find(NOTHING), []);
    });

    it('is settled, and says what the worker serves', async () => {
      const view = await broker.look();
      assert.deepEqual(view.report, { name: 'workers', state: 'ok', detail: 'the only worker answered' });
      assert.deepEqual([view.asked, view.none, view.settled, view.deaf], [true, false, true, 0]);
      assert.equal(view.visibilityTimeout, 1234);
      assert.deepEqual([...view.consumedQueues!].sort(), ['celery', 'other']);
      assert.ok(view.registered!.has('workers_app.wait'));
      const { uptimeSeconds, ...worker } = view.workers[0]!;
      assert.ok(uptimeSeconds! >= 0 && uptimeSeconds! < 60);
      assert.deepEqual(worker, {
        name: 'w1@test',
        seen: 'answered',
        queues: ['celery', 'other'],
        active: 1,
        reserved: 1,
        scheduled: 1,
        concurrency: 1,
      });
    });

    it('knows the ids that the worker will throw away', async () => {
      assert.deepEqual([...(await broker.look()).revoked!], []);
      await broker.revoke(ids[2]!);
      await waitFor('the revocation', async () => (await broker.look()).revoked?.has(ids[2]!) === true);
    });

    it('is not seen from a database without a worker', async () => {
      const other = await open(4);
      const view = await other.look();
      assert.deepEqual([view.asked, view.none, view.settled, view.says], [true, true, true, 'No worker is connected']);
      assert.deepEqual([...view.consumedQueues!], []);
      assert.match(view.report.detail, /no worker received the question; no Redis client waits for tasks/);
      const unasked = await other.look({ ask: false });
      assert.deepEqual([unasked.asked, unasked.none, unasked.settled], [false, true, true]);
    });

    it('without asking: heard by its heartbeats, and nothing is published or settled', async () => {
      const { result: view, ours } = await monitored(broker, () => broker.look({ ask: false }));
      assert.deepEqual([view.asked, view.none, view.settled], [false, false, false]);
      assert.equal(view.says, 'The workers were not asked; 1 worker sent heartbeats');
      assert.deepEqual(
        view.workers.map(({ name, seen, active }) => [name, seen, active]),
        [['w1@test', 'heartbeat', 1]],
      );
      assert.deepEqual(view.find({ id: 71, taskId: '' }), []);
      assert.deepEqual(namesOf(ours), ['AUTH', 'CLIENT', 'INFO', 'PING', 'PSUBSCRIBE', 'SELECT']);
    });

    it('without asking and without listening: only that there is something', async () => {
      const view = await broker.look({ ask: false, listener: { listen: () => Promise.resolve([]) } });
      assert.deepEqual([view.none, view.settled], [false, false]);
      assert.match(view.says, /^The workers were not asked; 1 client takes tasks$/);
    });

    describe('with a user that may not do everything', () => {
      const limited = async (...rules: string[]): Promise<string> => {
        const user = { name: `limited-${randomUUID()}`, password: randomBytes(9).toString('hex') };
        await broker.redis.call('ACL', 'SETUSER', user.name, 'on', `>${user.password}`, '~*', ...rules);
        users.push(user.name);
        return withDb(broker.url, broker.db, user);
      };
      const users: string[] = [];
      after(() => broker.redis.call('ACL', 'DELUSER', ...users));

      it('PUBLISH forbidden: unavailable, because; nothing of ours stays', async () => {
        const url = await limited('&*', '+@all', '-publish');
        const view = await broker.look({ url });
        assert.deepEqual([view.asked, view.none, view.settled], [false, false, false]);
        assert.equal(view.report.state, 'unavailable');
        assert.match(view.report.detail, /^the workers could not be asked; .*PUBLISH/);
        assert.deepEqual(await broker.redis.keys('*reply*'), []);
      });

      it('no channel allowed: unavailable, because', async () => {
        const view = await broker.look({ url: await limited('resetchannels', '+@all') });
        assert.deepEqual([view.asked, view.settled, view.report.state], [false, false, 'unavailable']);
        assert.match(view.report.detail, /channels/);
      });

      it('CLIENT LIST forbidden: the answers settle it', async () => {
        const view = await broker.look({ url: await limited('&*', '+@all', '-client|list') });
        assert.deepEqual([view.asked, view.none, view.settled], [true, false, true]);
        assert.match(view.report.detail, /Redis does not show all its clients/);
      });

      it('CLIENT LIST forbidden and not asked: heard by heartbeats, or unavailable where it may not listen either', async () => {
        const heard = await broker.look({ ask: false, url: await limited('&*', '+@all', '-client|list') });
        assert.deepEqual([heard.none, heard.settled, heard.report.state], [false, false, 'partial']);
        assert.equal(heard.workers.length, 1);
        const nothing = await broker.look({
          ask: false,
          url: await limited('resetchannels', '+@read', '+select', '-client|list'),
        });
        assert.deepEqual([nothing.none, nothing.settled, nothing.report.state], [false, false, 'unavailable']);
      });

      it('CLIENT LIST forbidden, another database: none only when no client of the whole server waits', async () => {
        const other = await open(4);
        const url = withDb(await limited('&*', '+@all', '-client|list'), 4);
        const view = await other.look({ ...BRIEF, url });
        assert.deepEqual([view.asked, view.none, view.settled], [true, false, false]);
        await broker.stopWorkers();
        const without = await other.look({ ...BRIEF, url });
        assert.deepEqual([without.none, without.says], [true, 'No worker is connected']);
      });
    });
  });

  it('a busy solo worker: received but not answered, and answers when it is done', async () => {
    const broker = await open(5);
    await broker.worker('solo', '--pool', 'solo', '--without-heartbeat');
    // Longer than a look may take on a slow machine.
    await broker.publish([{ seconds: 8, task_manager_id: 9 }]);
    await waitFor('it to be busy', async () => (await broker.redis.llen('celery')) === 0);
    await sleep(200);
    const view = await broker.look();
    assert.deepEqual([view.asked, view.none, view.settled, view.deaf], [true, false, false, 0]);
    assert.equal(view.says, 'The only worker did not answer');
    assert.equal(view.consumedQueues, null);
    const lists = await broker.redis.keys('*.reply.celery.pidbox');
    assert.equal(lists.length, 1);
    assert.ok((await broker.redis.ttl(lists[0]!)) > 3000);
    await waitFor('the late answers', async () => (await broker.redis.llen(lists[0]!)) > 1);
    assert.ok((await broker.redis.ttl(lists[0]!)) > 3000, 'late answers must not make a list that stays for ever');
    const later = await broker.look();
    assert.deepEqual([later.settled, later.says], [true, 'The only worker answered']);
  });

  it('two workers with key prefix, own separator, and none of the ways to be heard', async () => {
    const options = { global_keyprefix: 'pfx:', sep: ':', priority_steps: [0, 1, 2], queue_order_strategy: 'priority' };
    const broker = await open(6, { broker_transport_options: options });
    const [, second] = await Promise.all([broker.worker('one', ...QUIET), broker.worker('two', ...QUIET)]);
    const view = await broker.look({ prefixes: ['', 'pfx:'] });
    assert.deepEqual([view.settled, view.says, view.workers.length], [true, 'Both workers answered', 2]);
    assert.equal(view.visibilityTimeout, null);
    assert.deepEqual(await broker.redis.keys('*reply*'), []);

    const wrong = await broker.look({ ...BRIEF, prefixes: [''] });
    assert.deepEqual([wrong.none, wrong.settled, wrong.deaf], [false, false, 0]);
    assert.match(wrong.says, /2 clients take tasks and did not receive the question/);

    second('SIGSTOP');
    const half = await broker.look({ prefixes: ['pfx:'] });
    assert.deepEqual([half.none, half.settled, half.says], [false, false, '1 of 2 workers did not answer']);
    assert.equal(half.consumedQueues, null);
  });

  it('a worker without remote control is not overlooked, neither idle nor busy nor silent', async () => {
    const broker = await open(7, { worker_enable_remote_control: false, worker_prefetch_multiplier: 1 });
    await broker.worker('mute', ...QUIET);
    const idle = await broker.look(BRIEF);
    assert.deepEqual([idle.asked, idle.none, idle.settled], [true, false, false]);
    assert.match(idle.says, /1 client takes tasks and did not receive the question/);
    await broker.publish([{ seconds: 600 }], [{ seconds: 600 }]);
    await waitFor('it to be full', async () => !/flags=b .*cmd=brpop/.test(await broker.clientList()));
    const full = await broker.look(BRIEF);
    assert.deepEqual([full.none, full.settled], [false, false]);
  });

  it('a monitor such as Flower is no worker: known only after asking and listening', async () => {
    const broker = await open(8);
    const monitor = broker.redis.duplicate();
    await monitor.psubscribe('/8.celeryev/*');
    const unasked = await broker.look({ ...BRIEF, ask: false });
    assert.deepEqual([unasked.none, unasked.settled], [false, false]);
    assert.match(unasked.says, /1 client listens and may be a worker/);
    const asked = await broker.look(BRIEF);
    assert.deepEqual([asked.none, asked.says], [true, 'No worker is connected']);
    monitor.disconnect();
  });

  it('a worker made deaf by a wrong reply binding is reported, and is not none', async () => {
    const broker = await open(9, { broker_transport_options: { sep: ':' } });
    await broker.worker('deaf');
    // What a careless tool does (docs/celery.md, "Workers"): a binding with another separator, and then a question that is answered through it.
    await broker.redis.sadd(REPLY_BINDING, 'x\x06\x16\x06\x16x.reply.celery.pidbox');
    const text = questionText({ method: 'ping', ticket: 't', destination: null, replyList: 'x', deliveryTag: 'd' });
    const message = JSON.parse(text) as { body: string };
    const body = JSON.parse(Buffer.from(message.body, 'base64').toString()) as object;
    const throughBinding = { ...body, reply_to: { exchange: 'reply.celery.pidbox', routing_key: 'x' } };
    message.body = Buffer.from(JSON.stringify(throughBinding)).toString('base64');
    await broker.redis.publish(questionChannel('', broker.db), JSON.stringify(message));
    await waitFor('it to be stale', async () => /idle=[3-9] flags=N .*cmd=brpop/.test(await broker.clientList()));

    const view = await broker.look();
    assert.deepEqual([view.asked, view.none, view.settled, view.deaf], [true, false, false, 1]);
    assert.match(view.report.detail, /1 client is connected but deaf/);
  });

  it('a worker with pickled tasks is not asked what it holds, because that answer would stop it', async () => {
    const annotated = { task_annotations: { 'workers_app.wait': { serializer: 'pickle' } } };
    const [perCall, perTask] = [await open(10), await open(11, annotated)];
    await Promise.all([perCall.worker('call'), perTask.worker('task')]);
    await perCall.publish([{ seconds: 600 }], [{ seconds: 1 }, { serializer: 'pickle' }]);
    await waitFor('both to be taken', async () => (await perCall.redis.llen('celery')) === 0);
    await waitFor('one to run', async () => (await perCall.redis.hlen('unacked')) === 1);
    for (const broker of [perCall, perTask]) {
      for (let round = 1; round <= 2; round++) {
        const view = await broker.look();
        assert.match(view.says, /^1 worker answered but was not asked what it holds/);
        assert.deepEqual([view.asked, view.none, view.settled, view.deaf], [true, false, false, 0]);
      }
      assert.deepEqual(await broker.redis.keys('*reply*'), []);
    }
  });

  it('answers that are pickles are counted and never loaded', async () => {
    const broker = await open(13, { task_serializer: 'pickle' });
    await broker.worker('pickle');
    const view = await broker.look();
    assert.deepEqual([view.asked, view.none, view.settled, view.workers.length], [true, false, false, 0]);
    assert.equal(view.says, '1 worker answered in a form that this check does not read (task_serializer is not json)');
    assert.deepEqual(await broker.redis.keys('*reply*'), []);
  });

  it('survives 50 rounds: it still consumes, and nothing of ours was ever bound or is left', async () => {
    const broker = await open(12);
    await broker.worker('w1');
    await broker.redis.sadd(REPLY_BINDING, 'somebody\x06\x16\x06\x16somebody.reply.celery.pidbox');
    const keysBefore = (await broker.redis.keys('*')).sort();
    const bindingBefore = await broker.redis.dump(REPLY_BINDING);
    const { ours, others } = await monitored(broker, async () => {
      for (let round = 1; round <= 50; round++) {
        const view = await broker.look();
        assert.ok(view.settled, `round ${String(round)}: ${view.says}`);
      }
    });
    const allowed = 'AUTH CLIENT DEL EXEC EXPIRE HSCAN INFO LINDEX LPOP MULTI PING PUBLISH RPUSH SELECT'.split(' ');
    assert.deepEqual(
      namesOf(ours).filter((name) => !allowed.includes(name)),
      [],
    );
    const written = ours.filter(([name]) => ['DEL', 'EXPIRE', 'LPOP', 'RPUSH'].includes(name!));
    assert.ok(written.length > 150);
    for (const [, key] of written) assert.match(key!, /^[0-9a-f-]{36}\.reply\.celery\.pidbox$/);
    for (const command of [...ours, ...others]) assert.ok(!/^S(ADD|REM)$/.test(command[0]!), command.join(' '));
    assert.equal(others.filter((command) => command[0] === 'SMEMBERS' && command[1] === REPLY_BINDING).length, 0);

    assert.deepEqual((await broker.redis.keys('*')).sort(), keysBefore);
    assert.deepEqual(await broker.redis.dump(REPLY_BINDING), bindingBefore);
    await broker.publish([{ seconds: 0 }], [{ seconds: 0 }]);
    await waitFor('it to consume', async () => (await broker.redis.llen('celery')) === 0);
    await waitFor('it to finish', async () => (await broker.redis.hlen('unacked')) === 0);
  });
});

const toProblem = (error: unknown): Problem => new Problem('unknown', String(error));

describe('the mailbox', () => {
  let broker: Broker;
  before(async () => {
    broker = await Broker.open(14);
  });
  after(() => broker.close());
  const key = `${randomUUID()}.reply.celery.pidbox`;

  it('touches no list but its own', async () => {
    await broker.redis.rpush('celery', 'message');
    const mailbox = createMailbox(() => Promise.resolve(broker.redis), toProblem);
    await assert.rejects(mailbox.openReplyList('celery', 60));
    await assert.rejects(mailbox.openReplyList('reply.celery.pidbox', 60));
    await assert.rejects(mailbox.nextReply('celery', 0));
    await mailbox.removeReplyList('celery');
    assert.deepEqual(await broker.redis.lrange('celery', 0, -1), ['message']);
  });

  it('gives replies in the order in which they came from the left, and never the guard', async () => {
    const mailbox = createMailbox(() => Promise.resolve(broker.redis), toProblem);
    await mailbox.openReplyList(key, 60);
    assert.equal(await mailbox.nextReply(key, 0.05), null);
    await broker.redis.lpush(key, 'first');
    assert.equal(String(await mailbox.nextReply(key, 0)), 'first');
    assert.equal(await mailbox.nextReply(key, 0), null);
    assert.equal(await broker.redis.llen(key), 1);
    await mailbox.removeReplyList(key);
    assert.equal(await broker.redis.exists(key), 0);
  });

  it('a list that was flushed gets its expiry again', async () => {
    const mailbox = createMailbox(() => Promise.resolve(broker.redis), toProblem);
    await mailbox.openReplyList(key, 60);
    await broker.redis.del(key);
    assert.equal(await mailbox.nextReply(key, 0), null);
    await broker.redis.lpush(key, 'late');
    assert.ok((await broker.redis.ttl(key)) > 50);
  });

  it('ends listening when its client is closed', async () => {
    const client = broker.redis.duplicate();
    const heard = createMailbox(() => Promise.resolve(client), toProblem).listen('*', 60);
    await waitFor('it to listen', async () => (await broker.clientList()).includes('psub=1'));
    client.disconnect();
    await assert.rejects(heard);
    await waitFor('its connection to end', async () => !(await broker.clientList()).includes('psub=1'));
  });
});

function namesOf(commands: readonly string[][]): string[] {
  return [...new Set(commands.map(([name = '']) => name))].sort();
}
