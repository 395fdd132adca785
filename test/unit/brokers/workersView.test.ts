/** What is concluded from what was seen: a wrong `none` or `settled` would call tasks lost that somebody has. */
import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import type { Mailbox, RedisReader } from '../../../src/ports/redis';
import { joinAnswers, type Answers } from '../../../src/brokers/redis/workers/answers';
import { converse, type Conversation } from '../../../src/brokers/redis/workers/conversation';
import type { Answer } from '../../../src/brokers/workers/answer';
import { decodeEnvelope } from '../../../src/brokers/redis/workers/envelope';
import type { Method } from '../../../src/brokers/workers/questions';
import { readClients } from '../../../src/brokers/redis/workers/clients';
import { withResults } from '../../../src/brokers/recentlySeen';
import { NO_WORKERS } from '../../../src/brokers/noWorkers';
import type { Seen } from '../../../src/brokers/redis/workers/seen';
import { viewWorkers } from '../../../src/brokers/redis/workers/view';
import { result } from '../../support/facts';

const NOBODY = { takers: 0, stale: 0, subscribers: 0 };
const SILENCE = { workers: new Map<string, number | null>(), doubtful: false };
const NOT_ALLOWED = new Problem('permission', 'Redis does not let this user run PUBLISH.');

const FULL = {
  ping: { ok: 'pong' },
  active: [],
  reserved: [],
  scheduled: [],
  active_queues: [],
  registered: [],
  revoked: [],
};

/** What workers answer, by name. */
function answersOf(
  receivers: number,
  workers: Record<string, Record<string, unknown>>,
  more: Partial<Conversation> = {},
): Answers {
  const answers = new Map<Method, Answer[]>();
  for (const [worker, given] of Object.entries(workers))
    for (const [method, value] of Object.entries(given))
      answers.set(method as Method, [...(answers.get(method as Method) ?? []), { worker, value }]);
  return joinAnswers([{ prefix: '', receivers, answers, spared: [], unreadable: 0, ...more }]);
}

const seen = (given: Partial<Seen>): Seen => ({
  clients: NOBODY,
  answers: null,
  askingFailed: null,
  heard: null,
  blocked: null,
  ...given,
});

describe('brokers/workersView', () => {
  const asked = answersOf(0, {});
  const none = (given: Partial<Seen>): boolean => viewWorkers(seen(given)).none;

  it('whether there is no worker is known when no client takes tasks and no worker received the question', () => {
    assert.ok(none({}));
    assert.ok(none({ answers: asked }));
    assert.ok(none({ askingFailed: NOT_ALLOWED }));
  });

  it('whether there is no worker is not known while anything could be a worker', () => {
    assert.ok(!none({ clients: { ...NOBODY, takers: 1 }, answers: asked, heard: SILENCE }));
    assert.ok(!none({ clients: { takers: 1, stale: 1, subscribers: 0 }, answers: asked, heard: SILENCE }));
    assert.ok(!none({ clients: { ...NOBODY, subscribers: 1 } }));
    assert.ok(!none({ clients: { ...NOBODY, subscribers: 1 }, heard: SILENCE }), 'not asked');
    assert.ok(!none({ clients: { ...NOBODY, subscribers: 1 }, answers: asked }), 'not listened');
    assert.ok(!none({ answers: answersOf(1, {}) }));
    assert.ok(!none({ heard: { workers: new Map([['w', 0]]), doubtful: false } }));
    assert.ok(!none({ heard: { ...SILENCE, doubtful: true } }));
  });

  it('a monitor is no worker, once it was asked and listened', () => {
    assert.ok(none({ clients: { ...NOBODY, subscribers: 1 }, answers: asked, heard: SILENCE }));
  });

  it('whether there is no worker without CLIENT LIST only when asking, listening and the blocked clients agree', () => {
    const all = { clients: null, answers: asked, heard: SILENCE, blocked: 0 };
    assert.ok(none(all));
    assert.ok(!none({ ...all, answers: null }));
    assert.ok(!none({ ...all, answers: null, askingFailed: NOT_ALLOWED }));
    assert.ok(!none({ ...all, heard: null }));
    assert.ok(!none({ ...all, blocked: 1 }));
    assert.ok(!none({ ...all, blocked: null }));
  });
});

describe('brokers/workersView', () => {
  const view = (given: Partial<Seen>): [settled: boolean, says: string] => {
    const { settled, says } = viewWorkers(seen(given));
    return [settled, says];
  };
  const clients = { takers: 2, stale: 0, subscribers: 2 };

  it('whether the answers settle it when every receiver told all it has', () => {
    assert.deepEqual(view({ answers: answersOf(1, { a: FULL }) }), [true, 'The only worker answered']);
    assert.deepEqual(view({ clients, answers: answersOf(2, { a: FULL, b: FULL }) }), [true, 'Both workers answered']);
    const three = answersOf(3, { a: FULL, b: FULL, c: FULL });
    assert.deepEqual(view({ clients: null, answers: three }), [true, 'All 3 workers answered']);
  });

  it('whether the answers settle it not when one is silent, in part silent, answers with an error, or shares its name', () => {
    const part = { ...FULL, scheduled: null };
    const gap = [false, '1 of 2 workers did not answer'];
    for (const b of [{}, { ping: FULL.ping }, part, { ...FULL, active: null }])
      assert.deepEqual(view({ clients, answers: answersOf(2, { a: FULL, b }) }), gap, JSON.stringify(b));
    assert.deepEqual(view({ clients, answers: answersOf(2, { a: FULL }) }), gap);
    assert.deepEqual(view({ clients, answers: answersOf(1, {}) })[0], false);
  });

  it('whether the answers settle it not when more take tasks than could be asked, or others are heard', () => {
    const one = answersOf(1, { a: FULL });
    assert.deepEqual(view({ clients, answers: one }), [false, '1 client takes tasks and did not receive the question']);
    const heard = { workers: new Map([['b', 0]]), doubtful: false };
    assert.deepEqual(view({ answers: one, heard }), [false, '1 worker sent heartbeats but no answer']);
    assert.deepEqual(view({ answers: one, heard: { ...heard, workers: new Map([['a', 0]]) } })[0], true);
  });

  it('whether the answers settle it not when a task cannot be told, and not when it was not asked what they hold', () => {
    const cut = { ...FULL, active: [{ id: 'x', kwargs: "{'a': '..." }] };
    assert.deepEqual(view({ answers: answersOf(1, { a: cut }) })[0], false);
    const open = { ping: FULL.ping, active: [], active_queues: [], registered: [], revoked: [] };
    const spared = answersOf(1, { a: open }, { spared: ['a'] });
    assert.match(view({ answers: spared })[1], /^1 worker answered but was not asked what it holds/);
    const unreadable = answersOf(1, {}, { unreadable: 1 });
    assert.deepEqual(
      view({ answers: unreadable })[1],
      '1 worker answered in a form that this check does not read (task_serializer is not json)',
    );
  });

  it('whether the answers settle it never without asking', () => {
    const cases: [Partial<Seen>, string][] = [
      [{ clients }, 'The workers were not asked; 2 clients take tasks'],
      [{ clients: { ...NOBODY, subscribers: 1 } }, 'The workers were not asked; 1 client listens and may be a worker'],
      [{ clients: null }, 'The workers were not asked'],
      [{ clients, askingFailed: NOT_ALLOWED }, 'The workers could not be asked; 2 clients take tasks'],
    ];
    for (const [given, says] of cases) assert.deepEqual(view(given), [false, says]);
    const { none, settled, asked } = NO_WORKERS;
    assert.deepEqual([none, settled, asked], [false, false, false]);
  });
});

describe('brokers/workersView', () => {
  const deaf = (given: Partial<Seen>): number => viewWorkers(seen(given)).deaf;
  const stale = { takers: 2, stale: 2, subscribers: 1 };

  it('deaf workers are those that stopped asking and did not receive the question', () => {
    assert.equal(deaf({ clients: stale, answers: answersOf(0, {}) }), 2);
    assert.equal(deaf({ clients: stale, answers: answersOf(1, { a: FULL }) }), 1);
    assert.equal(deaf({ clients: stale, answers: answersOf(2, {}) }), 0, 'busy ones receive it');
    assert.equal(deaf({ clients: { ...stale, stale: 0 }, answers: answersOf(0, {}) }), 0, 'remote control is off');
  });

  it('deaf workers are not those whose heartbeats report running tasks', () => {
    const heard = { workers: new Map([['a', 3]]), doubtful: false };
    assert.equal(deaf({ clients: stale, answers: answersOf(0, {}), heard }), 1);
  });

  it('deaf workers without asking only where nobody has a mailbox at all', () => {
    assert.equal(deaf({ clients: stale }), 0);
    assert.equal(deaf({ clients: { ...stale, subscribers: 0 } }), 2);
  });
});

describe('brokers/workersView', () => {
  it('what workers serve is only said when all of them said it', () => {
    const a = { ...FULL, active_queues: [{ name: 'q1' }], registered: ['t1 [serializer=json]'], revoked: ['r1'] };
    const b = { ...FULL, active_queues: [{ name: 'q2' }, null, {}], registered: ['t2'], revoked: ['r2', 5] };
    const both = answersOf(2, { a, b });
    assert.deepEqual([...both.consumedQueues!], ['q1', 'q2']);
    assert.deepEqual([...both.registered!], ['t1', 't2']);
    assert.deepEqual([...both.revoked!], ['r1', 'r2']);
    const one = answersOf(2, { a });
    assert.deepEqual([one.consumedQueues, one.registered], [null, null]);
    assert.deepEqual([...one.revoked!], ['r1'], 'one is enough to throw it away');
    const refused = answersOf(1, { a: { ...FULL, active_queues: null, registered: null } });
    assert.deepEqual([refused.consumedQueues, refused.registered], [null, null]);
    assert.deepEqual(answersOf(0, {}).consumedQueues, null);
  });

  it('what workers serve takes the shortest visibility timeout that is stated', () => {
    const stats = (visibility_timeout?: unknown): object => ({
      ...FULL,
      stats: { broker: { transport_options: { visibility_timeout } }, pool: { 'max-concurrency': 4 }, uptime: 9 },
    });
    assert.equal(answersOf(1, { a: FULL }).visibilityTimeout, null);
    const workers = { a: stats(7200) as never, b: stats() as never, c: stats(60) as never, d: stats('1') as never };
    const answers = answersOf(4, workers);
    assert.equal(answers.visibilityTimeout, 60);
    assert.deepEqual([answers.workers[0]?.concurrency, answers.workers[0]?.uptimeSeconds], [4, 9]);
  });
});

describe('brokers/workersView', () => {
  interface Asked {
    readonly method: string;
    ticket: string;
    readonly destination: string[] | null;
  }

  /** A mailbox whose one worker answers as `answer` says. */
  function mailboxWith(
    receivers: number,
    answer: (asked: Asked) => Record<string, unknown>[],
  ): Mailbox & { log: string[] } {
    const replies: Buffer[] = [];
    const log: string[] = [];
    return {
      log,
      publish: (channel, text) => {
        const asked = decodeEnvelope(Buffer.from(text))!.body as Asked;
        log.push(`${channel} ${asked.method} ${asked.destination?.join() ?? '*'}`);
        for (const body of answer(asked)) {
          const json = Buffer.from(JSON.stringify(body)).toString('base64');
          const properties = { body_encoding: 'base64' };
          const headers = { ticket: asked.ticket };
          replies.push(
            Buffer.from(JSON.stringify({ body: json, 'content-type': 'application/json', headers, properties })),
          );
        }
        return Promise.resolve(receivers);
      },
      openReplyList: (key, seconds) => Promise.resolve(void log.push(`open ${key.slice(0, 4)} ${seconds}`)),
      nextReply: async (_key, seconds) =>
        replies.shift() ?? (await new Promise((resolve) => setTimeout(resolve, seconds * 1000, null))),
      removeReplyList: () => Promise.resolve(void log.push('remove')),
      listen: () => Promise.resolve([]),
    };
  }
  const redis = (...values: string[]): RedisReader => ({
    address: 'test',
    commands: 0,
    call: () => Promise.reject(new Error('not used')),
    pipeline: () =>
      Promise.resolve([[Buffer.from('0'), values.flatMap((value) => [Buffer.from('f'), Buffer.from(value)])]]),
  });
  const signal = new AbortController().signal;
  const values: Record<string, unknown> = { ...FULL, registered: ['t [serializer=json]'], stats: {} };
  const ask = (mailbox: Mailbox, reader = redis()): Promise<Conversation> =>
    converse(reader, mailbox, { prefix: 'p', db: 2 }, 0.05, signal);

  it('asking goes in two steps and removes its list when all have answered', async () => {
    const mailbox = mailboxWith(1, ({ method }) => [{ w: values[method] }]);
    const { receivers, answers } = await ask(mailbox);
    assert.deepEqual([receivers, answers.size], [1, 8]);
    assert.match(mailbox.log.shift()!, /^open p[0-9a-f]{3} 3600$/);
    assert.deepEqual(mailbox.log, [
      ...['ping *', 'active *', 'registered *', 'revoked *'].map((asked) => `p/2.celery.pidbox ${asked}`),
      ...['active_queues w', 'stats w', 'reserved w', 'scheduled w'].map((asked) => `p/2.celery.pidbox ${asked}`),
      'remove',
    ]);
  });

  it('asking ends after ping when nobody received it', async () => {
    const mailbox = mailboxWith(0, () => []);
    assert.equal((await ask(mailbox)).receivers, 0);
    assert.equal(mailbox.log.length, 3);
    assert.equal(mailbox.log.at(-1), 'remove');
  });

  it('asking leaves the list to its expiry when somebody may still answer', async () => {
    const mailbox = mailboxWith(2, ({ method }) => [{ w: values[method] }]);
    const conversation = await ask(mailbox);
    assert.equal(conversation.receivers, 2);
    assert.ok(!mailbox.log.includes('remove'));
    assert.ok(mailbox.log.includes('p/2.celery.pidbox scheduled w'), 'the one that answers is asked on');
  });

  it('asking does not ask what they hold where tasks or messages are not JSON, or nothing is known of them', async () => {
    const holding = (log: string[]): string[] => log.filter((line) => /reserved|scheduled/.test(line));
    const pickle: Record<string, unknown> = { ...values, registered: ['t [serializer=pickle]'] };
    const mixed = mailboxWith(2, ({ method, destination }) =>
      (destination ?? ['w', 'x']).map((name) => ({ [name]: (name === 'x' ? pickle : values)[method] })),
    );
    const conversation = await ask(mixed);
    assert.deepEqual(conversation.spared, ['x']);
    assert.deepEqual(holding(mixed.log), ['p/2.celery.pidbox reserved w', 'p/2.celery.pidbox scheduled w']);

    const taken = mailboxWith(1, ({ method }) => [{ w: values[method] }]);
    const { spared } = await ask(taken, redis(JSON.stringify([{ 'content-type': 'application/x-yaml' }, '', ''])));
    assert.deepEqual([spared, holding(taken.log)], [['w'], []]);

    const silent = mailboxWith(1, ({ method }) => (method === 'registered' ? [] : [{ w: values[method] }]));
    await ask(silent);
    assert.deepEqual(holding(silent.log), []);
  });

  it('asking puts what could harm a worker to one first, and no further when it falls silent', async () => {
    const names = ['a', 'b', 'c'];
    const answering = (falls: string) => (asked: Asked) =>
      (asked.destination ?? names)
        .filter((name) => asked.method !== 'stats' || name !== falls)
        .map((name) => ({ [name]: values[asked.method] }));
    const well = mailboxWith(3, answering('nobody'));
    await ask(well);
    const stats = (log: string[]): string[] => log.filter((line) => line.includes(' stats '));
    assert.deepEqual(stats(well.log), ['p/2.celery.pidbox stats a', 'p/2.celery.pidbox stats b,c']);
    const stopped = mailboxWith(3, answering('a'));
    await ask(stopped);
    assert.deepEqual(stats(stopped.log), ['p/2.celery.pidbox stats a']);
  });

  it('asking does not take answers to other questions', async () => {
    const mailbox = mailboxWith(1, (asked) => {
      asked.ticket = 'another';
      return [{ w: values[asked.method] }];
    });
    assert.deepEqual((await ask(mailbox)).answers.size, 0);
  });

  it('asking stops when it is cancelled', async () => {
    const controller = new AbortController();
    const mailbox = mailboxWith(1, () => []);
    setTimeout(() => {
      controller.abort();
    }, 30);
    await assert.rejects(
      converse(redis(), mailbox, { prefix: '', db: 0 }, 60, controller.signal),
      (error: Problem) => error.kind === 'cancelled',
    );
    assert.ok(!mailbox.log.includes('remove'));
  });
});

describe('brokers/workersView', () => {
  const none = { lastDelivery: null, mailboxes: 0, replies: 0 };
  const sign = (given: Partial<Seen>, marks = {}) => viewWorkers(seen(given), { ...none, ...marks }).recentlySeen;

  it('the latest sign of a worker is a heartbeat or an answer, else the newest delivery, else what has no time', () => {
    assert.equal(sign({}), null);
    assert.deepEqual(sign({}, { replies: 1 }), { at: null, by: 'reply' });
    assert.deepEqual(sign({}, { mailboxes: 1, replies: 1 }), { at: null, by: 'mailbox' });
    assert.deepEqual(sign({}, { lastDelivery: 5, mailboxes: 1 }), { at: 5, by: 'delivery' });
    const heard = { workers: new Map([['w', 0]]), doubtful: false };
    assert.deepEqual(sign({ heard }, { lastDelivery: 5 }), { at: null, by: 'heartbeat' });
    assert.deepEqual(sign({ answers: answersOf(1, {}) }), { at: null, by: 'heartbeat' });
  });

  it('the latest sign of a worker is a result where that is later', () => {
    const view = viewWorkers(seen({}), { ...none, lastDelivery: 5 });
    const by = (doneAt: number | null, byWorker = true) =>
      withResults(view, [result('SUCCESS', { doneAt, byWorker }), result('SENT', { doneAt: null })]).recentlySeen;
    assert.deepEqual(by(9), { at: 9, by: 'result' });
    for (const earlier of [by(4), by(null), by(9, false)]) assert.deepEqual(earlier, { at: 5, by: 'delivery' });
  });
});

describe('brokers/workersView', () => {
  const line = (id: number, more = 'cmd=get flags=N') => `id=${String(id)} name= idle=0 db=0 psub=0 ${more}`;
  const ours = line(1, 'cmd=client|list flags=N');
  const read = (lines: readonly string[], info: string | null) =>
    readClients(
      {
        address: 'x',
        commands: 0,
        call: () => Promise.reject(new Error('not used')),
        pipeline: () =>
          Promise.resolve([Buffer.from(lines.join('\n')), info === null ? new Error('NOPERM') : Buffer.from(info)]),
      },
      0,
      30,
    );

  it('a list of clients that is a part of them says nothing of workers: fewer than INFO counts, or nobody but us where it does not count', async () => {
    assert.equal(await read([ours], 'connected_clients:3\r\nblocked_clients:0\r\n'), null);
    assert.equal(await read([ours, line(2)], 'connected_clients:2\r\nblocked_clients:1\r\n'), null);
    assert.equal(await read([ours], null), null);
    assert.equal(await read([ours], ''), null);
  });

  it('a list of clients that is a part of them is a whole one where the numbers agree', async () => {
    const nobody = { takers: 0, stale: 0, subscribers: 0 };
    assert.deepEqual(await read([ours], 'connected_clients:1\r\nblocked_clients:0\r\n'), nobody);
    assert.deepEqual(await read([ours, line(2)], null), nobody);
    const waits = line(3, 'cmd=brpop flags=b');
    assert.equal((await read([ours, waits], 'connected_clients:2\r\nblocked_clients:1\r\n'))?.takers, 1);
  });
});
