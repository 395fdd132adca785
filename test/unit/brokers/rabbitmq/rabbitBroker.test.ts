import assert from 'node:assert/strict';
import { rabbitBroker } from '../../../../src/brokers/rabbitmq';
import { AGAIN_STEP, BROKER_STEPS, type BrokerLook, type LookRun } from '../../../../src/brokers/broker';
import { ProgressSteps, type ProgressEvent } from '../../../../src/model/progress';
import { UNMETERED } from '../../../../src/ports/meter';
import { problemOf } from '../../../support/problems';
import { apiOf, fakeApi, situation, type FakeApi } from '../../../support/rabbitApi';

const CLASSIC = '4.0.5-celery-5.5.2-classic';
const QUESTIONS = { askWorkers: false, maxMessages: 1000, alsoResults: false };
const NOT_HERE = { error: 'Object Not Found', reason: 'Not Found' };

interface Runs extends LookRun {
  readonly events: ProgressEvent[];
}

function runs(signal = new AbortController().signal): Runs {
  const events: ProgressEvent[] = [];
  const progress = new ProgressSteps([...BROKER_STEPS, AGAIN_STEP], (event) => events.push(event));
  return { signal, meter: UNMETERED, progress, events };
}

describe('brokers/rabbitmq/rabbitBroker', () => {
  let server: FakeApi;
  let answers: Parameters<typeof fakeApi>[0];
  let down = false;

  beforeEach(async () => {
    down = false;
    answers = apiOf('4.0.5', situation(CLASSIC, 'two-workers'));
    server = await fakeApi((...asked) => (down ? 'nothing' : answers(...asked)));
  });
  afterEach(() => server.close());

  const broker = (url = 'amqp://app:se-cr3t-w@127.0.0.1:5672/'): ReturnType<typeof rabbitBroker> =>
    rabbitBroker(url, `http://127.0.0.1:${String(server.port)}`);
  const look = (run: LookRun = runs()): Promise<BrokerLook> => broker().look(QUESTIONS, run);

  it('one look counts, and bounds something only with a second one', async () => {
    const run = runs();
    const { messages, workers, server: facts, again, reports } = await look(run);
    assert.equal(messages.report.state, 'ok');
    assert.match(
      messages.report.detail,
      /^RabbitMQ 4\.0\.5 at 127\.0\.0\.1:5672\/: 2 queues with 0 messages and 5 unack/,
    );
    assert.equal(messages.bounds, undefined);
    assert.equal(workers.workers.length, 2);
    assert.deepEqual(reports, []);
    assert.deepEqual(facts.broker, {
      kind: 'rabbitmq',
      readBy: 'management',
      product: 'RabbitMQ',
      version: '4.0.5',
      address: '127.0.0.1:5672/',
      management: `http://127.0.0.1:${String(server.port)}`,
      user: 'app',
      blocked: [],
    });
    const second = await again?.(run);
    assert.deepEqual(second?.messages.bounds, { somewhereAtMost: 5, waitingAtMost: 0, heldAtMost: 5 });
    assert.deepEqual([...new Set(run.events.map(({ step }) => step))], [1, 2, 3]);
  });

  it('everything that is asked is a GET', async () => {
    await (await look()).again?.(runs());
    assert.ok(server.asked.length > 10);
    assert.deepEqual(
      server.asked.filter((asked) => !asked.startsWith('GET /api/')),
      [],
    );
  });

  it('a server that is gone before the second look bounds nothing, and is named', async () => {
    const { again } = await look();
    const { port } = server;
    await server.close();
    const second = await again?.(runs());
    assert.equal(second?.messages.bounds, undefined);
    assert.equal(second?.messages.report.state, 'partial');
    assert.match(second.messages.report.detail, new RegExp(`Connection refused at http://127.0.0.1:${String(port)}`));
    server = await fakeApi(() => undefined);
  });

  it('a server that cannot be read is a report without a password, and nothing follows from it', async () => {
    const failures: [Parameters<typeof fakeApi>[0], RegExp][] = [
      [() => ({ status: 401, body: { error: 'not_authorized', reason: 'Login failed' } }), /Wrong user or password/],
      [() => ({ body: '<html>', headers: { 'content-type': 'text/html' } }), /an HTML page/],
      [
        (path) =>
          path.startsWith('/queues')
            ? { status: 401, body: { reason: 'User not authorised to access virtual host' } }
            : apiOf('4.0.5', situation(CLASSIC, 'two-workers'))(path),
        /set_permissions -p \/ app/,
      ],
    ];
    for (const [answer, says] of failures) {
      answers = answer;
      const run = runs();
      const { messages, workers, again } = await look(run);
      assert.equal(messages.report.state, 'unavailable');
      assert.match(messages.report.detail, says);
      assert.doesNotMatch(JSON.stringify(messages), /se-cr3t-w/);
      assert.deepEqual(
        [messages.contents, messages.found, workers.none, workers.settled],
        ['part', false, false, false],
      );
      assert.equal(again, undefined);
      assert.deepEqual(
        run.events.map(({ step }) => step),
        [1, 2],
      );
    }
  });

  it('a virtual host that is not there is named with those that the user sees', async () => {
    const usual = apiOf('4.0.5', situation(CLASSIC, 'two-workers'));
    answers = (path) => {
      if (path.startsWith('/vhosts')) return { body: [{ name: '/' }, { name: 'shop' }] };
      return /^\/(queues|exchanges|bindings)/.test(path) ? { status: 404, body: NOT_HERE } : usual(path);
    };
    const { messages } = await broker('amqp://app:x@127.0.0.1/shpo').look(QUESTIONS, runs());
    assert.match(messages.report.detail, /has no virtual host shpo\..* This user sees: \/, shop$/);
  });

  it('a check that is cancelled ends in the look, in the second one, and while it waits', async () => {
    const cancelledAt = async (when: RegExp): Promise<void> => {
      const controller = new AbortController();
      const run = runs(controller.signal);
      const usual = answers;
      answers = (path, ...rest) => {
        if (when.test(path)) controller.abort();
        return usual(path, ...rest);
      };
      await assert.rejects(look(run), { kind: 'cancelled' });
      answers = usual;
    };
    await cancelledAt(/^\/whoami/);
    await cancelledAt(/^\/bindings/);
    const { again } = await look();
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(again?.(runs(controller.signal)) ?? Promise.resolve(), { kind: 'cancelled' });
    answers = apiOf('4.0.5', situation('4.0.5-celery-5.5.2-quorum', 'two-workers'));
    const quorum = await look();
    const waiting = new AbortController();
    const run = runs(waiting.signal);
    const progress = new ProgressSteps([AGAIN_STEP], ({ label }) => {
      if (label.startsWith('Waiting for the numbers of quorum queues')) waiting.abort();
    });
    const before = server.asked.length;
    await assert.rejects(quorum.again?.({ ...run, progress }) ?? Promise.resolve(), { kind: 'cancelled' });
    assert.equal(server.asked.length, before, 'it asked nothing before the time had come');
  });

  it('a ping asks for the queues of the virtual host', async () => {
    await broker().ping(new AbortController().signal);
    answers = () => ({ status: 401, body: { reason: 'Not management user' } });
    const { message } = await problemOf(() => broker().ping(new AbortController().signal), 'permission');
    assert.match(message, /set_user_tags app monitoring/);
  });

  it('its name has the address and no password', () => {
    assert.equal(broker().name, 'RabbitMQ at 127.0.0.1:5672/');
    assert.equal(rabbitBroker('amqp://a:b@one/x;amqp://a:b@two/x').name, 'RabbitMQ at one:5672/x or two:5672/x');
  });
});
