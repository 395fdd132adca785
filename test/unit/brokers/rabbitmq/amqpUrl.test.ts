import assert from 'node:assert/strict';
import { amqpAddress, parseAmqpUrl, type AmqpServer } from '../../../../src/brokers/rabbitmq/amqpUrl';
import { DELIMITERS } from '../../../support/delimiters';
import { problemOf } from '../../../support/problems';

const one = (url: string): AmqpServer | undefined => parseAmqpUrl(url, "The broker's URL")[0];
const plain = { host: 'h', port: 5672, user: 'guest', password: 'guest', vhost: '/' };
const checked = { verify: true };

describe('brokers/rabbitmq/amqpUrl', () => {
  it('a URL of RabbitMQ is read as kombu reads it', () => {
    const forms: [string, AmqpServer][] = [
      ['amqp://h', plain],
      ['amqp://h/', plain],
      ['amqp://h//', plain],
      ['pyamqp://h/v', { ...plain, vhost: 'v' }],
      ['amqp://h//a', { ...plain, vhost: '/a' }],
      ['amqp://h/%2Fa', { ...plain, vhost: '/a' }],
      ['amqp://h/%2f', plain],
      ['amqp://h/a%20b', { ...plain, vhost: 'a b' }],
      ['AMQP://bob:p%40w@h:5673/v', { ...plain, port: 5673, user: 'bob', password: 'p@w', vhost: 'v' }],
      ['amqp://bob:p@w/d@h/v', { ...plain, user: 'bob', password: 'p@w/d', vhost: 'v' }],
      ['amqp://bob@h', { ...plain, user: 'bob' }],
      ['amqps://h/v', { ...plain, port: 5671, vhost: 'v', tls: checked }],
      ['amqp://h/v?ssl=true', { ...plain, port: 5671, vhost: 'v', tls: checked }],
      ['amqp://h/v?heartbeat=30', { ...plain, vhost: 'v' }],
      ['amqps://h/?ssl_cert_reqs=CERT_NONE', { ...plain, port: 5671, tls: { verify: false } }],
      ['amqps://h?ssl_ca_certs=/etc/ca.pem', { ...plain, port: 5671, tls: { verify: true, caFile: '/etc/ca.pem' } }],
      ['amqp://[::1]:5673/v', { ...plain, host: '::1', port: 5673, vhost: 'v' }],
    ];
    for (const [url, expected] of forms) assert.deepEqual(one(url), expected, url);
  });

  it('each server of a list has a user and a virtual host of its own', () => {
    const list = parseAmqpUrl('amqp://a:1@one/x; amqps://b:2@two/y', 'it');
    assert.deepEqual(
      list.map(({ user, password, host, vhost, port }) => [user, password, host, vhost, port]),
      [
        ['a', '1', 'one', 'x', 5672],
        ['b', '2', 'two', 'y', 5671],
      ],
    );
  });

  it('a password with any character is read as it was written or encoded', () => {
    for (const char of DELIMITERS) {
      const password = `a${char}b`;
      assert.equal(one(`amqp://u:${encodeURIComponent(password)}@h/v`)?.password, password, char);
    }
  });

  it('what is no URL of a broker is named without its password', async () => {
    for (const url of ['amqp://u:se-cr3t-w@h:54x2/v', 'amqp://u:se-cr3t-w@h1,h2/v', 'amqp://u:se-cr3t-w@h:99999/v']) {
      const { message } = await problemOf(() => one(url), 'invalid');
      assert.doesNotMatch(message, /se-cr3t-w/);
      assert.match(message, /^The broker's URL /);
    }
  });

  it('the address for people has the virtual host and no password', () => {
    assert.equal(amqpAddress({ ...plain, vhost: '/a', password: 'secret' }), 'h:5672/%2Fa');
    assert.equal(amqpAddress({ ...plain, host: '::1' }), '[::1]:5672/');
  });
});
