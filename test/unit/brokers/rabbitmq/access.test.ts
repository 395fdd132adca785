import assert from 'node:assert/strict';
import { rabbitBroker } from '../../../../src/brokers/rabbitmq';
import type { BrokerAccess } from '../../../../src/brokers/broker';
import { canary } from '../../../support/canary';
import { problemOf } from '../../../support/problems';
import { apiOf, fakeApi, situation, type Reply } from '../../../support/rabbitApi';

const CANARY = canary('-acc3ss');
const STATE = situation('3.10.8-celery-5.2.6-classic', 'prefetched');
const OWN = 'mon:own-Acc3ss-pw@';

/** What a test of the connection says of a server that answers in this way. */
async function accessTo(
  answer: (path: string) => Reply | undefined,
  { account = '', vhost = 'shop' }: { account?: string; vhost?: string } = {},
): Promise<BrokerAccess & { readonly asked: readonly string[]; readonly port: number }> {
  const server = await fakeApi(answer);
  try {
    const url = `amqp://app:${CANARY}-broker@127.0.0.1/${vhost}`;
    const broker = rabbitBroker(url, `http://${account}127.0.0.1:${String(server.port)}`);
    const found = await broker.access!(AbortSignal.timeout(20_000));
    assert.doesNotMatch(JSON.stringify(found), new RegExp(`${CANARY}|own-Acc3ss-pw`));
    return { ...found, asked: server.asked, port: server.port };
  } finally {
    await server.close();
  }
}

const NEW_USER = [
  'rabbitmqctl add_user celery_reader',
  'rabbitmqctl set_user_tags celery_reader monitoring',
  "rabbitmqctl set_permissions -p shop celery_reader '^$' '^$' '^$'",
];

describe('brokers/rabbitmq/access', () => {
  it('says which way works, as whom, and what the user is not shown', async () => {
    const monitoring = await accessTo(apiOf('3.10.8', STATE), { account: OWN });
    assert.equal(
      monitoring.says,
      `RabbitMQ 3.10.8 at 127.0.0.1:5672/shop answers through its management API at http://127.0.0.1:${String(monitoring.port)}, as the user app with the tag monitoring. It shows all that a check reads.`,
    );
    assert.equal(monitoring.commands, undefined, 'nothing is to be done');
    const management = await accessTo(apiOf('3.10.8', STATE, ['management', 'policymaker']), { account: OWN });
    assert.match(
      management.says,
      /with the tag management\. .*doesn't show nodes, nor the connections and channels of/,
    );
    assert.deepEqual(management.commands, ['rabbitmqctl set_user_tags app monitoring']);
    const administrator = await accessTo(apiOf('3.10.8', STATE, ['administrator']), { account: OWN });
    assert.match(
      administrator.says,
      /with the tag administrator\. .*may also change the server, which a check never needs/,
    );
    assert.deepEqual(administrator.commands, NEW_USER);
  });

  it("where the broker's own user is used, the commands make another one, and never take a right from that one", async () => {
    for (const tags of [['monitoring'], ['management'], ['administrator']]) {
      const { commands } = await accessTo(apiOf('3.10.8', STATE, tags));
      assert.deepEqual(commands, NEW_USER, tags.join());
    }
    const { commands = [] } = await accessTo(apiOf('3.10.8', STATE), { vhost: '%2Fa%20b' });
    assert.equal(commands[2], "rabbitmqctl set_permissions -p '/a b' celery_reader '^$' '^$' '^$'");
  });

  it('only asks what a check asks, and first of all whether the queues are shown', async () => {
    const { asked } = await accessTo(apiOf('3.10.8', STATE));
    assert.deepEqual(asked, [
      'GET /api/whoami',
      'GET /api/whoami',
      'GET /api/overview',
      'GET /api/queues/shop?disable_stats=true&page=1&page_size=1',
      'GET /api/health/checks/alarms',
    ]);
  });

  it('LavinMQ is called by its name, tells no alarms, and gets no command of RabbitMQ', async () => {
    const lavin = apiOf('3.10.8', STATE, ['management']);
    const { says, commands } = await accessTo((path) => {
      if (path.startsWith('/health')) return { status: 404, body: { error: 'not_found', reason: 'Not Found' } };
      return path === '/overview' ? { body: { product_name: 'LavinMQ', lavinmq_version: '2.9.1' } } : lavin(path);
    });
    assert.match(
      says,
      /^LavinMQ 2\.9\.1 at .* stays unknown whether publishers are blocked, and no task is called lost\./,
    );
    assert.equal(commands, undefined);
  });

  it('a virtual host that is not there is named beside those that are', async () => {
    const state = apiOf('3.10.8', STATE);
    const server = await fakeApi((path) => {
      if (path.startsWith('/queues/')) return undefined;
      return path.startsWith('/vhosts') ? { body: [{ name: '/' }, { name: 'shop' }] } : state(path);
    });
    const url = `amqp://app:${CANARY}-broker@127.0.0.1/shpo`;
    const { access } = rabbitBroker(url, `http://127.0.0.1:${String(server.port)}`);
    const { message } = await problemOf(() => access!(AbortSignal.timeout(20_000)), 'database-missing');
    assert.match(message, /has no virtual host shpo\. Check the end of the broker's URL\. This user sees: \/, shop\.$/);
    await server.close();
  });

  it('addresses that follow from the URL and do not answer are named, so that a person can name another', async () => {
    const server = await fakeApi(() => undefined);
    await server.close();
    const own = `http://127.0.0.1:${String(server.port)}`;
    const { access } = rabbitBroker('amqp://app:pw@127.0.0.1/shop', own);
    const { tried } = await problemOf(() => access!(AbortSignal.timeout(20_000)), 'refused');
    assert.deepEqual(tried, [own]);
    const refusing = await fakeApi(() => ({ status: 401, body: { error: 'not_authorised', reason: 'Login failed' } }));
    const wrong = rabbitBroker('amqp://app:pw@127.0.0.1/shop', `http://127.0.0.1:${String(refusing.port)}`);
    const answered = await problemOf(() => wrong.access!(AbortSignal.timeout(20_000)), 'authentication');
    assert.equal(answered.tried, undefined, 'it is the API: another address would not help');
    await refusing.close();
  });
});
