import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsAttempts } from '../../src/connect/postgres/postgresTls';
import { parsePostgresUrl } from '../../src/connect/postgres/postgresUrl';
import { makeCertificates, type Certificates, type KeyPair } from '../support/certificates';
import { canary } from '../support/canary';
import { TestDatabase } from '../support/database';
import { problemOf } from '../support/problems';
import { check, inSnapshot } from '../support/scans';
import { withRules, withSettings, writeServerFile } from '../support/serverRules';
import { describePostgres } from '../support/servers';
import { authentication, serverMessage, tlsMiddle, tlsServer } from '../support/tlsMiddle';
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
      assert.match(unknown.message, /doesn't trust the certificate .*sslrootcert/);
    });
  });

  it('with an expired certificate', async () => {
    await withTls(pem.expired, async () => {
      for (const sslmode of ['require', 'verify-ca', 'verify-full']) {
        const problem = await problemOf(() => check(url({ sslmode, sslrootcert: pem.ca }, 'localhost')), 'tls');
        assert.match(problem.message, /certificate of localhost:.* expired.*Renew it/, sslmode);
      }
      assert.match((await encryption(url({ sslmode: 'require' }))) ?? '', /^TLSv1/, 'require does not look');
    });
  });

  it('with a certificate of another name', async () => {
    await withTls(pem.wrongName, async () => {
      for (const host of ['127.0.0.1', 'localhost']) {
        const target = url({ sslmode: 'verify-full', sslrootcert: pem.ca }, host);
        const problem = await problemOf(() => check(target), 'tls');
        assert.match(problem.message, new RegExp(`is for elsewhere\\.invalid, .*for ${host}\\. .*sslmode=verify-ca`));
      }
      assert.match((await encryption(url({ sslmode: 'verify-ca', sslrootcert: pem.ca }))) ?? '', /^TLSv1/);
    });
  });

  it('with a certificate that nobody else signed', async () => {
    await withTls(pem.selfSigned, async () => {
      for (const sslmode of ['require', 'verify-ca', 'verify-full']) {
        const problem = await problemOf(() => check(url({ sslmode, sslrootcert: pem.otherCa }, 'localhost')), 'tls');
        assert.match(problem.message, /doesn't trust .*self-signed.*sslrootcert/, sslmode);
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
        assert.match(refused.message, /requires TLS .*sslmode=require/);
        const wrong = await problemOf(() => check(url().replace(canary('role'), canary('wrong'))), 'authentication');
        assert.match(wrong.message, /Wrong password/);
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
        assert.match(none.message, /requires a client certificate\. .*sslcert and sslkey/);
        const wrong = { ...certificate, sslcert: other.cert, sslkey: other.key };
        const refused = await problemOf(() => check(url(wrong)), 'authentication');
        assert.match(refused.message, /client certificate doesn't belong to user/);

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
          assert.match(shut.message, /cannot be opened .*sslpassword/);
          assert.ok(!shut.message.includes(canary('')));
        }
      },
      rules,
    );
  });

  it('is asked for in every form that URLs have', async () => {
    await withTls(pem.server, async () => {
      for (const options of [
        { ssl: 'true' },
        { requiressl: '1' },
        { sslmode: 'REQUIRE' },
        { tls: 'yes' },
        { sslaccept: 'accept_invalid_certs' },
        { channel_binding: 'require' },
        { channel_binding: 'prefer' },
        { sslrootcert: pem.ca },
        { ssl: 'verify-full', sslrootcert: pem.ca },
        { sslmode: 'require', channel_binding: 'require', sslrootcert: pem.ca },
        { sslmode: 'require', ssl_min_protocol_version: 'TLSv1.3' },
        { sslmode: 'require', require_auth: 'scram-sha-256' },
        { sslmode: 'require', require_auth: '!password,!none' },
      ])
        assert.match((await encryption(url(options))) ?? '', /^TLSv1/, JSON.stringify(options));
      for (const options of [{ ssl: 'verify-full' }, { sslaccept: 'strict' }, { sslrootcert: 'system' }]) {
        const { message } = await problemOf(() => check(url(options)), 'tls');
        assert.match(message, /trust the certificate/, JSON.stringify(options));
      }
    });
  });

  it('that begins with the first byte', async () => {
    await withTls(pem.server, async () => {
      const target = url({ sslnegotiation: 'direct', sslrootcert: pem.ca });
      if (database.majorVersion >= 17) assert.match((await encryption(target)) ?? '', /^TLSv1/);
      else
        assert.match(
          (await problemOf(() => check(target), 'tls')).message,
          /sslnegotiation=direct.*Remove sslnegotiation/,
        );
    });
  });

  it('to the address beside a name is checked for the name', async () => {
    await withTls(pem.wrongName, async () => {
      const options = { sslmode: 'verify-full', sslrootcert: pem.ca, hostaddr: '127.0.0.1' };
      assert.match((await encryption(url(options, 'elsewhere.invalid'))) ?? '', /^TLSv1/);
      await problemOf(() => check(url(options, 'localhost')), 'tls');
    });
  });

  describe('with channel_binding=require', () => {
    const bound = { channel_binding: 'require' };

    it('gives no password to a server that asks for it in another way', async () => {
      for (const [method, words] of [
        ['password', /asks for the password by password, which isn't bound/],
        ['trust', /lets us in without a password, which isn't bound/],
      ] as const)
        await withTls(
          pem.server,
          async () => {
            assert.match((await problemOf(() => check(url(bound)), 'authentication')).message, words);
            assert.match((await encryption(url({ sslmode: 'require' }))) ?? '', /^TLSv1/, 'but for that');
          },
          [`hostssl all ${role} all ${method}`],
        );
    });

    it('finds out who stands in between', async () => {
      await withTls(pem.server, async () => {
        const made = new URL(url(bound));
        const middle = await tlsMiddle(pem.wrongName, { host: made.hostname, port: Number(made.port) });
        try {
          made.port = String(middle.port);
          const { message } = await problemOf(() => check(made.href), 'tls');
          assert.match(message, /^A proxy answers for 127\.0\.0\.1:/);
          made.search = '?sslmode=require';
          assert.match((await encryption(made.href)) ?? '', /^TLSv1/, 'who would be believed otherwise');
        } finally {
          await middle.close();
        }
      });
    });

    it('is not talked out of it by a server that changes its mind', async () => {
      const offers = authentication(10, 'SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0');
      const letsIn = Buffer.concat([authentication(0), serverMessage('Z', 'I')]);
      for (const [said, words, options] of [
        [[offers, authentication(3)], /asks for the password a second time/, bound],
        [[offers, letsIn], /which isn't bound/, bound],
        [[authentication(3), letsIn], /which isn't bound/, bound],
        [[authentication(3), letsIn], /require_auth allows/, { sslmode: 'require', require_auth: 'scram-sha-256' }],
      ] as const) {
        const heard: Buffer[] = [];
        const answers: Buffer[] = [...said];
        const server = await tlsServer(pem.server, (line) => {
          line.on('data', (bytes: Buffer) => {
            heard.push(bytes);
            const answer = answers.shift();
            if (answer) line.write(answer);
          });
        });
        try {
          const made = new URL(url(options));
          made.port = String(server.port);
          assert.match((await problemOf(() => check(made.href), 'authentication')).message, words);
          assert.equal(
            Buffer.concat(heard).includes('p=tls-server-end-point'),
            said[0] === offers,
            'bound if it may be',
          );
          assert.ok(!Buffer.concat(heard).includes(canary('role')), 'the password was not said');
        } finally {
          await server.close();
        }
      }
    });
  });

  it('with require_auth leaves a server that asks in another way', async () => {
    for (const [method, options, words] of [
      ['password', { require_auth: 'scram-sha-256' }, /by password, but require_auth allows only scram-sha-256/],
      ['trust', { require_auth: 'scram-sha-256,md5' }, /without a password, but require_auth allows only/],
      ['password', { require_auth: '!password' }, /by password/],
    ] as const)
      await withTls(
        pem.server,
        async () => {
          const { message } = await problemOf(() => check(url({ sslmode: 'require', ...options })), 'authentication');
          assert.match(message, words);
        },
        [`hostssl all ${role} all ${method}`],
      );
  });

  it('files that cannot be used are named', async () => {
    const junk = join(mkdtempSync(join(tmpdir(), 'junk-')), 'ca.pem');
    writeFileSync(junk, canary('junk'));
    for (const [options, expected] of [
      [{ sslmode: 'require', sslrootcert: '/no/such.pem' }, /root certificate \/no\/such\.pem cannot be read/],
      [{ sslmode: 'require', sslrootcert: junk }, /isn't a PEM certificate/],
      [{ sslmode: 'require', sslcert: '/no/such.crt', sslkey: '/no/such.key' }, /client certificate \/no\/such\.crt/],
      [{ sslmode: 'require', sslcert: pem.ca, sslkey: '~/no-such.key' }, /client key .*no-such\.key cannot be read/],
      [{ sslmode: 'verify-ca' }, /needs the authority's certificate/],
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
