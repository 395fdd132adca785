import assert from 'node:assert/strict';
import { rabbitBroker } from '../../../../src/brokers/rabbitmq';
import { AGAIN_STEP, BROKER_STEPS, type BrokerLook, type LookRun } from '../../../../src/brokers/broker';
import { ProgressSteps } from '../../../../src/model/progress';
import { UNMETERED } from '../../../../src/ports/meter';
import { fakeAmqp, type FakeAmqp, type FakeRabbit } from '../../../support/fakeAmqp';
import { inspected } from '../../../support/inspected';
import { apiOf, fakeApi, situation, type FakeApi, type Reply } from '../../../support/rabbitApi';

const CLASSIC = '4.0.5-celery-5.5.2-classic';

function runs(): LookRun {
  const progress = new ProgressSteps([...BROKER_STEPS, AGAIN_STEP], () => undefined);
  return { signal: new AbortController().signal, meter: UNMETERED, progress };
}

describe('brokers/rabbitmq/amqpLook', () => {
  let open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const server of open) await server.close();
    open = [];
  });

  async function rabbit(behaves: FakeRabbit): Promise<FakeAmqp> {
    const fake = await fakeAmqp(behaves);
    open.push(fake);
    return fake;
  }

  async function api(answer: (path: string) => Reply | undefined): Promise<FakeApi> {
    const fake = await fakeApi(answer);
    open.push(fake);
    return fake;
  }

  const url = (port: number, vhost = ''): string => `amqp://app:se-cr3t-w@127.0.0.1:${String(port)}/${vhost}`;
  const look = async (
    of: string,
    {
      management = 'http://127.0.0.1:1',
      askWorkers = false,
    }: { management?: string | null; askWorkers?: boolean } = {},
  ): Promise<BrokerLook> =>
    await rabbitBroker(of, management ?? undefined).look({ askWorkers, maxMessages: 1000, alsoResults: false }, runs());

  it('where no API answers, the waiting messages and consumers of the default queue are counted', async () => {
    const fake = await rabbit({ queues: { celery: [37, 0] } });
    const { messages, workers, server, again } = await look(url(fake.port));
    assert.match(
      messages.report.detail,
      /^RabbitMQ 3\.10\.8 at 127\.0\.0\.1:\d+\/, read by AMQP alone: 1 queue with 37 waiting messages; Connection refused at http/,
    );
    assert.equal(messages.report.state, 'partial');
    assert.deepEqual(
      messages.queues.map(({ name, length, readyOnly, consumers }) => [name, length, readyOnly, consumers]),
      [['celery', 37, true, 0]],
    );
    assert.deepEqual([messages.contents, messages.bounds, messages.found], ['counted', undefined, true]);
    assert.deepEqual([workers.asked, workers.none, workers.settled], [false, false, false]);
    assert.deepEqual([server.broker?.readBy, server.broker?.blocked], ['amqp', null]);
    assert.equal(again, undefined);
    const published = fake.sent.filter(({ method }) => method === 'basic.publish');
    assert.deepEqual(published, [], 'nobody may be asked');
    assert.ok(!JSON.stringify([messages.report, workers.report]).includes('se-cr3t-w'));
  });

  it('asked workers name their tasks and their queues, and settle nothing', async () => {
    const queues = { celery: [2, 2], emails: [5, 1] } as const;
    const fake = await rabbit({ queues, answer: inspected('4.0.5-celery-5.5.2') });
    const { messages, workers } = await look(url(fake.port), { askWorkers: true });
    assert.deepEqual(
      messages.queues.map(({ name, length }) => [name, length]),
      [
        ['celery', 2],
        ['emails', 5],
      ],
    );
    assert.deepEqual([workers.asked, workers.settled, workers.none], [true, false, false]);
    assert.match(workers.says, /^2 workers answered, and AMQP alone does not show whether there are others$/);
    assert.equal(workers.workers.length, 2);
  }).timeout(20_000);

  it('a queue that expires when it is not used is not declared, whoever names it', async () => {
    const answer = inspected('4.0.5-celery-5.5.2');
    const fake = await rabbit({
      queues: { celery: [2, 2], emails: [5, 1] },
      answer: (question) =>
        JSON.parse(
          JSON.stringify(answer(question))
            .replaceAll(
              '"name":"emails","exchange"',
              '"name":"emails","queue_arguments":{"x-expires":60000},"exchange"',
            )
            .replaceAll('"queue_arguments":null,', ''),
        ) as ReturnType<typeof answer>,
    });
    await look(url(fake.port), { askWorkers: true });
    const declared = fake.sent.filter(({ method }) => method === 'queue.declare').map(({ queue }) => queue);
    assert.deepEqual(declared, ['celery']);
  }).timeout(20_000);

  it('where neither way works, what a person can put right is said: the address that was written, or else the broker', async () => {
    const fake = await rabbit({
      instead: {
        of: 'tune',
        code: 403,
        text: 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.',
      },
    });
    const { messages, workers } = await look(url(fake.port));
    assert.equal(messages.report.state, 'unavailable');
    assert.match(messages.report.detail, /^Connection refused at http/);
    assert.doesNotMatch(messages.report.detail, /Wrong user/);
    const derived = await look(url(fake.port), { management: null });
    assert.match(derived.messages.report.detail, /^Wrong user or password for RabbitMQ at/);
    assert.equal(workers.report.state, 'unavailable');
  });

  describe('a list of brokers', () => {
    const overview = (name: string, node: string) => {
      const answers = apiOf('4.0.5', situation(CLASSIC, 'two-workers'));
      return (path: string): Reply | undefined => {
        const reply = answers(path);
        return path === '/overview' ? { body: { ...(reply?.body as object), cluster_name: name, node } } : reply;
      };
    };
    /** The API is 10,000 above AMQP, so the list's servers are told apart by what AMQP says. */
    const gapsOf = async (cluster: string, other: string, vhost = ''): Promise<string> => {
      const [first, second] = [await rabbit({ cluster }), await rabbit({ cluster: other })];
      const { port } = await api(overview(cluster, 'rabbit@a'));
      const { messages } = await rabbitBroker(
        `${url(first.port)};${url(second.port, vhost)}`,
        `http://127.0.0.1:${String(port)}`,
      ).look({ askWorkers: false, maxMessages: 1000, alsoResults: false }, runs());
      return (messages.report.gaps ?? []).map(({ kind }) => kind).join(' ');
    };

    it('is one broker where its servers are nodes of one named cluster', async () => {
      // Both have one management URL here, whose node is the same: the cluster's name decides.
      assert.equal(await gapsOf('shop-production', 'shop-production'), '');
    });

    it('is not one broker where they are of two, or where the name is that which every new server has', async () => {
      assert.equal(await gapsOf('rabbit@mq', 'rabbit@mq'), 'failover-unread');
    });

    it('is not one broker where their virtual hosts differ', async () => {
      assert.equal(await gapsOf('shop-production', 'shop-production', 'other'), 'failover-unread');
    });
  });
});
