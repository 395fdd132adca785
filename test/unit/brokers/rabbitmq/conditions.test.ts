import assert from 'node:assert/strict';
import { brokerView } from '../../../../src/brokers/rabbitmq/view';
import { conditionsOf } from '../../../../src/brokers/rabbitmq/state/conditions';
import { seenIn } from '../../../../src/brokers/rabbitmq/state/condition';
import { readPolicies, rulesOf } from '../../../../src/brokers/rabbitmq/state/policies';
import { CONDITION_KINDS, type ConditionKind } from '../../../../src/model/brokerWords';
import type { BrokerCondition } from '../../../../src/model/diagnosis';
import { apiOf, situation, SITUATIONS, situations, VERSIONS, type Situation } from '../../../support/rabbitApi';
import { but, listOf, looksAt, type Answers } from '../../../support/rabbitLooks';

type Name = (typeof SITUATIONS)[number];

const CLASSIC: Name = '4.0.5-celery-5.5.2-classic';
const QUORUM: Name = '4.0.5-celery-5.5.2-quorum';
const OLD: Name = '3.10.8-celery-5.2.6-classic';
const OLD_QUORUM: Name = '3.10.8-celery-5.2.6-quorum';

const answersOf = (name: Name, state: Situation): Answers =>
  apiOf(
    VERSIONS.find((version) => name.startsWith(version))!,
    state,
  );
const at = (name: Name, called: string, moment?: string): Answers => answersOf(name, situation(name, called, moment));

async function conditions(first: Answers, second = first): Promise<readonly BrokerCondition[]> {
  const looks = await looksAt(first, second);
  return conditionsOf(seenIn(looks.first, looks.second));
}

async function of(kind: ConditionKind, first: Answers, second = first): Promise<readonly BrokerCondition[]> {
  return (await conditions(first, second)).filter((each) => each.kind === kind);
}

/** The same state with another version of the server. */
const asVersion = (version: string, answers: Answers): Answers =>
  but(answers, (path, usual) =>
    path === '/overview' ? { body: { ...(usual?.body as object), rabbitmq_version: version } } : usual,
  );

/** The same with other arguments, and other fields, of each queue of tasks. */
const withQueue = (change: Record<string, unknown>, answers: Answers): Answers =>
  but(answers, (path, usual) =>
    path.includes('enable_queue_totals')
      ? { body: { items: listOf(usual).map((queue) => (queue.name === 'celery' ? { ...queue, ...change } : queue)) } }
      : usual,
  );

describe('brokers/rabbitmq/conditions', () => {
  it('publishers are blocked by an alarm, with its node and its resource, while it lasts', async () => {
    for (const name of [OLD, CLASSIC, QUORUM]) {
      const [alarm, ...more] = await of('publishers-blocked', at(name, 'memory-alarm', 'after'));
      assert.deepEqual([alarm?.resource, alarm?.node, more.length], ['memory', 'rabbit@mq1', 0], name);
      assert.match(alarm!.says, /^A memory alarm of node rabbit@mq1 blocks all publishers, since when is not known/);
      assert.deepEqual(await of('publishers-blocked', at(name, 'memory-alarm', 'alarm-over')), [], name);
    }
    const blocked = but(at(CLASSIC, 'purged'), (path, usual) =>
      path.startsWith('/connections') ? { body: [{ name: 'a', vhost: '/', state: 'blocked' }] } : usual,
    );
    assert.match((await of('publishers-blocked', blocked))[0]!.says, /^The server blocks connections that publish/);
  });

  it('a node that is down, or does not see the others, is named', async () => {
    const node = (fields: object): Answers =>
      but(at(CLASSIC, 'purged'), (path, usual) => (path.startsWith('/nodes') ? { body: [fields] } : usual));
    const [down] = await of('node-down', node({ name: 'a@1', running: false }));
    assert.equal(down!.says, "Node a@1 isn't running, so queues there may hold messages that were not counted.");
    assert.deepEqual(await of('node-down', node({ name: 'a@1', running: true })), []);
  });

  it('a dead-letter queue with messages is told with their number, and none without', async () => {
    const [dead] = await of('dead-letters', at(CLASSIC, 'failed-late-ack-dlx'));
    assert.deepEqual([dead?.queue, dead?.messages], ['dead', 2]);
    assert.deepEqual(await of('dead-letters', at(CLASSIC, 'failed-late-ack')), []);
    const emptied = but(at(CLASSIC, 'failed-late-ack-dlx'), (path, usual) =>
      path.includes('enable_queue_totals')
        ? { body: { items: listOf(usual).map((queue) => ({ ...queue, messages_ready: 0 })) } }
        : usual,
    );
    assert.deepEqual(await of('dead-letters', emptied), [], 'it is empty');
  });

  it('delayed tasks wait at least as long as their level says, and only queues with tasks count', async () => {
    const seen = await of('delayed', at(QUORUM, 'native-delayed-delivery', 'after'));
    assert.deepEqual(
      seen.map(({ queue, messages, seconds }) => [queue, messages, seconds]),
      [
        ['celery_delayed_8', 3, 256],
        ['celery_delayed_16', 2, 65_536],
        ['celery_delayed_4', 1, 16],
      ],
    );
    assert.match(
      seen[2]!.says,
      /^1 task waits in celery_delayed_4 for its time, at least 16 seconds after it was sent\./,
    );
    assert.deepEqual(await of('delayed', at(QUORUM, 'eta-held')), []);
  });

  it('expired messages may be counted behind a live one where nobody consumes the queue', async () => {
    const [expired] = await of('expired-counted', at(CLASSIC, 'expired-behind-head', 'after'));
    assert.deepEqual([expired?.queue, expired?.messages], ['celery', 3]);
    for (const moment of ['expired-behind-head', 'two-workers'])
      assert.deepEqual(
        await of('expired-counted', at(CLASSIC, moment, moment === 'two-workers' ? 'after' : 'worker-came')),
        [],
      );
    assert.deepEqual(await of('expired-counted', at(CLASSIC, 'expired', 'after')), [], 'the only one is at the head');
    assert.deepEqual(await of('expired-counted', at(CLASSIC, 'prefetched')), [], 'a worker consumes it');
  });

  it('messages expire by the argument of their queue or by its policy, and are kept where there is a dead-letter exchange', async () => {
    const [own] = await of(
      'messages-expire',
      withQueue({ arguments: { 'x-message-ttl': 7_200_000 } }, at(CLASSIC, 'purged')),
    );
    assert.equal(own!.seconds, 7200);
    assert.equal(
      own!.says,
      'The queue celery removes a message that has waited for 2 hours, and drops it without a trace.',
    );
    const kept = { arguments: { 'x-message-ttl': 60_000, 'x-dead-letter-exchange': 'dlx' } };
    const [dead] = await of('messages-expire', withQueue(kept, at(CLASSIC, 'purged')));
    assert.match(dead!.says, /sends it to its dead-letter exchange\.$/);
    assert.deepEqual(await of('messages-expire', at(QUORUM, 'native-delayed-delivery')), [], 'that of delayed queues');
  });

  it('the consumer timeout is that of the consumers, of the queue, or RabbitMQ’s own, where workers hold messages', async () => {
    const [told] = await of('consumer-timeout', at(CLASSIC, 'running-late-ack'));
    assert.deepEqual([told?.queue, told?.messages, told?.seconds], ['celery', 1, 1800]);
    assert.doesNotMatch(told!.says, /unless/);
    const [usual] = await of('consumer-timeout', at(OLD, 'running-late-ack'));
    assert.equal(usual!.seconds, 1800);
    assert.match(usual!.says, /unless the server is configured otherwise/);
    const queue = withQueue({ arguments: { 'x-consumer-timeout': 60_000 } }, at(OLD, 'running-late-ack'));
    assert.equal((await of('consumer-timeout', queue))[0]?.seconds, 60);
    assert.deepEqual(await of('consumer-timeout', at(CLASSIC, 'running-early-ack')), []);
    const held = at(CLASSIC, 'running-late-ack');
    assert.deepEqual(await of('consumer-timeout', asVersion('4.3.1', held)), [], 'since 4.3 of quorum queues alone');
    assert.equal((await of('consumer-timeout', asVersion('4.3.1', at(QUORUM, 'running-late-ack')))).length, 1);
    const lavin = but(held, (path, reply) =>
      path === '/overview' ? { body: { ...(reply?.body as object), product_name: 'LavinMQ' } } : reply,
    );
    assert.deepEqual(await of('consumer-timeout', lavin), []);
  });

  it('a quorum queue has a delivery limit since 4.0, or one of its own', async () => {
    const [limit] = await of('delivery-limit', at(QUORUM, 'queued-no-worker'));
    assert.deepEqual([limit?.queue, limit?.messages, limit?.limit], ['celery', 3, 20]);
    assert.deepEqual(await of('delivery-limit', at(OLD_QUORUM, 'quorum-global-qos')), [], 'before 4.0');
    const own = { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 } };
    assert.equal((await of('delivery-limit', withQueue(own, at(OLD_QUORUM, 'quorum-global-qos'))))[0]?.limit, 3);
    const without = { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': -1 } };
    assert.deepEqual(await of('delivery-limit', withQueue(without, at(QUORUM, 'queued-no-worker'))), []);
    assert.deepEqual(await of('delivery-limit', at(CLASSIC, 'queued-no-worker')), []);
    assert.deepEqual(await of('delivery-limit', at(QUORUM, 'purged', 'after')), [], 'nothing is in it');
  });

  it('a queue that the server deletes when it is idle is told, by argument or policy; CloudAMQP is named for its 28 days', async () => {
    const idle = but(withQueue({ policy: 'idle' }, at(CLASSIC, 'queued-no-worker')), (path, usual) =>
      path.startsWith('/policies') ? { body: [{ name: 'idle', definition: { expires: 28 * 86_400_000 } }] } : usual,
    );
    const [seen] = await of('queue-expires', idle);
    assert.deepEqual([seen?.queue, seen?.policy, seen?.seconds, seen?.messages], ['celery', 'idle', 2_419_200, 3]);
    assert.match(seen!.says, /when no worker has consumed it for 28 days, as CloudAMQP does/);
    const own = await of(
      'queue-expires',
      withQueue({ arguments: { 'x-expires': 3_600_000 } }, at(CLASSIC, 'queued-no-worker')),
    );
    assert.match(own[0]!.says, /for 1 hour\.$/);
    for (const name of SITUATIONS)
      for (const state of situations(name))
        assert.deepEqual(await of('queue-expires', answersOf(name, state)), [], 'mailboxes hold no tasks');
  });

  it('a quorum worker is full where it holds all that it may and nothing moves between two looks', async () => {
    const full = at(QUORUM, 'eta-held', 'after');
    const [seen] = await of('eta-blocked', full);
    assert.deepEqual([seen?.queue, seen?.messages, seen?.limit], ['celery', 2, 4]);
    assert.match(seen!.says, /Either they run long tasks, or tasks with a countdown or an ETA/);
    const moving = withQueue({ messages_ready: 7 }, full);
    assert.deepEqual(await of('eta-blocked', moving, full), [], 'it takes messages');
    const { first } = await looksAt(full);
    assert.deepEqual(
      conditionsOf(seenIn(first)).filter(({ kind }) => kind === 'eta-blocked'),
      [],
      'one look',
    );
    assert.deepEqual(await of('eta-blocked', at(QUORUM, 'native-delayed-delivery')), []);
    assert.deepEqual(await of('eta-blocked', at(CLASSIC, 'prefetched')), [], 'classic queues let more ETA tasks in');
  });

  it('a quorum queue that no worker consumes while Celery is connected may have a worker before 5.5', async () => {
    const [seen] = await of('global-qos', at(OLD_QUORUM, 'quorum-global-qos'));
    assert.deepEqual([seen?.queue, seen?.messages], ['celery', 3]);
    const oneTaken = withQueue({ messages_ready: 0 }, at(QUORUM, 'no-consumer'));
    assert.deepEqual(await of('global-qos', oneTaken), [], 'who consumes one quorum queue can consume the other');
    const idle = but(oneTaken, (path, usual) =>
      path.startsWith('/connections')
        ? {
            body: [
              ...listOf(usual),
              { name: 'a publisher', vhost: '/', state: 'running', client_properties: { product: 'py-amqp' } },
            ],
          }
        : usual,
    );
    assert.deepEqual(await of('global-qos', idle), [], 'also with a publisher');
    for (const [name, called] of [
      [QUORUM, 'queued-no-worker'],
      [QUORUM, 'no-consumer'],
      [QUORUM, 'two-workers'],
      [CLASSIC, 'no-consumer'],
    ] as const)
      assert.deepEqual(await of('global-qos', at(name, called)), [], `${name} ${called}`);
  });

  it('RabbitMQ 4.3 refuses the mailboxes of older Celery: clients are connected, and no worker has a mailbox', async () => {
    const state = asVersion('4.3.5', at(OLD_QUORUM, 'quorum-global-qos'));
    const [seen] = await of('mailboxes-refused', state);
    assert.equal(seen?.messages, 3);
    assert.match(seen.says, /RabbitMQ 4\.3\.5 refuses the mailboxes of Celery up to 5\.6\.3/);
    assert.deepEqual(await of('global-qos', state), [], 'the nearer explanation alone');
    assert.deepEqual(await of('mailboxes-refused', at(OLD_QUORUM, 'quorum-global-qos')), [], 'an older server');
    assert.deepEqual(await of('mailboxes-refused', asVersion('4.3.5', at(CLASSIC, 'no-consumer'))), [], 'a mailbox');
    assert.deepEqual(
      await of('mailboxes-refused', asVersion('4.3.5', at(CLASSIC, 'queued-no-worker'))),
      [],
      'no client',
    );
  });

  it('publishers whose messages found no queue are told from channels that send nothing but events', async () => {
    const [seen] = await of('unroutable', at(OLD, 'queue-deleted', 'after'));
    assert.equal(seen?.messages, 4);
    assert.match(seen.says, /^1 publisher sent 4 of 7 messages to no queue\. They may be Celery's events, or tasks/);
    for (const [called, moment] of [
      ['queue-deleted', 'before'],
      ['memory-alarm', 'after'],
      ['two-workers', 'after'],
    ] as const)
      assert.deepEqual(await of('unroutable', at(OLD, called, moment)), [], called);
  });

  it('two workers with one name, a worker that takes no tasks, and one without heartbeats are told by their connections', async () => {
    const usual = at(CLASSIC, 'two-workers');
    const consumers = (change: (all: Record<string, unknown>[]) => Record<string, unknown>[]): Answers =>
      but(usual, (path, reply) =>
        path.startsWith('/consumers') ? { body: change(reply?.body as Record<string, unknown>[]) } : reply,
      );
    const nameOf = ({ queue }: Record<string, unknown>): string => (queue as { name: string }).name;
    const two = consumers((all) => [...all, { ...all.find((each) => nameOf(each).startsWith('w1'))! }]);
    assert.deepEqual(
      (await of('shared-worker-name', two)).map(({ worker }) => worker),
      ['w1@host1'],
    );
    assert.deepEqual(await of('shared-worker-name', usual), []);
    const cancelled = consumers((all) =>
      all.filter((each) => (nameOf(each) !== 'celery' && nameOf(each) !== 'emails' ? true : isOf(each, all, 'w1'))),
    );
    assert.deepEqual(
      (await of('consumes-nothing', cancelled)).map(({ worker }) => worker),
      ['w2@host2'],
    );
    assert.deepEqual(await of('consumes-nothing', cancelled, usual), [], 'its consumer came meanwhile');
    assert.deepEqual(await of('consumes-nothing', usual), []);
    const silent = but(usual, (path, reply) =>
      path.startsWith('/connections')
        ? { body: listOf(reply).map((connection) => ({ ...connection, timeout: 0 })) }
        : reply,
    );
    assert.deepEqual(
      (await of('no-heartbeat', silent)).map(({ worker, messages }) => [worker, messages]),
      [
        ['w1@host1', 5],
        ['w2@host2', 0],
      ],
    );
    assert.deepEqual(await of('no-heartbeat', usual), [], 'publishers have none, and that says nothing');
  });

  it('every kind occurs in a test, and each condition is one to three sentences with a full stop', async () => {
    const seen = new Set<string>();
    for (const name of SITUATIONS)
      for (const state of situations(name))
        for (const { kind, says } of await conditions(answersOf(name, state))) {
          seen.add(kind);
          assert.match(says, /^[A-Z0-9].*\.$/, kind);
          assert.doesNotMatch(says, /Redis|visibility/, kind);
        }
    const written = ['node-down', 'messages-expire', 'queue-expires', 'mailboxes-refused', 'shared-worker-name'];
    for (const kind of CONDITION_KINDS)
      if (![...written, 'consumes-nothing', 'no-heartbeat', 'other'].includes(kind))
        assert.ok(seen.has(kind), `no captured state shows ${kind}`);
  });

  it('queue facts have type, state, consumers, age and what decides about messages', async () => {
    const facts = async (answers: Answers) => brokerView(await looksAt(answers)).queues;
    const [celery, emails] = await facts(at(CLASSIC, 'no-consumer'));
    assert.deepEqual(
      [celery?.type, celery?.state, celery?.consumers, celery?.numbersAgeSeconds, celery?.arguments],
      ['classic', undefined, 1, 0, { 'x-queue-type': 'classic' }],
    );
    assert.equal(emails?.consumers, 0);
    const [quorum] = await facts(at(QUORUM, 'queued-no-worker'));
    assert.deepEqual([quorum?.type, quorum?.numbersAgeSeconds], ['quorum', 5]);
    const [dlx] = await facts(at(OLD, 'failed-late-ack-dlx'));
    assert.deepEqual(dlx?.arguments, { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' });
    const [priority] = await facts(at(OLD, 'priority-queue'));
    assert.deepEqual(priority?.arguments, { 'x-max-priority': 10 });
    const [down] = await facts(withQueue({ state: 'down' }, at(OLD, 'queued-no-worker')));
    assert.equal(down?.state, 'down');
    const hidden = but(at(OLD, 'no-consumer'), (path, usual) =>
      path.startsWith('/consumers') ? { status: 401, body: { reason: 'Not monitor user' } } : usual,
    );
    assert.equal((await facts(hidden))[0]?.consumers, null);
  });

  it('of several numbers the lowest holds; of other values the queue’s own; an operator policy is found by its pattern', () => {
    const queue = {
      name: 'celery',
      type: 'classic',
      arguments: { 'x-expires': 9000, 'x-overflow': 'reject-publish' },
      policy: 'p',
    };
    const own = [{ name: 'p', definition: { expires: 8000, overflow: 'drop-head', 'ha-mode': 'all' } }];
    const operator = [
      { name: 'low', pattern: '^cel', priority: 0, definition: { expires: 1 } },
      { name: 'high', pattern: '^celery$', priority: 5, 'apply-to': 'queues', definition: { expires: 7000 } },
      { name: 'quorum', pattern: '.*', priority: 9, 'apply-to': 'quorum_queues', definition: { expires: 2 } },
      { name: 'broken', pattern: '(', priority: 99, definition: { expires: 3 } },
    ];
    assert.deepEqual(rulesOf(queue, readPolicies(own, operator)), {
      'x-expires': 7000,
      'x-overflow': 'reject-publish',
    });
    assert.deepEqual(rulesOf(queue, readPolicies(undefined, undefined)), {
      'x-expires': 9000,
      'x-overflow': 'reject-publish',
    });
  });
});

/** Whether a consumer is on the connection of the worker whose name begins so. */
function isOf(consumer: Record<string, unknown>, all: readonly Record<string, unknown>[], worker: string): boolean {
  const connectionOf = (each: Record<string, unknown>): string =>
    String((each.channel_details as Record<string, unknown>).connection_name);
  const mailbox = all.find((each) => (each.queue as { name: string }).name.startsWith(worker));
  return mailbox !== undefined && connectionOf(mailbox) === connectionOf(consumer);
}
