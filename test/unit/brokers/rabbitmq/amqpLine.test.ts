import assert from 'node:assert/strict';
import { AmqpLine } from '../../../../src/brokers/rabbitmq/amqp/line';
import { Conversation } from '../../../../src/brokers/rabbitmq/amqp/conversation';
import type { AmqpServer } from '../../../../src/brokers/rabbitmq/amqpUrl';
import type { ProblemKind } from '../../../../src/base/problem';
import { UNMETERED } from '../../../../src/ports/meter';
import { makeCertificates, pemOf, type Certificates } from '../../../support/certificates';
import { fakeAmqp, type FakeAmqp, type FakeRabbit, type Sent } from '../../../support/fakeAmqp';
import { inspected } from '../../../support/inspected';
import { problemOf } from '../../../support/problems';
import { apiOf, fakeApi, situation } from '../../../support/rabbitApi';

const SIGNAL = new AbortController().signal;

function serverAt(port: number, more: Partial<AmqpServer> = {}): AmqpServer {
  return { host: '127.0.0.1', port, user: 'app', password: 'a p@ss', vhost: 'shop', ...more };
}

describe('brokers/rabbitmq/amqpLine', () => {
  let fake: FakeAmqp | undefined;
  const close = async (): Promise<void> => {
    await fake?.close();
  };
  afterEach(close);

  async function line(rabbit: FakeRabbit = {}, more: Partial<AmqpServer> = {}): Promise<AmqpLine> {
    fake = await fakeAmqp(rabbit);
    return await AmqpLine.open(serverAt(fake.port, more), SIGNAL, UNMETERED);
  }

  it('nothing is sent but what is allowed', async () => {
    const open = await line({ queues: { celery: [3, 1] }, answer: inspected('3.10.8-celery-5.2.6') });
    const conversation = new Conversation(open, 2);
    await conversation.open();
    await conversation.first();
    await conversation.again();
    assert.deepEqual(await open.declared('celery'), { ready: 3, consumers: 1 });
    assert.equal(await open.declared('gone'), 'missing');
    assert.equal(await open.hasMailboxes(), true);
    await open.close();
    const sent = fake?.sent ?? [];
    assert.deepEqual(
      sent.filter((each) => !isAllowed(each)),
      [],
    );
    const published = sent.filter(({ method }) => method === 'basic.publish');
    assert.equal(published.filter(({ exchange }) => exchange === '').length, 1, 'one message that comes back');
    assert.equal(published.length, 1 + 8 + 3);
    assert.match(published[0]?.routingKey ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(published[0]?.body, '');
    const questions = published.slice(1).map(({ body = '' }) => JSON.parse(body) as { method: string });
    assert.deepEqual(new Set(questions.map(({ method }) => method)), HARMLESS);
    assert.equal(sent.at(-1)?.method, 'connection.close');
  });

  it('offers nothing else', () => {
    const names = Object.getOwnPropertyNames(AmqpLine.prototype).sort();
    const offered = ['ask', 'close', 'constructor', 'declared', 'greeting', 'hasMailboxes', 'next', 'openReplies'];
    assert.deepEqual(names, offered);
  });

  it('a queue that expires when it is not used is never declared', async () => {
    const open = await line();
    for (const queue of ['w1@host.celery.pidbox', 'a.reply.celery.pidbox', 'celeryev.1', 'amq.gen-x', 'aliveness-test'])
      await problemOf(() => open.declared(queue), 'invalid');
    await open.close();
    assert.deepEqual(
      fake?.sent.filter(({ method }) => method === 'queue.declare'),
      [],
    );
  });

  it('a queue that is missing or that is another connection\u2019s own closes its channel and nothing else', async () => {
    const open = await line({ queues: { celery: [1, 0] }, exclusive: ['own'] });
    assert.equal(await open.declared('nope'), 'missing');
    assert.equal(await open.declared('own'), 'exclusive');
    assert.deepEqual(await open.declared('celery'), { ready: 1, consumers: 0 });
    assert.deepEqual(await open.declared('celery'), { ready: 1, consumers: 0 });
    await open.close();
    assert.equal(
      fake?.sent.filter(({ method }) => method === 'channel.open').length,
      3,
      'one for each that was closed',
    );
  });

  it('under an alarm no question is sent, and the reason is said', async () => {
    const open = await line({ alarm: 'low on memory' });
    const { message } = await problemOf(() => new Conversation(open, 1).open(), 'unreachable');
    assert.match(message, /accepts no messages now \(low on memory\), so the workers could not be asked\.$/);
    await open.close();
    assert.deepEqual(
      fake?.sent.filter(({ method }) => method === 'basic.publish').map(({ exchange }) => exchange),
      [''],
    );
  });

  it('a user who may not publish is told the permission that is missing', async () => {
    for (const [refuses, exchange] of [
      ['', 'amq.default'],
      ['celery.pidbox', 'celery.pidbox'],
    ] as const) {
      const open = await line({ refuses });
      const conversation = new Conversation(open, 1);
      const { message } = await problemOf(async () => {
        await conversation.open();
        await conversation.first();
      }, 'permission');
      assert.ok(message.includes(`doesn't let the user app write to the exchange ${exchange}, which asking`), message);
      assert.ok(
        message.includes(`set_permissions -p shop CHECKS_USER '^$' '^(celery\\.pidbox|amq\\.default)$' '^$'.`),
        message,
      );
      await open.close();
      await fake?.close();
    }
  });

  it('each failure to connect is one sentence without the password', async () => {
    const cases: readonly (readonly [FakeRabbit, ProblemKind, RegExp])[] = [
      [
        {
          instead: {
            of: 'tune',
            code: 403,
            text: 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
          },
        },
        'authentication',
        /^Wrong user or password for RabbitMQ at 127\.0\.0\.1:\d+ \(user app\)\.$/,
      ],
      [
        { instead: { of: 'open-ok', code: 530, text: 'NOT_ALLOWED - vhost shop not found' } },
        'database-missing',
        /has no virtual host shop, or doesn't let the user app use it\. Check the end of the broker's URL/,
      ],
      [
        { speaks: 'HTTP/1.1 400 Bad Request\r\n\r\n' },
        'invalid',
        /doesn't answer in AMQP\. Its port for AMQP is mostly 5672/,
      ],
      [{ speaks: '' }, 'connection-lost', /closed the connection.*whether it requires TLS \(amqps:\/\/\)\.$/],
    ];
    for (const [rabbit, kind, says] of cases) {
      const { message } = await problemOf(() => line(rabbit), kind);
      assert.match(message, says);
      assert.ok(!message.includes('p@ss'), message);
      await fake?.close();
    }
    const { message } = await problemOf(() => AmqpLine.open(serverAt(1), SIGNAL, UNMETERED), 'refused');
    assert.equal(message, 'Connection refused at 127.0.0.1:1. Check the port, and that RabbitMQ is running.');
  });

  it('the port of the management API is told from that of AMQP', async () => {
    const api = await fakeApi(apiOf('3.10.8', situation('3.10.8-celery-5.2.6-classic', 'two-workers')));
    try {
      const { message } = await problemOf(() => AmqpLine.open(serverAt(api.port), SIGNAL, UNMETERED), 'invalid');
      assert.match(message, /doesn't answer in AMQP/);
    } finally {
      await api.close();
    }
  });

  it('a cancel ends a connection that is being made', async () => {
    fake = await fakeAmqp({ silent: true });
    const cancel = new AbortController();
    const opening = AmqpLine.open(serverAt(fake.port), cancel.signal, UNMETERED);
    while (fake.open() === 0) await new Promise((resolve) => setImmediate(resolve));
    cancel.abort();
    await problemOf(() => opening, 'cancelled');
    while (fake.open() > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  describe('over TLS', () => {
    let certificates: Certificates;
    before(() => {
      certificates = makeCertificates();
    });

    it('a certificate is checked as the URL says, whatever the environment says', async () => {
      const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
      try {
        const { server, wrongName, expired, ca } = certificates;
        const own = { verify: true, caFile: ca };
        for (const [pair, tls, says] of [
          [server, { verify: true }, /doesn't trust the TLS certificate.*\?ssl_ca_certs=/],
          [wrongName, own, /is for another host.*don't check the name/],
          [expired, own, /has expired/],
        ] as const) {
          const { message } = await problemOf(() => line({ tls: pemOf(pair) }, { tls }), 'tls');
          assert.match(message, says);
          assert.deepEqual(fake?.sent, [], 'no password was sent');
          await close();
        }
        for (const tls of [own, { verify: false }]) {
          await (await line({ tls: pemOf(server) }, { tls })).close();
          await close();
        }
      } finally {
        if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
        else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
      }
    });

    it('TLS to a plain port is one sentence', async () => {
      fake = await fakeAmqp({ speaks: 'AMQP\0\0\u0009\u0001' });
      const { port } = fake;
      const { message } = await problemOf(
        () => AmqpLine.open(serverAt(port, { tls: { verify: true } }), SIGNAL, UNMETERED),
        'tls',
      );
      assert.match(
        message,
        /doesn't answer in TLS\. Check the port, and whether the broker's URL should begin with amqp:/,
      );
    });
  });
});

const HARMLESS = new Set([
  'ping',
  'active',
  'reserved',
  'scheduled',
  'active_queues',
  'registered',
  'stats',
  'revoked',
]);
const PLAIN = ['connection.start-ok', 'connection.tune-ok', 'connection.open', 'connection.close', 'channel.open'];

function isAllowed({ method, queue, exchange, passive, noAck, mandatory, body = '' }: Sent): boolean {
  if (PLAIN.includes(method) || method === 'channel.close-ok') return true;
  if (method === 'basic.consume') return queue === 'amq.rabbitmq.reply-to' && noAck === true;
  if (method === 'queue.declare' || method === 'exchange.declare') return passive === true;
  if (method !== 'basic.publish') return false;
  if (exchange === '') return mandatory === true && body === '';
  return exchange === 'celery.pidbox' && HARMLESS.has((JSON.parse(body) as { method: string }).method);
}
