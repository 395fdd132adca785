/** Asking real workers over AMQP, and reading a broker without its management API. */
import assert from 'node:assert/strict';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { AGAIN_STEP, BROKER_STEPS, type BrokerLook, type LookRun } from '../../src/brokers/broker';
import { ProgressSteps } from '../../src/model/progress';
import { UNMETERED } from '../../src/ports/meter';
import { useShop } from '../support/celeryScenarios';
import type { ShopBroker } from '../support/celery';
import { useRabbit, Vhost } from '../support/rabbitServer';

const HELD = 7;

function runs(): LookRun {
  const progress = new ProgressSteps([...BROKER_STEPS, AGAIN_STEP], () => undefined);
  return { signal: new AbortController().signal, meter: UNMETERED, progress };
}

async function look(
  { url, managementUrl }: Partial<ShopBroker> & Pick<ShopBroker, 'url'>,
  askWorkers = true,
): Promise<BrokerLook> {
  return await rabbitBroker(url, managementUrl).look({ askWorkers, maxMessages: 1000, alsoResults: false }, runs());
}

describe('real workers that are asked over AMQP', function () {
  this.timeout(90_000);
  const server = useRabbit({ config: ['collect_statistics_interval = 1000'] });
  let vhost: Vhost;
  before(async () => {
    vhost = await Vhost.create(server(), 'asking');
    const rights = { asking: ['^$', '^(celery\\.pidbox|amq\\.default)$', '^$'] as const };
    await server().addUser({ name: 'asker', tags: 'monitoring', permissions: rights });
    await server().addUser({ name: 'looker', tags: 'monitoring', permissions: { asking: ['^$', '^$', '^$'] } });
  });
  const shop = useShop({ name: 'rabbit-asking', db: 9, broker: () => vhost.broker });

  /** Queues, exchanges and bindings, as the server has them. */
  const kept = async (): Promise<unknown> => {
    const named = async (what: string): Promise<readonly string[]> => {
      const all = (await server().api('GET', `${what}/${vhost.path}`)) as Readonly<Record<string, unknown>>[];
      const fields = ['name', 'source', 'destination', 'routing_key', 'type', 'durable', 'auto_delete', 'arguments'];
      return all.map((one) => JSON.stringify(fields.map((field) => one[field]))).sort();
    };
    return [await named('queues'), await named('exchanges'), await named('bindings')];
  };

  it('name every message that they took, to a user who may do nothing else, and nothing is left behind', async () => {
    await shop().worker('first');
    await shop().worker('second', { concurrency: 2 });
    for (let index = 0; index < HELD; index++) await shop().send('plain', { countdown: 3600 });
    await vhost.until('celery', 0, HELD);
    await vhost.untilConsumers('celery', 2);
    const before = await kept();
    for (let round = 0; round < 5; round++) {
      const began = performance.now();
      const { workers, again } = await look(vhost.brokerOf('asker'));
      console.log(`      first look with asking: ${(performance.now() - began).toFixed(0)} ms`);
      assert.equal(
        workers.report.detail,
        `Both workers answered and named all ${String(HELD)} unacknowledged messages`,
      );
      assert.equal(workers.settled, true);
      const later = await again?.(runs());
      assert.deepEqual([later?.workers.settled, later?.messages.bounds?.heldAtMost], [true, HELD]);
    }
    assert.deepEqual(await kept(), before);
    const connections = (await server().api('GET', 'connections')) as { user: string }[];
    assert.deepEqual(
      connections.filter(({ user }) => user === 'asker').map(({ user }) => user),
      [],
      'no connection of ours is left',
    );
  });

  it('are not asked by a user who may not publish, which is told the right that is missing', async () => {
    const { workers } = await look(vhost.brokerOf('looker'));
    assert.deepEqual([workers.asked, workers.settled], [false, false]);
    assert.match(
      workers.report.detail,
      /doesn't let the user looker write to the exchange \S+, which asking the workers/,
    );
    assert.match(workers.report.detail, /set_permissions -p asking CHECKS_USER/);
  });

  it('are told apart from somebody who takes messages and is no worker', async () => {
    await server().api('PUT', `queues/${vhost.path}/other`, { durable: true });
    // An application that is not Celery's: a consumer without a mailbox, which is this test's own connection.
    const { connect } = await import('amqplib');
    const stranger = await connect(vhost.broker.url);
    try {
      const channel = await stranger.createChannel();
      channel.sendToQueue('other', Buffer.from('x'));
      await channel.consume('other', () => undefined);
      await vhost.until('other', 0, 1);
      await vhost.untilConsumers('other', 1);
      const { workers } = await look(vhost.brokerOf('asker'));
      assert.equal(workers.settled, false);
      assert.match(workers.says, /the queue other has a consumer that did not answer/);
      assert.match(workers.says, /the queue other has 1 unacknowledged message, and the workers name none/);
    } finally {
      await stranger.close();
    }
  });

  it('without the management API, tell what they have and settle nothing', async () => {
    const before = await kept();
    const { url } = vhost.brokerOf('asker');
    const { messages, workers, server: facts } = await look({ url, managementUrl: 'http://127.0.0.1:1' });
    assert.deepEqual(await kept(), before);
    assert.equal(facts.broker?.readBy, 'amqp');
    assert.deepEqual(
      messages.queues.map(({ name, length, consumers }) => [name, length, consumers]),
      [['celery', 0, 2]],
    );
    assert.equal(messages.bounds, undefined);
    assert.deepEqual([workers.asked, workers.settled, workers.none, workers.workers.length], [true, false, false, 2]);
  });

  it('say what is wrong with a password, a virtual host and a port', async () => {
    const { url } = vhost.brokerOf('asker');
    const cases = [
      [url.replace(/:[^:@]+@/, ':wrong@'), /Wrong user or password for RabbitMQ at 127\.0\.0\.1:\d+ \(user asker\)/],
      [url.replace(/\/asking$/, '/nope'), /has no virtual host nope, or doesn't let the user asker use it/],
      [url.replace(/\/asking$/, '/'), /has no virtual host \/, or doesn't let the user asker use it/],
      [url.replace(/:\d+\//, `:${String(server().managementPort)}/`), /doesn't answer in AMQP|closed the connection/],
      [url.replace('amqp://', 'amqps://'), /doesn't answer in TLS/],
    ] as const;
    for (const [wrong, says] of cases) {
      // The API's address follows from the URL, and nothing answers there.
      const { messages } = await look({ url: wrong });
      assert.equal(messages.report.state, 'unavailable');
      assert.match(messages.report.detail, says);
    }
  });
});
