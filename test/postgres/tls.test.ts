import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsAttempts } from '../../src/connection/postgresTls';
import { parsePostgresUrl } from '../../src/connection/postgresUrl';
import { makeCertificates, type Certificates, type KeyPair } from '../support/certificates';
import { canary } from '../support/canary';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot } from '../support/scans';
import { withRules, withSettings, writeServerFile } from '../support/serverRules';
import { describePostgres } from '../support/servers';
import { createTaskTable, insertTasks } from '../support/taskTable';

describePostgres('TLS', (serverUrl) => {
  let database: TestDatabase;
  let role: string;
  let pem: Certificates;
  before(async () => {
    pem = makeCertificates();
    database = await TestDatabase.create(serverUrl);
    await createTaskTable(database);
    await insertTasks(database, [{}]);
    role = await database.createRole();
    await database.run(`grant select on all tables in schema public to ${role}`);
  });
  after(() => database.drop());
  afterEach(() => database.assertNothingLeft());

  const url = (options: Readonly<Record<string, string>> = {}, host = '127.0.0.1'): string => {
    const made = new URL(database.urlAs(role));
    made.hostname = host;
    // As libpq reads it: a + is a +.
    made.search = Object.entries(options)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return made.href;
  };

  /** The TLS version of the connection that a check would have, or `none`. */
  const encryption = (target: string): Promise<string | null | undefined> =>
    inSnapshot(target, async (snapshot) => {
      const [row] = await snapshot.query(
        "select coalesce(version, 'none') as tls from pg_stat_ssl where pid = pg_backend_pid()",
      );
      return row?.tls;
    });

  /** The server speaks TLS with this certificate while `work` runs. */
  const withTls = async (pair: KeyPair, work: () => Promise<void>, rules: readonly string[] = []): Promise<void> => {
    const files = {
      ssl_cert_file: await writeServerFile(database, 'test.crt', readFileSync(pair.cert, 'utf8')),
      ssl_key_file: await writeServerFile(database, 'test.key', readFileSync(pair.key, 'utf8')),
      ssl_ca_file: await writeServerFile(database, 'test-ca.crt', readFileSync(pem.ca, 'utf8')),
    };
    await withSettings(database, { ...files, ssl: 'on' }, () => withRules(database, rules, work));
  };

  it('with a good certificate is used as each sslmode says', async () => {
    await withTls(pem.server, async () => {
      assert.equal(await encryption(url({ sslmode: 'disable' })), 'none');
      assert.equal(await encryption(url({ sslmode: 'allow' })), 'none');
      for (const options of [
        {},
        { sslmode: 'prefer' },
        { sslmode: 'require' },
        { sslmode: 'require', sslrootcert: pem.ca },
        { sslmode: 'verify-ca', sslrootcert: pem.ca },
        { sslmode: 'verify-full', sslrootcert: pem.ca },
      ]) {
        assert.match((await encryption(url(options))) ?? '', /^TLSv1/, JSON.stringify(options));
      }
      const byName = url({ sslmode: 'verify-full', sslrootcert: pem.ca }, 'localhost');
      assert.equal((await check(byName)).taskTypes.length, 1, 'a whole check, by name');
      await problemOf(() => check(url({ sslmode: 'verify-full', sslrootcert: pem.otherCa })), 'tls');
      const unknown = await problemOf(() => check(url({ sslmode: 'verify-full' })), 'tls');
      assert.match(unknown.message, /not signed by an authority that is trusted here .*sslrootcert/);
    });
  });

  it('with an expired certificate', async () => {
    await withTls(pem.expired, async () => {
      for (const sslmode of ['require', 'verify-ca', 'verify-full']) {
        const problem = await problemOf(() => check(url({ sslmode, sslrootcert: pem.ca }, 'localhost')), 'tls');
        assert.match(problem.message, /certificate of localhost:.* expired.*renewed/, sslmode);
      }
      assert.match((await encryption(url({ sslmode: 'require' }))) ?? '', /^TLSv1/, 'require does not look');
    });
  });

  it('with a certificate of another name', async () => {
    await withTls(pem.wrongName, async () => {
      for (const host of ['127.0.0.1', 'localhost']) {
        const target = url({ sslmode: 'verify-full', sslrootcert: pem.ca }, host);
        const problem = await problemOf(() => check(target), 'tls');
        assert.match(problem.message, new RegExp(`is for elsewhere\\.invalid, .*for ${host}: .*sslmode=verify-ca`));
      }
      assert.match((await encryption(url({ sslmode: 'verify-ca', sslrootcert: pem.ca }))) ?? '', /^TLSv1/);
    });
  });

  it('with a certificate that nobody else signed', async () => {
    await withTls(pem.selfSigned, async () => {
      for (const sslmode of ['require', 'verify-ca', 'verify-full']) {
        const problem = await problemOf(() => check(url({ sslmode, sslrootcert: pem.otherCa }, 'localhost')), 'tls');
        assert.match(problem.message, /not signed by .*self-signed.*sslrootcert/, sslmode);
      }
      const itself = url({ sslmode: 'verify-full', sslrootcert: pem.selfSigned.cert }, 'localhost');
      assert.match((await encryption(itself)) ?? '', /^TLSv1/, 'it is its own authority');
    });
  });

  it('that the server asks for', async () => {
    const rules = [`hostssl all ${role} all scram-sha-256`, `hostnossl all ${role} all reject`];
    await withTls(
      pem.server,
      async () => {
        for (const sslmode of ['allow', 'prefer', 'require']) {
          assert.match((await encryption(url({ sslmode }))) ?? '', /^TLSv1/, sslmode);
        }
        const refused = await problemOf(() => check(url({ sslmode: 'disable' })), 'tls');
        assert.match(refused.message, /without TLS .*sslmode=require/);
        const wrong = await problemOf(() => check(url().replace(canary('role'), canary('wrong'))), 'authentication');
        assert.match(wrong.message, /refused the password/);
      },
      rules,
    );
  });

  it('that the server refuses', async () => {
    const rules = [`hostssl all ${role} all reject`, `hostnossl all ${role} all scram-sha-256`];
    await withTls(
      pem.server,
      async () => {
        for (const sslmode of ['allow', 'prefer']) assert.equal(await encryption(url({ sslmode })), 'none', sslmode);
        await problemOf(() => check(url({ sslmode: 'require' })), 'authentication');
      },
      rules,
    );
  });

  it('with a client certificate', async () => {
    const client = pem.client(role);
    const other = pem.client('somebody-else');
    const certificate = { sslmode: 'verify-full', sslrootcert: pem.ca, sslcert: client.cert, sslkey: client.key };
    const rules = [`hostssl all ${role} all cert`, `hostnossl all ${role} all reject`];
    await withTls(
      pem.server,
      async () => {
        const withoutPassword = url(certificate).replace(':role-password', '');
        assert.match((await encryption(withoutPassword)) ?? '', /^TLSv1/);
        const none = await problemOf(() => check(url({ sslmode: 'require' })), 'tls');
        assert.match(none.message, /asks for a client certificate: .*sslcert and sslkey/);
        const wrong = { ...certificate, sslcert: other.cert, sslkey: other.key };
        const refused = await problemOf(() => check(url(wrong)), 'authentication');
        assert.match(refused.message, /client certificate is not one of user/);

        const locked = join(mkdtempSync(join(tmpdir(), 'locked-')), 'client.key');
        const encrypted = createPrivateKey(readFileSync(client.key)).export({
          type: 'pkcs8',
          format: 'pem',
          cipher: 'aes-256-cbc',
          passphrase: 'k%y word',
        });
        writeFileSync(locked, encrypted, { mode: 0o600 });
        const opened = url({ ...certificate, sslkey: locked, sslpassword: 'k%y word' });
        assert.match((await encryption(opened)) ?? '', /^TLSv1/);
        for (const sslpassword of [canary('key'), '']) {
          const shut = await problemOf(() => check(url({ ...certificate, sslkey: locked, sslpassword })), 'tls');
          assert.match(shut.message, /does not open .*sslpassword/);
          assert.ok(!shut.message.includes(canary('')));
        }
      },
      rules,
    );
  });

  it('files that cannot be used are named', async () => {
    const junk = join(mkdtempSync(join(tmpdir(), 'junk-')), 'ca.pem');
    writeFileSync(junk, canary('junk'));
    for (const [options, expected] of [
      [{ sslmode: 'require', sslrootcert: '/no/such.pem' }, /root certificate \/no\/such\.pem cannot be read/],
      [{ sslmode: 'require', sslrootcert: junk }, /is no PEM certificate/],
      [{ sslmode: 'require', sslcert: '/no/such.crt', sslkey: '/no/such.key' }, /client certificate \/no\/such\.crt/],
      [{ sslmode: 'require', sslcert: pem.ca, sslkey: '~/no-such.key' }, /client key .*no-such\.key cannot be read/],
      [{ sslmode: 'verify-ca' }, /needs the certificate of the authority/],
    ] as const) {
      const problem = await problemOf(() => check(url(options)), 'tls');
      assert.match(problem.message, expected);
      assert.ok(!problem.message.includes(canary('')));
      assert.doesNotMatch(problem.message, /~/);
    }
  });

  it('takes the files of ~/.postgresql where nothing else is named', async () => {
    const home = mkdtempSync(join(tmpdir(), 'home-'));
    const target = (sslmode: string) => parsePostgresUrl(`postgres://bob@host/db?sslmode=${sslmode}`, 'URL');
    assert.deepEqual(await tlsAttempts(target('require'), 'host', home), [{ rejectUnauthorized: false }]);
    mkdirSync(join(home, '.postgresql'));
    const client = pem.client(role);
    for (const [name, from] of [
      ['root.crt', pem.ca],
      ['postgresql.crt', client.cert],
      ['postgresql.key', client.key],
    ] as const) {
      writeFileSync(join(home, '.postgresql', name), readFileSync(from));
    }
    const expected = { ca: readFileSync(pem.ca, 'utf8'), cert: readFileSync(client.cert, 'utf8') };
    for (const sslmode of ['allow', 'prefer', 'require', 'verify-ca', 'verify-full']) {
      const tls = (await tlsAttempts(target(sslmode), 'host', home)).find((form) => form !== false);
      assert.ok(tls, sslmode);
      assert.deepEqual({ ca: tls.ca, cert: tls.cert }, expected, sslmode);
      assert.equal(tls.rejectUnauthorized, true);
      assert.equal(tls.checkServerIdentity === undefined, sslmode === 'verify-full', sslmode);
    }
    assert.deepEqual(await tlsAttempts(target('disable'), 'host', home), [false]);
    assert.deepEqual(await tlsAttempts(target('verify-full'), '/var/run/postgresql', home), [false]);
  });
});
