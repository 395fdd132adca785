import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { redisSource } from '../../src/connect/redis/redisClient';
import { pingRedis } from '../support/pingRedis';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { Problem, type ProblemKind } from '../../src/base/problem';
import { makeCertificates, type Certificates, type KeyPair } from '../support/certificates';
import { assertForPeople, problemOf } from '../support/problems';
import { freePort, noneOfOurs, PASSWORD, startOwnRedis, type OwnRedis } from '../support/redisServers';
import { until } from '../support/database';

/** A server that takes both, so that the test can look at it without TLS. */
async function startTls(
  { cert, key }: KeyPair,
  config: readonly string[],
): Promise<{ server: OwnRedis; tlsPort: number }> {
  const tlsPort = await freePort();
  const files = [`tls-port ${String(tlsPort)}`, `tls-cert-file ${cert}`, `tls-key-file ${key}`];
  return { server: await startOwnRedis({ config: [...files, ...config] }), tlsPort };
}

describe('a Redis over TLS', function () {
  this.timeout(60_000);
  let certificates: Certificates;
  let servers: OwnRedis[] = [];
  before(() => {
    certificates = makeCertificates();
  });
  after(() => {
    rmSync(dirname(certificates.ca), { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    servers = [];
  });

  const open = async (pair: KeyPair, config: readonly string[] = ['tls-auth-clients no']) => {
    const { server, tlsPort } = await startTls(pair, config);
    servers.push(server);
    const target = (options: string, host = '127.0.0.1') =>
      parseRedisUrl(`rediss://:${encodeURIComponent(PASSWORD)}@${host}:${String(tlsPort)}/2${options}`, 'The test');
    const fails = async (options: string, kind: ProblemKind, host?: string): Promise<string> => {
      const { message } = await problemOf(() => pingRedis(target(options, host)), kind);
      assert.ok(!message.includes(PASSWORD));
      return message;
    };
    const works = async (options: string, host?: string): Promise<void> => {
      await pingRedis(target(options, host));
      await noneOfOurs({ host: '127.0.0.1', port: server.port, password: PASSWORD });
    };
    return { target, fails, works, server };
  };
  const ca = () => `?ssl_ca_certs=${encodeURIComponent(certificates.ca)}`;

  it('with a good certificate works by the name of its authority, by address and by name', async () => {
    const { works, fails } = await open(certificates.server);
    await works(ca());
    await works(ca(), 'localhost');
    await works(`${ca()}&ssl_cert_reqs=CERT_REQUIRED`);
    await works(`${ca()}&ssl_cert_reqs=optional`);
    const message = await fails('', 'tls');
    assert.match(message, /doesn't trust the TLS certificate.*\?ssl_ca_certs=.*\?ssl_cert_reqs=none/);
    assert.match(await fails(`?ssl_ca_certs=${certificates.otherCa}`, 'tls'), /authority/);
    assert.match(await fails(`?ssl_cert_reqs=optional&ssl_ca_certs=${certificates.otherCa}`, 'tls'), /authority/);
    await works('?ssl_cert_reqs=none');
  });

  it('with a certificate of its own making says which option cures it', async () => {
    const { works, fails } = await open(certificates.selfSigned);
    assert.match(await fails('', 'tls'), /self.signed.*\?ssl_cert_reqs=none to trust it unchecked/);
    await works('?ssl_cert_reqs=CERT_NONE');
    await works(`?ssl_ca_certs=${certificates.selfSigned.cert}`);
  });

  it('with a certificate that is out of date says so', async () => {
    const { works, fails } = await open(certificates.expired);
    assert.match(await fails(ca(), 'tls'), /has expired or isn't valid yet.*\?ssl_cert_reqs=none/);
    assert.match(await fails(`${ca()}&ssl_check_hostname=false`, 'tls'), /has expired or isn't valid yet/);
    await works('?ssl_cert_reqs=none');
  });

  it('with a certificate for another name says so', async () => {
    const { works, fails } = await open(certificates.wrongName);
    assert.match(await fails(ca(), 'tls'), /is for another host.*\?ssl_check_hostname=false/);
    assert.match(await fails(ca(), 'tls', 'localhost'), /is for another host/);
    await works(`${ca()}&ssl_check_hostname=false`);
    // Without the name, the authority is checked still.
    assert.match(await fails(`?ssl_check_hostname=false&ssl_ca_certs=${certificates.otherCa}`, 'tls'), /authority/);
  });

  it('that asks for a client certificate gets it, and is told of where it is missing', async () => {
    const config = ['tls-auth-clients yes', `tls-ca-cert-file ${JSON.stringify(certificates.ca)}`];
    const { works, target } = await open(certificates.server, config);
    const { cert, key } = certificates.client('worker');
    const ours = `&ssl_certfile=${encodeURIComponent(cert)}&ssl_keyfile=${encodeURIComponent(key)}`;
    await works(ca() + ours);
    const { selfSigned } = certificates;
    const anothers = `${ca()}&ssl_certfile=${selfSigned.cert}&ssl_keyfile=${selfSigned.key}`;
    for (const options of [ca(), anothers]) {
      // The server says why and closes the line at once: which of the two comes first here is a matter of luck.
      const outcome = await pingRedis(target(options)).catch((error: unknown) => error);
      assert.ok(outcome instanceof Problem && ['tls', 'connection-lost'].includes(outcome.kind), String(outcome));
      assertForPeople(outcome.message);
      assert.match(outcome.message, /client certificate.*\?ssl_certfile=/);
    }
  });

  it('with files that are not there, or no certificates, names them', async () => {
    const { fails } = await open(certificates.server);
    assert.match(
      await fails('?ssl_ca_certs=/nowhere/ca.pem', 'tls'),
      /^The file of ssl_ca_certs, \/nowhere\/ca\.pem, cannot be read \(ENOENT\)/,
    );
    const { cert } = certificates.server;
    assert.match(await fails(`${ca()}&ssl_certfile=${cert}&ssl_keyfile=/nowhere`, 'tls'), /ssl_keyfile, \/nowhere/);
    assert.match(await fails(`${ca()}&ssl_certfile=${cert}&ssl_keyfile=${cert}`, 'tls'), /ssl_keyfile/);
  });

  it('says what is wrong where one side speaks TLS and the other does not', async () => {
    const { server, target } = await open(certificates.server);
    const { host, port, db, password = '' } = target('');
    const plain = { host, port, db, password };
    assert.match((await problemOf(() => pingRedis(plain), 'connection-lost')).message, /rediss:\/\//);
    const swapped = { ...target(''), port: server.port };
    // Redis waits for the end of what it takes for a line.
    assert.match(
      (await problemOf(() => pingRedis(swapped), 'timeout')).message,
      /that it supports TLS, as the URL says/,
    );
  });

  it('is asked by a mailbox whose listener is encrypted too', async () => {
    const { target, server } = await open(certificates.server);
    const source = redisSource(target(ca()));
    const heard = await source.ask(async (_, mailbox) => {
      const listening = mailbox.listen('celeryev/*', 0.5);
      // Until somebody listens, nobody is told.
      const told = await until(async () => (await mailbox.publish('celeryev/worker.heartbeat', 'hello')) || undefined);
      assert.equal(told, 1);
      return await listening;
    }, new AbortController().signal);
    assert.deepEqual(
      heard.map(({ channel, data }) => [channel, String(data)]),
      [['celeryev/worker.heartbeat', 'hello']],
    );
    await noneOfOurs({ host: '127.0.0.1', port: server.port, password: PASSWORD });
  });
});
