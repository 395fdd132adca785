import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { NO_MESSAGES } from '../../../src/brokers/noMessages';
import { CONDITION_KINDS } from '../../../src/model/brokerWords';
import type { BrokerCondition, Recommendation } from '../../../src/model/diagnosis';
import type { BrokerView, QueueFacts, World } from '../../../src/model/facts';
import { CAUSES, VERDICTS, type Cause, type Confidence, type Verdict } from '../../../src/model/verdict';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import { recommendFor } from '../../../src/verdicts/advice';
import { inOrderOfDoing, PLACED } from '../../../src/verdicts/advice/order';
import { recommend } from '../../../src/verdicts/advice/scanAdvice';
import { patternFor } from '../../../src/verdicts/advice/rabbitCommands';
import { Tally } from '../../../src/verdicts/tally';
import { ANSWERED, facts, NOT_ASKED, NOW, row, TABLE, world } from '../../support/facts';
import { aTaskType } from '../../support/diagnosis';

const VHOST = "my 'shop'";

const queue = (name: string, change: Partial<QueueFacts> = {}): QueueFacts => ({
  name,
  prefix: '',
  length: 3,
  priorities: [],
  unacked: 0,
  ...change,
});

const RABBIT: Partial<BrokerView> = {
  ...NO_MESSAGES,
  contents: 'counted',
  incompleteBecause: 'RabbitMQ shows no message without changing it',
  queues: [queue('celery')],
  rabbit: { product: 'RabbitMQ', version: '4.0.5', vhost: VHOST, user: 'app' },
  searched: '1 queue with 3 messages and 0 unacknowledged messages',
};

const around = (conditions: readonly BrokerCondition[], change: Parameters<typeof world>[0] = {}): World =>
  world({ ...change, broker: { ...RABBIT, ...change.broker, conditions } });

/** What is recommended for one row that was judged so; without a judgement, for no row. */
function adviceIn(
  world: World,
  judged?: { verdict: Verdict; cause?: Cause; confidence: Confidence },
): Recommendation[] {
  const tally = new Tally();
  if (judged) tally.add(facts({ row: row() }), judged);
  const found = { groups: tally.groups(), rows: tally.rows, world, table: TABLE, messagesWithoutRow: 0 };
  return inOrderOfDoing(recommendFor(found));
}

const says = 'Something was seen.';
const only = (condition: BrokerCondition, change?: Parameters<typeof world>[0]): Recommendation => {
  const [first, ...more] = adviceIn(around([condition], { workers: ANSWERED, ...change }));
  assert.deepEqual(
    more.map(({ id }) => id),
    [],
  );
  assert.deepEqual(first?.evidence, [says]);
  return first;
};
const textOf = (advice: unknown): string => JSON.stringify(advice);

/** Every condition, with all that it may name. */
const EVERY: readonly BrokerCondition[] = CONDITION_KINDS.map((kind) => ({
  kind,
  queue: 'celery',
  worker: 'w1@host',
  resource: 'memory',
  node: 'rabbit@mq1',
  messages: 3,
  seconds: 1800,
  limit: 20,
  says,
}));

describe('verdicts/rabbitAdvice', () => {
  it('an alarm is ended before anything is dispatched, by commands that fit what ran out', () => {
    const memory = only({ kind: 'publishers-blocked', resource: 'memory', node: 'rabbit@mq1', says });
    assert.deepEqual([memory.id, memory.phase], ['release-alarm', 'now']);
    assert.equal(memory.title, 'End the memory alarm of RabbitMQ: no new task arrives');
    assert.ok(memory.actions.some((action) => action.includes('set_vm_memory_high_watermark')));
    assert.ok(!memory.actions.some((action) => action.includes('disk')));
    const disk = only({ kind: 'publishers-blocked', resource: 'disk', says });
    assert.ok(disk.actions.some((action) => action.includes('disk_free_limit')));
    assert.ok(!disk.actions.some((action) => action.includes('watermark')));
    const unknown = only({ kind: 'publishers-blocked', says });
    assert.equal(unknown.title, 'Find out why RabbitMQ blocks publishers: no new task arrives');
    const lost = adviceIn(around([{ kind: 'publishers-blocked', says }]), { verdict: 'lost', confidence: 'likely' });
    assert.ok(lost.find(({ id }) => id === 'dispatch-lost')?.after?.includes('release-alarm'));
  });

  it('dead letters are reviewed, with the danger of each way, and no worker is started for them', () => {
    const dead = { kind: 'dead-letters', queue: 'dead letters', messages: 2, says } as const;
    const advice = only(dead);
    assert.equal(advice.title, 'Review 2 messages in the dead-letter queue dead letters');
    const text = textOf(advice.actions);
    assert.match(text, /cannot be undone: rabbitmqctl purge_queue -p 'my '\\\\''shop'\\\\''' 'dead letters'/);
    assert.match(text, /does that part again/);
    assert.match(text, /Never read them with/);
    const queues = [queue('dead letters', { keeps: 'dead-letters' }), queue('celery_delayed_4', { keeps: 'delayed' })];
    for (const workers of [ANSWERED, { ...NOT_ASKED, none: true, settled: true }])
      assert.deepEqual(
        adviceIn(around([], { workers, broker: { queues } })).map(({ id }) => id),
        [],
      );
    const tasks = adviceIn(
      around([], { workers: { ...NOT_ASKED, none: true }, broker: { queues: [...queues, queue('celery')] } }),
    );
    assert.equal(tasks[0]?.title, 'Start the Celery workers: 3 messages wait in 1 queue');
  });

  it('the consumer timeout is a step only where tasks are held for longer, and a policy of the queue is not replaced', () => {
    const timeout = { kind: 'consumer-timeout', queue: 'celery', messages: 1, seconds: 1800, says } as const;
    const ran = (longestRun: number) => ({
      workers: ANSWERED,
      histories: new Map([['shop.tasks.send', { ...NO_HISTORY, done: 9, longestRun }]]),
    });
    assert.deepEqual(adviceIn(around([timeout], ran(600))), []);
    const advice = only(timeout, ran(5400));
    assert.equal(advice.title, 'Let workers hold messages of the queue celery for longer than 30 minutes');
    assert.match(
      textOf(advice.actions),
      /set_policy -p 'my [^"]* celery-timeout '\^celery\$' '\{\\"consumer-timeout\\":10800000\}' --apply-to queues/,
    );
    const withPolicy = textOf(only({ ...timeout, policy: 'dlx' }, ran(5400)).actions);
    assert.match(withPolicy, /to the policy dlx: a queue has one policy, and a new one would replace it/);
    assert.doesNotMatch(withPolicy, /set_policy/);
  });

  it('workers that take nothing, or cannot take more, are told what to do', () => {
    const refused = only({ kind: 'mailboxes-refused', messages: 3, says });
    assert.deepEqual([refused.id, refused.phase], ['upgrade-celery', 'now']);
    assert.match(
      textOf(refused.actions),
      /541 INTERNAL_ERROR.*control_queue_exclusive = True.*transient_nonexcl_queues = true/,
    );
    const qos = only({ kind: 'global-qos', queue: 'celery', messages: 3, says });
    assert.match(textOf(qos.actions), /540 NOT_IMPLEMENTED.*5\.5 or later, or use a classic queue/);
    const full = only({ kind: 'eta-blocked', queue: 'e mails', messages: 2, limit: 4, says });
    assert.equal(full.id, 'free-workers');
    assert.match(textOf(full.snippets), /worker -Q 'e mails'/);
    const idle = only({ kind: 'consumes-nothing', worker: "w'1@host", says });
    assert.ok(idle.actions.includes(String.raw`celery -A <project> control add_consumer <queue> -d 'w'\''1@host'`));
    assert.equal(only({ kind: 'shared-worker-name', worker: 'w1@host', says }).id, 'name-workers');
    assert.equal(only({ kind: 'no-heartbeat', worker: 'w1@host', says }).id, 'use-heartbeats');
    assert.equal(only({ kind: 'node-down', says }).id, 'restore-node');
    assert.equal(only({ kind: 'unroutable', messages: 4, says }).id, 'restart-publishers');
  });

  it('queues that delete themselves or drop messages are kept by the policy that they have', () => {
    const idle = only({ kind: 'queue-expires', queue: 'celery', policy: 'idle', messages: 3, seconds: 9, says });
    assert.equal(idle.title, 'Keep RabbitMQ from deleting the queue celery with 3 messages');
    assert.ok(idle.actions.includes('Take "expires" out of the policy of these queues: idle'));
    const expires = { kind: 'messages-expire', queue: 'celery', seconds: 9, says } as const;
    assert.equal(only(expires).id, 'add-dead-letters');
    const queues = [queue('celery', { arguments: { 'x-dead-letter-exchange': 'dlx' }, length: 0 })];
    assert.deepEqual(adviceIn(around([expires], { workers: ANSWERED, broker: { queues } })), [], 'they are kept');
  });

  it('a command quotes every name, and one that could steer a terminal is left out', () => {
    for (const name of ['a b', "it's", '$(rm -rf)', 'a;b', '`x`', 'ü'])
      for (const { snippets = [] } of adviceIn(
        around([{ kind: 'dead-letters', queue: name, messages: 1, says }], {
          broker: { rabbit: { ...RABBIT.rabbit!, vhost: name } },
        }),
      ))
        for (const { text } of snippets)
          for (const line of text.split('\n').filter((each) => each.startsWith('rabbitmqctl')))
            assert.equal(wordsOf(line)[3], name);
    for (const name of ['a\u001b[201~', 'a\nb', '-x', '']) {
      const broker = { rabbit: { ...RABBIT.rabbit!, vhost: name } };
      const all = adviceIn(around(EVERY, { broker }), { verdict: 'unknown', confidence: 'possible' });
      assert.ok(!/rabbitmqctl [a-z_]+ -p/.test(textOf(all)), name);
    }
    assert.equal(patternFor('a.b*(c)'), String.raw`^a\.b\*\(c\)$`);
    assert.match('a.b*(c)', new RegExp(patternFor('a.b*(c)')));
  });

  it('no command gives or takes rights of the account that the check uses, which may be that of the workers', () => {
    const all = adviceIn(around(EVERY, { workers: NOT_ASKED }), { verdict: 'unknown', confidence: 'possible' });
    const commands = textOf(all).match(/set_permissions[^;"]*/g) ?? [];
    assert.ok(commands.length > 0);
    for (const command of commands) assert.match(command, /'\S* celery_reader '\^\$'/);
  });

  it('every condition leads to a step or is only said, and each step has its place', () => {
    const told = new Set(['expired-counted', 'delayed', 'other']);
    for (const condition of EVERY) {
      const ids = adviceIn(
        around([condition], { workers: ANSWERED, histories: new Map([['a', { ...NO_HISTORY, longestRun: 9000 }]]) }),
      ).map(({ id }) => id);
      assert.equal(ids.length, told.has(condition.kind) ? 0 : 1, condition.kind);
      for (const id of ids) assert.ok(PLACED.includes(id), id);
    }
  });

  it('workers start after their Celery fits the server, and lost tasks are dispatched after all that', () => {
    const down = adviceIn(around([{ kind: 'mailboxes-refused', messages: 3, says }]), {
      verdict: 'lost',
      confidence: 'likely',
    });
    assert.deepEqual(
      down.map(({ id }) => id),
      ['upgrade-celery', 'start-workers', 'dispatch-lost'],
    );
    assert.deepEqual(down.at(-1)?.after, ['upgrade-celery', 'start-workers']);
  });

  it('no recommendation that may come with a RabbitMQ speaks of Redis or of its visibility timeout', () => {
    const views: Partial<BrokerView>[] = [
      {},
      {
        contents: 'part',
        found: false,
        report: { name: 'broker', state: 'unavailable', detail: 'it does not answer' },
      },
      ...(
        ['capped', 'forbidden', 'failover-unread', 'authentication', 'unreachable', 'invalid', 'cluster'] as const
      ).map((kind): Partial<BrokerView> => ({
        contents: kind === 'capped' ? 'counted' : 'part',
        report: {
          name: 'broker',
          state: 'partial',
          detail: 'a part was not read',
          gaps: [
            {
              kind,
              says: 'a part was not read',
              ...(kind === 'capped' ? { setting: 'celeryTasks.maxQueueScan' as const } : {}),
            },
          ],
        },
      })),
    ];
    let seen = 0;
    for (const view of views)
      for (const workers of [ANSWERED, NOT_ASKED, { ...NOT_ASKED, none: true, settled: true }])
        for (const verdict of VERDICTS)
          for (const cause of [undefined, ...CAUSES.filter((each) => !OF_REDIS.includes(each))])
            for (const confidence of ['likely', 'possible'] as const) {
              const where = around(EVERY, {
                workers,
                broker: view,
                elsewhere: 'Nothing in this broker belongs to these tasks',
              });
              const told = adviceIn(where, { verdict, ...(cause === undefined ? {} : { cause }), confidence });
              seen += told.length;
              assert.doesNotMatch(
                textOf(told),
                /redis(?!patch)|visibility|unacked_mutex/i,
                `${verdict} ${String(cause)}`,
              );
            }
    assert.ok(seen > 1000);
  });

  it('the general steps check RabbitMQ where that is the broker', () => {
    const step = recommend([aTaskType()], undefined, { product: 'RabbitMQ', vhost: VHOST }).find(
      ({ id }) => id === 'check-broker',
    );
    assert.equal(step?.title, 'Verify RabbitMQ connection and queue status');
    assert.doesNotMatch(textOf(step), /redis/i);
    assert.ok(step.actions.includes('rabbitmq-diagnostics alarms'));
    assert.equal(recommend([aTaskType()])[1]?.title, 'Verify Redis connection and queue status');
  });

  it('a group that waits for its own time lets the timeout matter too', () => {
    const timeout = { kind: 'consumer-timeout', queue: 'celery', messages: 1, seconds: 1800, says } as const;
    const tally = new Tally();
    tally.add(facts(), { verdict: 'held', cause: 'eta', confidence: 'proven', resolvesAt: NOW + 7200 });
    const found = {
      groups: tally.groups(),
      rows: 1,
      world: around([timeout], { workers: ANSWERED }),
      table: TABLE,
      messagesWithoutRow: 0,
    };
    assert.ok(recommendFor(found).some(({ id }) => id === 'raise-consumer-timeout'));
  });
});

/** Causes that follow from a message that was read, or from what only a Redis loses: no rule gives them where messages are counted. */
const OF_REDIS: readonly Cause[] = ['priority-starved', 'redelivery-pending', 'crash-loop', 'broker-wiped'];

/** As a shell reads it. */
function wordsOf(line: string): string[] {
  return execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0');
}
