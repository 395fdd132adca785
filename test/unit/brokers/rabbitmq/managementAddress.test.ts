import assert from 'node:assert/strict';
import { parseAmqpUrl, type AmqpServer } from '../../../../src/brokers/rabbitmq/amqpUrl';
import { managementAddresses, managementText } from '../../../../src/brokers/rabbitmq/management/address';
import { problemOf } from '../../../support/problems';

const server = (url: string): AmqpServer => parseAmqpUrl(url, 'it')[0]!;
const texts = (url: string, own?: string): string[] => managementAddresses(server(url), own).map(managementText);

describe('brokers/rabbitmq/managementAddress', () => {
  it('where the management API may be follows from the URL of the broker', () => {
    const cases: [string, string[]][] = [
      ['amqp://u:p@h/v', ['http://h:15672']],
      ['amqp://u:p@h:5673/v', ['http://h:15673']],
      ['amqps://u:p@h/v', ['https://h:15671', 'https://h:443']],
      ['amqps://u:p@rat.rmq2.cloudamqp.com/u', ['https://rat.rmq2.cloudamqp.com:443']],
      ['amqp://u:p@rat.rmq2.cloudamqp.com/u', ['https://rat.rmq2.cloudamqp.com:443']],
      ['amqps://u:p@b-1.mq.eu-west-1.amazonaws.com:5671', ['https://b-1.mq.eu-west-1.amazonaws.com:443']],
      ['amqp://u:p@h:60000', []],
      ['amqp://u:p@notcloudamqp.com', ['http://notcloudamqp.com:15672']],
    ];
    for (const [url, expected] of cases) assert.deepEqual(texts(url), expected, url);
  });

  it('a URL of its own goes before that, with the path of a proxy and without what a browser adds', () => {
    const cases: [string, string][] = [
      ['http://h:15672', 'http://h:15672'],
      ['http://h', 'http://h:80'],
      ['https://h/rabbit/', 'https://h:443/rabbit'],
      ['https://h/rabbit/api/', 'https://h:443/rabbit'],
      ['https://h/api', 'https://h:443'],
      ['http://h:15672/#/queues', 'http://h:15672'],
    ];
    for (const [own, expected] of cases) assert.deepEqual(texts('amqp://u:p@h/v', own), [expected], own);
  });

  it("the broker's password goes to the broker's own host and to no other", async () => {
    const broker = server('amqp://u:se-cr3t-w@h/v');
    assert.deepEqual(
      managementAddresses(broker, 'http://H:15672').map(({ user, password }) => [user, password]),
      [['u', 'se-cr3t-w']],
    );
    assert.deepEqual(
      managementAddresses(broker, 'http://mon:0ther@elsewhere:15672').map(({ user, password }) => [user, password]),
      [['mon', '0ther']],
    );
    for (const own of ['http://elsewhere:15672', 'http://u@elsewhere:15672', 'http://h.elsewhere:15672']) {
      const { message } = await problemOf(() => managementAddresses(broker, own), 'invalid');
      assert.match(message, /another host/);
      assert.doesNotMatch(message, /se-cr3t-w/);
    }
    await problemOf(() => managementAddresses(broker, 'http://mon@h:15672'), 'invalid');
  });

  it('where the broker is encrypted nothing goes over plain HTTP', async () => {
    const broker = server('amqps://u:p@h/v');
    for (const own of ['http://h:15672', 'http://mon:0ther@h:15672']) {
      const { message } = await problemOf(() => managementAddresses(broker, own), 'invalid');
      assert.match(message, /asks for TLS/);
    }
    for (const { tls } of managementAddresses(broker)) assert.deepEqual(tls, { verify: true });
  });

  it('a certificate that the URL leaves unchecked is that of the broker, and of no other host', () => {
    const broker = server('amqps://u:p@h/v?ssl_cert_reqs=none');
    assert.deepEqual(managementAddresses(broker, 'https://h').at(0)?.tls, { verify: false });
    assert.deepEqual(managementAddresses(broker, 'https://a:b@elsewhere').at(0)?.tls, { verify: true });
  });

  it('a port of AMQP, another scheme and no host at all are named', async () => {
    const broker = server('amqp://u:p@h:5999/v');
    for (const [own, says] of [
      ['http://h:5672', /port 5672, which is for AMQP/],
      ['https://h:5671', /for AMQP/],
      ['http://h:5999', /for AMQP/],
      ['amqp://u:p@h:15672', /must be the address/],
      ['h:15672', /must be the address/],
      ['http://', /no readable host/],
    ] as const) {
      const { message } = await problemOf(() => managementAddresses(broker, own), 'invalid');
      assert.match(message, says, own);
    }
  });
});
