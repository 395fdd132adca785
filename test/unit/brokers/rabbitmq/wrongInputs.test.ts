import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rabbitBroker } from '../../../../src/brokers/rabbitmq';
import { Problem, toProblem } from '../../../../src/base/problem';
import { readCeleryUrl } from '../../../../src/connect/celeryUrl';
import { canary } from '../../../support/canary';
import { makeCertificates, type KeyPair } from '../../../support/certificates';
import { fakeAmqp, type FakeRabbit } from '../../../support/fakeAmqp';
import { assertForPeople } from '../../../support/problems';
import { apiOf, fakeApi, situation, type Reply } from '../../../support/rabbitApi';

const PASSWORD = canary('-wr0ng/p@ss');
const WORKS = apiOf('3.10.8', situation('3.10.8-celery-5.2.6-classic', 'prefetched'));
const HTML = { headers: { 'content-type': 'text/html' }, body: '<html><title>Sign in</title></html>' };

interface Wrong {
  readonly what: string;
  readonly says: RegExp;
  /** The API; absent: nothing listens on its port. */
  readonly api?: Reply | ((path: string) => Reply | undefined);
  readonly apiTls?: 'server' | 'wrongName' | 'selfSigned';
  /** The broker; absent: nothing listens. */
  readonly amqp?: FakeRabbit;
  /** Of the broker's URL. */
  readonly scheme?: 'amqps';
  readonly vhost?: string;
  readonly options?: string;
  /** Of the management URL; by default that of what listens. */
  readonly own?: string;
}

const denied = (reason: string): Reply => ({ status: 401, body: { error: 'not_authorised', reason } });
const only =
  (first: string, reply: Reply) =>
  (path: string): Reply | undefined =>
    path.startsWith(first) ? reply : WORKS(path);

/** What people enter, and what they read then: API is the port of the management API, AMQP that of the broker. */
const TABLE: readonly Wrong[] = [
  {
    what: 'the management plugin is disabled',
    amqp: {},
    says: /answers over AMQP alone.*Connection refused at http:.* \(rabbitmq-plugins enable rabbitmq_management\)/,
  },
  {
    what: 'nothing listens at the address that a person wrote',
    says: /^Connection refused at http:.*:API\. Check the port, and that the management plugin is enabled/,
  },
  {
    what: 'the port of AMQP is given for the API',
    amqp: {},
    own: 'http://127.0.0.1:AMQP',
    says: /^The management URL names port AMQP, which is for AMQP\. The management API has a port of its own/,
  },
  {
    what: 'TLS is asked of a plain API',
    api: WORKS,
    amqp: {},
    own: 'https://127.0.0.1:API',
    says: /The server at 127\.0\.0\.1:API doesn't answer in TLS\. Check the port, and whether its URL begins with http:\/\//,
  },
  {
    what: 'an API with TLS is asked without',
    api: WORKS,
    apiTls: 'server',
    amqp: {},
    own: 'http://127.0.0.1:API',
    says: /closed the connection\. .* whether it requires TLS \(https:\/\/\)|requires TLS\. Use https:\/\//,
  },
  {
    what: 'the certificate is self-signed',
    api: WORKS,
    apiTls: 'selfSigned',
    amqp: {},
    own: 'https://127.0.0.1:API',
    says: /This machine doesn't trust the TLS certificate of https:.*Add \?ssl_ca_certs=\/path\/ca\.pem with its authority/,
  },
  {
    what: 'the certificate is for another host',
    api: WORKS,
    apiTls: 'wrongName',
    amqp: {},
    scheme: 'amqps',
    options: '?ssl_ca_certs=CA',
    own: 'https://127.0.0.1:API',
    says: /is for another host .*Celery's workers may connect all the same, because they don't check the name/,
  },
  {
    what: 'plain HTTP for a broker with TLS',
    api: WORKS,
    scheme: 'amqps',
    says: /^The management URL begins with http:\/\/, although the broker's URL asks for TLS\. Use https:\/\//,
  },
  {
    what: 'another host without a login of its own',
    own: 'http://elsewhere.invalid:15672',
    says: /names another host than the broker's URL, so the broker's password isn't sent there\. Give it a user and a/,
  },
  {
    what: 'no scheme',
    own: '127.0.0.1:API',
    says: /^The management URL must be the address of RabbitMQ's management API, such as/,
  },
  { what: 'another scheme', own: 'amqp://127.0.0.1:API', says: /must be the address of RabbitMQ's management API/ },
  {
    what: 'a wrong password',
    api: denied('Login failed'),
    says: /^Wrong user or password for RabbitMQ's management API at http:.* \(user app\)\.$/,
  },
  { what: 'a wrong password on 4.0', api: denied('Not_Authorized'), says: /^Wrong user or password/ },
  {
    what: 'guest from another machine',
    api: denied('User can only log in via localhost'),
    says: /accepts the user app only from its own machine \(loopback_users\)\. Use another user\.$/,
  },
  {
    what: 'a user without a tag',
    api: denied('Not management user'),
    says: /has no tag that permits .* Run rabbitmqctl set_user_tags app monitoring on the server, or make a user for checks/,
  },
  {
    what: 'a user without a permission in the virtual host',
    api: only('/queues', denied('User not authorised to access virtual host')),
    says: /no permission in the virtual host shop .*Check the end of the broker's URL, or run rabbitmqctl set_permissions -p shop app/,
  },
  {
    what: 'a virtual host that is not there',
    api: (path) =>
      path.startsWith('/vhosts')
        ? { body: [{ name: '/' }, { name: 'a/b' }] }
        : path.startsWith('/queues')
          ? undefined
          : WORKS(path),
    vhost: 'shpo',
    says: /has no virtual host shpo\. Check the end of the broker's URL\. This user sees: \/, a\/b\.$/,
  },
  {
    what: 'LavinMQ denies with 403',
    api: { status: 403, body: { error: 'access_refused', reason: 'Access Refused' } },
    says: /doesn't show the server to the user app\. Check the user's tags, and the permissions in the virtual host shop\.$/,
  },
  {
    what: 'a web site',
    api: HTML,
    amqp: {},
    says: /answered with an HTML page instead of data.*Check the host, the port and the path/,
  },
  {
    what: 'a login of a proxy',
    api: { ...HTML, status: 401 },
    says: /rejected the user app\. A proxy in front of RabbitMQ may require a login of its own\.$/,
  },
  {
    what: 'a wrong prefix, as RabbitMQ 3.10 answers it',
    api: { status: 406, body: '' },
    amqp: {},
    own: 'http://127.0.0.1:API/rabbit',
    says: /No management API was found at http:.*\/rabbit\/api\. Check the path in its URL, which a proxy may have changed/,
  },
  {
    what: 'a redirect',
    api: { status: 302, body: '', headers: { location: 'https://login.invalid/' } },
    amqp: {},
    says: /redirects to another address \(https:\/\/login\.invalid\/\)\. It isn't followed, because the request carries a password/,
  },
  {
    what: '50 MB',
    api: { body: ' '.repeat(50_000_000) },
    says: /is larger than 1 MB, so it wasn't read\.$/,
  },
];

describe('brokers/rabbitmq/wrongInputs', () => {
  const certificates = makeCertificates();
  const pem = ({ key, cert }: KeyPair): { key: string; cert: string } => ({
    key: readFileSync(key, 'utf8'),
    cert: readFileSync(cert, 'utf8'),
  });

  for (const wrong of TABLE)
    it(`${wrong.what}: one sentence says what is wrong, and what to do`, async () => {
      const { api: reply, amqp, apiTls, scheme = 'amqp', vhost = 'shop', options = '', says } = wrong;
      const api = await fakeApi(typeof reply === 'function' ? reply : () => reply, apiTls && pem(certificates[apiTls]));
      const broker = await fakeAmqp(amqp);
      if (reply === undefined) await api.close();
      if (amqp === undefined) await broker.close();
      const put = (text: string): string =>
        text.replace('API', String(api.port)).replace('AMQP', String(broker.port)).replace('CA', certificates.ca);
      try {
        const url = put(`${scheme}://app:${encodeURIComponent(PASSWORD)}@127.0.0.1:AMQP/${vhost}${options}`);
        const said = await answerOf(url, put(wrong.own ?? 'http://127.0.0.1:API'));
        const text = said.replaceAll(String(api.port), 'API').replaceAll(String(broker.port), 'AMQP');
        assert.match(text, says);
        assert.doesNotMatch(said, /Kanari|wr0ng/, 'no password');
      } finally {
        if (reply !== undefined) await api.close();
        if (amqp !== undefined) await broker.close();
      }
    });

  it('virtual hosts are asked for by their names, however the URL writes them', async () => {
    for (const [written, asked] of [
      ['', '%2F'],
      ['/', '%2F'],
      ['/%2F', '%2F'],
      ['/%2f', '%2F'],
      ['//', '%2F'],
      ['/shop', 'shop'],
      ['//a', '%2Fa'],
      ['/a/b', 'a%2Fb'],
      ['/a%2Fb', 'a%2Fb'],
      ['/50%off', '50%25off'],
      ['/50%25off', '50%25off'],
    ] as const) {
      const api = await fakeApi(WORKS);
      const { access } = rabbitBroker(`amqp://app:pw@127.0.0.1${written}`, `http://127.0.0.1:${String(api.port)}`);
      await access!(AbortSignal.timeout(20_000));
      assert.ok(
        api.asked.some((line) => line.startsWith(`GET /api/queues/${asked}?`)),
        `${written}: ${api.asked.join()}`,
      );
      await api.close();
    }
  });

  it('a scheme that is none of Celery, and a broker that is not read, are named', () => {
    assert.throws(
      () => readCeleryUrl(`ampq://u:${PASSWORD}@h/v`, 'broker', 'The broker'),
      (error) => {
        assert.ok(error instanceof Problem);
        assertForPeople(error.message);
        assert.doesNotMatch(error.message, /wr0ng/);
        return (
          error.message ===
          'The broker begins with ampq://. For RabbitMQ, write amqp://user@host:5672/vhost, or amqps:// with TLS.'
        );
      },
    );
    const kafka = readCeleryUrl(`kafka://u:${PASSWORD}@h/v`, 'broker', 'The broker');
    assert.ok(kafka instanceof Problem);
    assert.match(
      kafka.message,
      /^The broker is kafka, which isn't supported\. Supported: .*amqp:\/\/ and amqps:\/\/\.$/,
    );
  });
});

async function answerOf(url: string, own: string): Promise<string> {
  try {
    const found = await rabbitBroker(url, own).access!(AbortSignal.timeout(20_000));
    return found.says;
  } catch (error) {
    const { message } = toProblem(error);
    assertForPeople(message.replace(/ Its management API didn't answer either, at .*$/, ''));
    return message;
  }
}
