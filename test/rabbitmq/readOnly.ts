/** Hundreds of looks leave a broker as it was: what it is told to keep, what it holds, and that workers consume. */
import assert from 'node:assert/strict';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import { AGAIN_STEP, BROKER_STEPS } from '../../src/brokers/broker';
import { ProgressSteps } from '../../src/model/progress';
import { UNMETERED } from '../../src/ports/meter';
import { useShop } from '../support/celeryScenarios';
import type { Worker } from '../support/celery';
import { until } from '../support/database';
import { Vhost, type RabbitServer } from '../support/rabbitServer';

/** Looks of each kind. More of them: RABBITMQ_LOOKS. */
const LOOKS = Number(process.env.RABBITMQ_LOOKS ?? 125);
/** At once: the numbers of quorum queues make each look wait ten seconds. */
const QUORUM_LOOKS = 3;
const MESSAGES = 20;

export function readOnlyLooks(server: () => RabbitServer): void {
  describe('looks change nothing', () => {
    let vhost: Vhost;
    let main: Worker;
    let ids: string[];
    before(async () => {
      vhost = await Vhost.create(server(), 'unchanged');
    });
    const shop = useShop({ name: 'rabbit-unchanged', db: 8, broker: () => vhost.broker });
    before(async () => {
      main = await shop().worker('main', { queues: ['busy'] });
      ids = [];
      for (let index = 0; index < MESSAGES; index++) ids.push(await shop().send('plain'));
      await vhost.until('celery', MESSAGES, 0);
      await vhost.untilConsumers('busy', 1);
    });

    /** So many looks, one after another, while a worker consumes. */
    const looks = async (times: number, askWorkers: boolean): Promise<void> => {
      const { url, managementUrl } = vhost.broker;
      const broker = rabbitBroker(url, managementUrl);
      const ran = main.countLogs(SUCCEEDED);
      for (let index = 0; index < times; index++) {
        const run = {
          signal: new AbortController().signal,
          progress: new ProgressSteps([...BROKER_STEPS, AGAIN_STEP], () => undefined),
          meter: UNMETERED,
        };
        const look = await broker.look({ askWorkers, maxMessages: 1000, alsoResults: false }, run);
        assert.equal(look.messages.report.state, 'ok', look.messages.report.detail);
        const { messages } = await look.again!(run);
        const queue = messages.queues.find(({ name }) => name === 'celery');
        assert.equal(queue?.length, ids.length);
        await shop().send('plain', { queue: 'busy' });
      }
      // It is consuming all the while.
      await main.untilLogs(SUCCEEDED, ran + times);
      await vhost.until('busy', 0, 0);
    };

    for (const asked of [false, true])
      it(`${String(LOOKS)} looks, workers ${asked ? 'asked' : 'not asked'}`, async function () {
        this.timeout(60_000 + LOOKS * 2_000);
        const before = await kept(server(), vhost);
        await looks(LOOKS, asked);
        assert.deepEqual(await kept(server(), vhost), before);
      });

    it('and those that count a quorum queue', async () => {
      await server().api('PUT', `queues/${vhost.path}/safe`, {
        durable: true,
        arguments: { 'x-queue-type': 'quorum' },
      });
      const before = await kept(server(), vhost);
      await Promise.all(Array.from({ length: QUORUM_LOOKS }, () => looks(1, false)));
      assert.deepEqual(await kept(server(), vhost), before);
    });

    it('no message was delivered, moved or marked', async () => {
      const { api } = server();
      // The server's counters of deliveries: absent where there was none. They are some seconds old.
      const seen = await until(async () => {
        const { message_stats: stats } = (await api('GET', `queues/${vhost.path}/celery`)) as Stats;
        return stats?.publish === MESSAGES ? stats : undefined;
      }, 20_000);
      assert.deepEqual([seen.deliver_get ?? 0, seen.redeliver ?? 0, seen.get ?? 0], [0, 0, 0]);
      const all = await takeAll(server(), vhost, 'celery');
      assert.deepEqual(
        all.map(({ redelivered, properties }) => [properties.correlation_id, redelivered]),
        ids.map((id) => [id, false]),
      );
    });

    it('and a change would be seen here', async () => {
      const before = await kept(server(), vhost);
      await server().api('PUT', `queues/${vhost.path}/left`, { durable: false, auto_delete: true });
      assert.notDeepEqual(await kept(server(), vhost), before);
    });
  });
}

const SUCCEEDED = /shop\.tasks\.plain\[[^\]]+\] succeeded/;

interface Stats {
  readonly message_stats?: Readonly<Partial<Record<'publish' | 'deliver_get' | 'redeliver' | 'get', number>>>;
}

interface Taken {
  readonly redelivered: boolean;
  readonly properties: { readonly correlation_id: string };
}

/** Takes all messages of a queue, in their order. Only after the looks: this is what no check may do. */
async function takeAll(server: RabbitServer, vhost: Vhost, queue: string): Promise<readonly Taken[]> {
  const how = { count: 1000, ackmode: 'ack_requeue_true', encoding: 'auto' };
  return (await server.api('POST', `queues/${vhost.path}/${queue}/get`, how)) as readonly Taken[];
}

/** What the server keeps: users, rights, policies, parameters, queues, exchanges, bindings and how many messages there are. */
async function kept(server: RabbitServer, vhost: Vhost): Promise<unknown> {
  const { api } = server;
  const definitions = (await api('GET', 'definitions')) as Readonly<Record<string, unknown>>;
  const named = async (what: string, ...fields: readonly string[]): Promise<unknown> => {
    const all = (await api('GET', `${what}/${vhost.path}`)) as Readonly<Record<string, unknown>>[];
    return all.map((one) => JSON.stringify(fields.map((field) => one[field]))).sort();
  };
  const counted = (await vhost.queues()).filter(({ name }) => name !== 'busy' && !name.endsWith('pidbox'));
  return {
    definitions,
    queues: await named('queues', 'name', 'type', 'durable', 'auto_delete', 'exclusive', 'arguments', 'policy'),
    exchanges: await named('exchanges', 'name', 'type', 'durable', 'auto_delete', 'arguments'),
    bindings: await named('bindings', 'source', 'destination', 'routing_key', 'arguments'),
    messages: counted.map((queue) => [queue.name, queue.messages_ready, queue.messages_unacknowledged]),
  };
}
