/** What real workers sent, as captured (test/fixtures/celery), and what nobody should send. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { possibleWorkers } from '../../../src/brokers/redis/workers/clients';
import { decodeEnvelope, decodeReply } from '../../../src/brokers/redis/workers/envelope';
import { readHeartbeats } from '../../../src/brokers/redis/workers/heartbeats';
import { allTasksAreJson, takenMessagesAreJson } from '../../../src/brokers/redis/workers/jsonOnly';
import { registeredTask } from '../../../src/brokers/workers/registered';
import {
  HARMLESS_QUESTIONS,
  HOLDING_QUESTIONS,
  questionChannel,
  questionText,
  SETTINGS_QUESTIONS,
} from '../../../src/brokers/redis/workers/methods';
import { reportedTasks } from '../../../src/brokers/workers/tasks';
import type { RedisReader, RedisReply } from '../../../src/ports/redis';

function captured<T>(name: string): T[] {
  const lines = readFileSync(`test/fixtures/celery/${name}.jsonl`, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

for (const celery of ['5.2.6', '5.6.3']) {
  describe('brokers/workersDecode', () => {
    const cli = captured<{ command: string; stdout: Record<string, unknown> }>(`celery-${celery}-inspect-cli`);
    const saying = (command: string): unknown => cli.find((entry) => entry.command === command)?.stdout['w1@host'];

    it(`captured workers of Celery ${celery} answer as \`celery inspect\` shows it`, () => {
      const replies = captured<{ data: string }>(`celery-${celery}-replies`).map(({ data }) =>
        decodeReply(Buffer.from(data)),
      );
      assert.equal(replies.length, 10);
      for (const [index, { command, stdout }] of cli.entries()) {
        assert.deepEqual(replies[index]?.answer, { worker: 'w1@host', value: stdout['w1@host'] }, command);
      }
      assert.equal(new Set(replies.map((reply) => reply?.ticket)).size, 10);
    });

    it(`captured workers of Celery ${celery} report running, fetched and waiting tasks`, () => {
      const [active, ...noMore] = reportedTasks('active', 'w1@host', saying('active'));
      assert.deepEqual(noMore, []);
      assert.equal(active?.taskId, '00000000-0000-4000-8000-000000000006');
      assert.ok(active.startedAt! > 1_795_432_000 && active.startedAt! < 1_795_433_000);
      assert.deepEqual([active.managerId, active.told, active.eta], [null, true, null]);
      const [reserved] = reportedTasks('reserved', 'w1@host', saying('reserved'));
      assert.deepEqual([reserved?.taskId, reserved?.startedAt], ['00000000-0000-4000-8000-000000000007', null]);
      const scheduled = reportedTasks('scheduled', 'w1@host', saying('scheduled'));
      assert.deepEqual(
        scheduled.map(({ taskId, managerId }) => [taskId.slice(-1), managerId]),
        [
          ['4', null],
          ['5', 42],
        ],
      );
      const [first] = saying('scheduled') as { eta: string }[];
      assert.ok(Math.abs(scheduled[0]!.eta! - Date.parse(first!.eta) / 1000) < 0.001);
    });

    it(`captured workers of Celery ${celery} are heard by their heartbeats`, () => {
      const messages = captured<{ channel: string; data: string }>(`celery-${celery}-worker-events`).map((event) => ({
        channel: event.channel,
        data: Buffer.from(event.data),
      }));
      // w2 went offline while it was listened.
      assert.deepEqual(readHeartbeats(messages, 0, ['']), { workers: new Map([['w1@host', 1]]), doubtful: false });
      assert.deepEqual(readHeartbeats(messages, 1, ['']), { workers: new Map(), doubtful: false });
      assert.deepEqual(readHeartbeats(messages, 0, ['pfx:']), { workers: new Map(), doubtful: true });
      const renamed = messages.map(({ data }) => ({ channel: 'celeryev/worker.heartbeat', data }));
      assert.deepEqual(readHeartbeats(renamed, 0, ['']), { workers: new Map(), doubtful: true });
    });

    it(`captured workers of Celery ${celery} show as one client that takes tasks and two that subscribe`, () => {
      const lines = captured<{ capture: string; line: string }>('redis-client-list')
        .filter(({ capture }) => capture.includes(celery))
        .map(({ line }) => line);
      assert.equal(lines.length, 10);
      const list = (...more: string[]): string => [...lines, ...more].join('\n');
      const ours = 'id=1 name=celery-task-diagnostics idle=0 flags=N db=0 psub=0 cmd=get';
      assert.deepEqual(possibleWorkers(list(ours), 0, 30), { takers: 1, stale: 0, subscribers: 2 });
      assert.deepEqual(possibleWorkers(list(ours), 1, 30), { takers: 0, stale: 0, subscribers: 0 });
      assert.equal(possibleWorkers(list(), 0, 30), null, 'a list without ourselves is a part of the clients');
    });
  });
}

describe('brokers/workersDecode', () => {
  const us = 'id=9 addr=1.2.3.4:5 name= idle=0 flags=N db=0 psub=0 cmd=client|list';
  const count = (...lines: string[]): unknown => possibleWorkers([us, ...lines, ''].join('\n'), 0, 30);

  it('CLIENT LIST knows ourselves by what we are doing, on old servers too', () => {
    assert.deepEqual(count(), { takers: 0, stale: 0, subscribers: 0 });
    assert.notEqual(possibleWorkers(us.replace('client|list', 'client'), 0, 30), null);
    assert.equal(possibleWorkers('', 0, 30), null);
    assert.equal(possibleWorkers('not a client list', 0, 30), null);
  });

  it('CLIENT LIST leaves our other connections out, also those that listen', () => {
    const listener = 'name=celery-task-diagnostics idle=0 flags=P db=0 psub=1 cmd=psubscribe';
    assert.deepEqual(count(listener), { takers: 0, stale: 0, subscribers: 0 });
  });

  it('CLIENT LIST calls stale who has not asked for long and is not waiting now', () => {
    const taker = (flags: string, idle: number): string => `name= idle=${idle} flags=${flags} db=0 psub=0 cmd=brpop`;
    assert.deepEqual(count(taker('N', 31)), { takers: 1, stale: 1, subscribers: 0 });
    assert.deepEqual(count(taker('N', 30)), { takers: 1, stale: 0, subscribers: 0 });
    assert.deepEqual(count(taker('b', 300)), { takers: 1, stale: 0, subscribers: 0 }, 'a long polling_interval');
  });
});

describe('brokers/workersDecode', () => {
  const REPLY_LIST = '01234567-89ab-cdef-0123-456789abcdef.reply.celery.pidbox';
  const methods = [...HARMLESS_QUESTIONS, ...SETTINGS_QUESTIONS, ...HOLDING_QUESTIONS] as const;

  it('what is asked only reads', () => {
    assert.deepEqual([...methods].sort(), [
      'active',
      'active_queues',
      'ping',
      'registered',
      'reserved',
      'revoked',
      'scheduled',
      'stats',
    ]);
  });

  it('what is asked goes without a reply binding, and only `active` gives arguments as text', () => {
    for (const method of methods) {
      const text = questionText({ method, ticket: 't', destination: ['w@h'], replyList: REPLY_LIST, deliveryTag: 'd' });
      const { body, headers } = decodeEnvelope(Buffer.from(text))!;
      assert.deepEqual(headers, { clock: 1 });
      assert.deepEqual(body, {
        method,
        arguments:
          method === 'active' ? { safe: true } : method === 'registered' ? { taskinfoitems: ['serializer'] } : {},
        destination: ['w@h'],
        pattern: null,
        matcher: null,
        ticket: 't',
        reply_to: { exchange: '', routing_key: REPLY_LIST },
      });
    }
  });

  it('what is asked goes to the channel of the database and the prefix', () => {
    assert.equal(questionChannel('', 0), '/0.celery.pidbox');
    assert.equal(questionChannel('pfx:', 3), 'pfx:/3.celery.pidbox');
  });
});

describe('brokers/workersDecode', () => {
  const envelope = (body: unknown, headers: unknown = { ticket: 't' }): Buffer =>
    Buffer.from(
      JSON.stringify({
        body: typeof body === 'string' ? body : Buffer.from(JSON.stringify(body)).toString('base64'),
        'content-type': 'application/json',
        headers,
        properties: { body_encoding: 'base64' },
      }),
    );

  it('answers that are not as they should be are no answers, or counted and not read', () => {
    for (const data of ['', 'guard', '{', 'null', '[]', '{"body": 1}', '{"body": "", "headers": {}}'])
      assert.equal(decodeReply(Buffer.from(data)), null, data);
    assert.equal(decodeReply(envelope({ w: [] }, null)), null);
    assert.equal(decodeReply(envelope({ w: [] }, { ticket: 5 })), null);
    for (const body of ['%%%', 'AAAA', [], null, 5, {}])
      assert.deepEqual(decodeReply(envelope(body)), { ticket: 't', answer: null }, JSON.stringify(body));
  });

  it('an error is no list of tasks', () => {
    const reply = decodeReply(envelope({ 'w@h': { error: "KeyError('x')" } }));
    assert.deepEqual(reply?.answer, { worker: 'w@h', value: null });
    assert.deepEqual(reportedTasks('active', 'w@h', null), []);
  });

  it('answers that are not as they should be give every task, and say which row cannot be told', () => {
    const value = [null, 5, {}, { id: 7 }, { id: 'a', kwargs: {} }, { id: 'b', kwargs: "{'task_manager_id': 12}" }];
    const cut = { id: 'c', kwargs: "{'long': 'xxxx...", time_start: 'now' };
    const odd = { id: 'd', kwargs: { task_manager_id: 'x' } };
    assert.deepEqual(
      reportedTasks('active', 'w', [...value, cut, odd]).map(({ taskId, managerId, told }) => [
        taskId,
        managerId,
        told,
      ]),
      [
        // Taken for nothing, they would make the worker's other tasks look like all that it has.
        ...Array.from({ length: 4 }, () => ['', null, false]),
        ['a', null, true],
        ['b', 12, true],
        ['c', null, false],
        ['d', null, false],
      ],
    );
    assert.deepEqual(
      reportedTasks('scheduled', 'w', [{ eta: 'soon', request: { id: 'e', kwargs: {} } }])[0]?.eta,
      null,
    );
  });
});

describe('brokers/workersDecode', () => {
  it('whether workers may be asked what they hold by the serializers of their tasks', () => {
    assert.deepEqual(registeredTask('a.b [serializer=json]'), { name: 'a.b', serializer: 'json' });
    assert.deepEqual(registeredTask('a.b'), { name: 'a.b', serializer: null });
    assert.deepEqual(registeredTask('a.b [rate_limit=10/m]'), { name: 'a.b', serializer: null });
    assert.ok(allTasksAreJson(['a [serializer=json]', 'b [serializer=application/json]']));
    assert.ok(allTasksAreJson([]));
    for (const registered of [['a [serializer=json]', 'b [serializer=pickle]'], ['a'], [null], null, 'json', undefined])
      assert.ok(!allTasksAreJson(registered), JSON.stringify(registered));
  });

  const reader = (...replies: RedisReply[]): RedisReader => ({
    address: 'test',
    commands: 0,
    call: () => Promise.reject(new Error('not used')),
    pipeline: () => Promise.resolve([replies.shift() ?? new Error('no more')]),
  });
  const page = (cursor: string, ...values: string[]): RedisReply => [
    Buffer.from(cursor),
    values.flatMap((value, index) => [Buffer.from(String(index)), Buffer.from(value)]),
  ];
  const message = (type: string): string => JSON.stringify([{ body: '', 'content-type': type }, '', 'celery']);

  it('whether workers may be asked what they hold by every message that they took', async () => {
    const json = message('application/json');
    const pickle = message('application/x-python-serialize');
    assert.ok(await takenMessagesAreJson(reader(page('0')), ['unacked']));
    assert.ok(await takenMessagesAreJson(reader(page('7', json, json), page('0', json)), ['unacked']));
    assert.ok(!(await takenMessagesAreJson(reader(page('7', json), page('0', json, pickle)), ['unacked'])));
    for (const broken of ['', '{', '[]', '[[]]', '5', JSON.stringify([json])])
      assert.ok(!(await takenMessagesAreJson(reader(page('0', broken)), ['unacked'])), broken);
    assert.ok(!(await takenMessagesAreJson(reader(new Error('WRONGTYPE')), ['unacked'])));
    assert.ok(!(await takenMessagesAreJson(reader(page('7', json), new Error('LOADING')), ['unacked'])));
    assert.ok(
      !(await takenMessagesAreJson(reader(page('0', ...Array<string>(20_001).fill(json))), ['unacked'])),
      'too many',
    );
    const large = message(`application/json`).replace('""', `"${'x'.repeat(40 * 1024 * 1024)}"`);
    assert.ok(!(await takenMessagesAreJson(reader(page('0', large, large)), ['unacked'])), 'too large');
  });
});
