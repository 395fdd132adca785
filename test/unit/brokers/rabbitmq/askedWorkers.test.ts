import assert from 'node:assert/strict';
import { rabbitBroker } from '../../../../src/brokers/rabbitmq';
import { AGAIN_STEP, BROKER_STEPS, type BrokerLook, type LookRun } from '../../../../src/brokers/broker';
import { ProgressSteps } from '../../../../src/model/progress';
import { UNMETERED } from '../../../../src/ports/meter';
import { fakeAmqp, type FakeAmqp, type FakeRabbit } from '../../../support/fakeAmqp';
import { row } from '../../../support/facts';
import { inspected } from '../../../support/inspected';
import { apiOf, fakeApi, situation, type FakeApi, type Reply, type Situation } from '../../../support/rabbitApi';

const CLASSIC = '4.0.5-celery-5.5.2-classic';
const ANSWERS = inspected('4.0.5-celery-5.5.2');
/** Captured with five unacknowledged messages, as many as the two workers name. */
const TWO = situation(CLASSIC, 'two-workers');
const HELD = '82138f47-c9f9-4154-a172-4aa3efe92f0d';

type Question = Parameters<NonNullable<FakeRabbit['answer']>>[0];
type Answer = ReturnType<NonNullable<FakeRabbit['answer']>>[number];

interface World {
  readonly state?: Situation;
  /** Of workers whose mailboxes are bound. */
  readonly mailboxes?: readonly string[];
  readonly rabbit?: FakeRabbit;
  /** What the API answers instead. */
  readonly api?: (path: string) => Reply | undefined;
  readonly askWorkers?: boolean;
}

describe('brokers/rabbitmq/askedWorkers', () => {
  let amqp: FakeAmqp;
  let api: FakeApi;
  afterEach(async () => {
    await amqp.close();
    await api.close();
  });

  async function look(world: World = {}): Promise<BrokerLook> {
    const { state = TWO, mailboxes = ['w1@host1', 'w2@host2'], rabbit, askWorkers = true } = world;
    const answers = apiOf('4.0.5', state);
    const bound = mailboxes.map((name) => ({
      source: 'celery.pidbox',
      destination: `${name}.celery.pidbox`,
      destination_type: 'queue',
    }));
    amqp = await fakeAmqp({ answer: ANSWERS, ...rabbit });
    api = await fakeApi(
      (path) => world.api?.(path) ?? (path.startsWith('/bindings') ? { body: bound } : answers(path)),
    );
    const broker = rabbitBroker(
      `amqp://app:se-cr3t-w@127.0.0.1:${String(amqp.port)}/`,
      `http://127.0.0.1:${String(api.port)}`,
    );
    return await broker.look({ askWorkers, maxMessages: 1000, alsoResults: false }, runs());
  }

  const changed = (of: (question: Question, answer: Answer) => Answer | undefined): FakeRabbit => ({
    answer: (question) =>
      ANSWERS(question).flatMap((answer) => {
        const own = of(question, answer);
        return own ? [own] : [];
      }),
  });
  const isOf = (name: string, answer: Answer): boolean => name in answer;

  it('workers that name every taken message settle what is held', async () => {
    const { workers, again } = await look();
    const views = [workers, (await again?.(runs()))?.workers];
    for (const view of views) {
      assert.equal(view?.settled, true, view?.says);
      assert.equal(view.says, 'Both workers answered');
      assert.equal(view.report.detail, 'Both workers answered and named all 5 unacknowledged messages');
      assert.equal(view.report.state, 'ok');
      assert.deepEqual(
        view.workers.map(({ name, seen, active, reserved, scheduled }) => [name, seen, active, reserved, scheduled]),
        [
          ['w1@host1', 'answered', 1, 0, 1],
          ['w2@host2', 'answered', 1, 2, 0],
        ],
      );
      const found = view.find(row({ id: 100, taskId: HELD }));
      assert.deepEqual(
        found.filter(({ match }) => match === 'id').map(({ state, worker }) => [state, worker]),
        [['scheduled', 'w1@host1']],
      );
      assert.deepEqual([...(view.consumedQueues ?? [])].sort(), ['celery', 'emails']);
      assert.ok(view.registered?.has('shop.tasks.noop'));
    }
  });

  it('without leave nobody is asked, and no AMQP connection is made', async () => {
    const { workers } = await look({ askWorkers: false });
    assert.equal(workers.asked, false);
    assert.equal(workers.settled, false);
    assert.deepEqual(amqp.sent, []);
  });

  it('under an alarm nothing is sent, and the reason is said', async () => {
    const state = situation(CLASSIC, 'memory-alarm', 'after');
    const { workers } = await look({ state });
    assert.deepEqual(amqp.sent, []);
    assert.equal(workers.settled, false);
    assert.match(workers.report.detail, /the workers were not asked, because a memory alarm blocks all publishers$/);
  });

  it('where no mailbox is bound, nothing is sent', async () => {
    const { workers } = await look({ state: situation(CLASSIC, 'queued-no-worker'), mailboxes: [] });
    assert.deepEqual(amqp.sent, []);
    assert.deepEqual([workers.none, workers.settled, workers.says], [true, true, 'No worker is connected']);
  });

  it('a worker that does not answer is named, with the right that it may lack', async () => {
    const { workers } = await look({
      rabbit: changed((_q, answer) => (isOf('w2@host2', answer) ? undefined : answer)),
    });
    assert.equal(workers.settled, false);
    assert.match(
      workers.says,
      /^w2@host2 did not answer: it is busy or stopped, or its RabbitMQ user may not write to the exchange amq\.default; the queue celery has 5 unack/,
    );
    assert.deepEqual(
      workers.workers.map(({ name, seen }) => [name, seen]),
      [
        ['w1@host1', 'answered'],
        ['w2@host2', 'connected'],
      ],
    );
  }).timeout(20_000);

  it('a worker that does not answer what it holds settles nothing', async () => {
    const { workers } = await look({
      rabbit: changed(({ method }, answer) => (method === 'reserved' && isOf('w2@host2', answer) ? undefined : answer)),
    });
    assert.equal(workers.settled, false);
    assert.match(workers.says, /w2@host2 answered, but not what it has: its tasks may not be JSON/);
  }).timeout(20_000);

  it('two workers with one name never settle anything', async () => {
    const [mailbox] = TWO.consumers?.filter(({ queue }) => queue === 'w1@host1.celery.pidbox') ?? [];
    assert.ok(mailbox);
    const other = { ...mailbox, connection: '192.0.2.11:1 -> 192.0.2.10:5672', channel: 'another' };
    const { workers } = await look({ state: { ...TWO, consumers: [...(TWO.consumers ?? []), other] } });
    assert.equal(workers.settled, false);
    assert.match(workers.says, /two workers are named w1@host1, so each question reaches only one of them/);
  });

  it('a message that no worker names may be held by somebody else', async () => {
    const totals = TWO.totals.map((queue) =>
      queue.name === 'celery' ? { ...queue, messages_unacknowledged: 6, messages: 6 } : queue,
    );
    const { workers } = await look({ state: { ...TWO, totals } });
    assert.equal(workers.settled, false);
    assert.equal(workers.says, 'the queue celery has 6 unacknowledged messages, and the workers name 5');
  });

  it('a task that runs and acknowledged its message is none of those that the server counts', async () => {
    const early = changed(({ method }, answer) =>
      method === 'active'
        ? (JSON.parse(JSON.stringify(answer).replaceAll('"acknowledged":false', '"acknowledged":true')) as Answer)
        : answer,
    );
    const { workers } = await look({ rabbit: early });
    assert.equal(workers.settled, false);
    await amqp.close();
    await api.close();
    const totals = TWO.totals.map((queue) =>
      queue.name === 'celery' ? { ...queue, messages_unacknowledged: 3, messages: 3 } : queue,
    );
    const fewer = await look({ rabbit: early, state: { ...TWO, totals } });
    assert.equal(fewer.workers.settled, true, fewer.workers.says);
    assert.match(fewer.workers.report.detail, /named all 3 unacknowledged messages$/);
  });

  it('names and numbers that differ because tasks moved are read again', async () => {
    let reads = 0;
    const answers = apiOf('4.0.5', TWO);
    const { workers } = await look({
      api: (path) => {
        if (!path.includes('enable_queue_totals') || ++reads !== 2) return undefined;
        const reply = answers(path);
        return {
          body: JSON.parse(
            JSON.stringify(reply?.body).replaceAll('"messages_unacknowledged":5', '"messages_unacknowledged":4'),
          ) as unknown,
        };
      },
    });
    assert.equal(workers.settled, true, workers.says);
    const active = amqp.sent.filter(({ body = '' }) => body.includes('"active"'));
    assert.equal(active.length, 3, 'the reading that differs is one side of two rounds');
  });

  it('a consumer without a mailbox is a worker that was not asked', async () => {
    const own = { queue: 'emails', connection: '192.0.2.12:1 -> 192.0.2.10:5672', channel: 'c', ack_required: true };
    const { workers } = await look({ state: { ...TWO, consumers: [...(TWO.consumers ?? []), own] } });
    assert.equal(workers.settled, false);
    assert.match(workers.says, /the queue emails has a consumer that did not answer, perhaps a worker without remote/);
  });

  it('a failure to connect is named, and what was counted stays', async () => {
    const { workers, messages } = await look({
      rabbit: { instead: { of: 'tune', code: 403, text: 'ACCESS_REFUSED - Login was refused' } },
    });
    assert.equal(messages.report.state, 'ok');
    assert.equal(workers.settled, false);
    assert.match(workers.report.detail, /2 workers are connected; Wrong user or password for RabbitMQ at/);
    assert.ok(!workers.report.detail.includes('se-cr3t-w'));
  });

  it('numbers of quorum queues settle only what a later reading confirms', async () => {
    const state = situation('4.0.5-celery-5.5.2-quorum', 'two-workers');
    const { workers } = await look({ state });
    assert.equal(workers.settled, false);
    assert.match(workers.says, /numbers of quorum queues are up to five seconds old/);
  });
});

function runs(): LookRun {
  const progress = new ProgressSteps([...BROKER_STEPS, AGAIN_STEP], () => undefined);
  return { signal: new AbortController().signal, meter: UNMETERED, progress };
}
