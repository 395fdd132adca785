import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import {
  parsePostgresUrl,
  postgresAddress,
  postgresHosts,
  postgresSecretKey,
  type PostgresTarget,
} from '../../../src/connect/postgres/postgresUrl';
import { isBroken, profilesFromSettings } from '../../../src/connect/profile';
import { hostAndPort } from '../../../src/wire/urlParts';
import { withoutPassword } from '../../../src/connect/postgres/withoutPassword';
import { DELIMITERS } from '../../support/delimiters';
import { problemOf } from '../../support/problems';

const read = (url: string): PostgresTarget => parsePostgresUrl(url, 'DATABASE_URL');

describe('connect/postgresUrl', () => {
  it('PostgreSQL URLs are read in every scheme that Django people have', () => {
    const schemes = [
      'postgres',
      'postgresql',
      'POSTGRES',
      'postgis',
      'pgsql',
      'psql',
      'timescale',
      'timescalegis',
      'postgresql+psycopg2',
      'postgresql+psycopg',
      'postgresql+asyncpg',
      'postgresql+pg8000',
    ];
    for (const scheme of schemes) {
      assert.deepEqual(
        read(`${scheme}://bob:pw@db.example.com:6543/shop`),
        { host: 'db.example.com', port: 6543, database: 'shop', user: 'bob', password: 'pw', sslMode: 'prefer' },
        scheme,
      );
    }
  });

  it('PostgreSQL URLs fill in what is not said as libpq does', () => {
    const user = userInfo().username;
    assert.deepEqual(read('postgres://localhost'), {
      host: 'localhost',
      port: 5432,
      database: user,
      user,
      sslMode: 'prefer',
    });
    assert.deepEqual(read('postgres://bob@host'), {
      host: 'host',
      port: 5432,
      database: 'bob',
      user: 'bob',
      sslMode: 'prefer',
    });
    assert.deepEqual(read(' postgres://host:/db/ \n'.replace('db/', 'db')), {
      host: 'host',
      port: 5432,
      database: 'db',
      user,
      sslMode: 'prefer',
    });
    assert.equal(read('postgres://bob:@host/db').password, '');
  });

  it('PostgreSQL URLs take IPv6 addresses', () => {
    const target = read('postgres://bob:pw@[2001:db8::1]:5433/db');
    assert.deepEqual([target.host, target.port], ['2001:db8::1', 5433]);
    assert.equal(postgresAddress(target), '[2001:db8::1]:5433/db');
    assert.equal(read('postgres://[::1]/db').host, '::1');
  });

  it('PostgreSQL URLs take sockets, in the host and in the options', () => {
    for (const url of [
      'postgres://bob@%2Fvar%2Frun%2Fpostgresql/db',
      'postgres://bob@/db?host=/var/run/postgresql',
      'postgresql:///db?host=%2Fvar%2Frun%2Fpostgresql&user=bob',
    ]) {
      const { host, database, user } = read(url);
      assert.deepEqual({ host, database, user }, { host: '/var/run/postgresql', database: 'db', user: 'bob' }, url);
    }
  });

  it('PostgreSQL URLs take percent-encoded users, passwords and databases', () => {
    for (const char of DELIMITERS) {
      const [user, password, database] = [`u${char}v`, `p${char}w`, `d${char}e`];
      const target = read(
        `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@host/${encodeURIComponent(database)}?sslmode=disable`,
      );
      assert.deepEqual(target, { host: 'host', port: 5432, user, password, database, sslMode: 'disable' }, char);
    }
  });

  it('PostgreSQL URLs take passwords with every delimiter that nobody encoded', () => {
    for (const char of DELIMITERS) {
      for (const password of [`p${char}w`, `${char}pw`, `pw${char}`, `p${char}${char}w`]) {
        const target = read(`postgres://bob:${password}@host:5433/db?sslmode=disable`);
        assert.deepEqual(
          target,
          { host: 'host', port: 5433, user: 'bob', password, database: 'db', sslMode: 'disable' },
          password,
        );
      }
    }
    const all = DELIMITERS.join('');
    assert.equal(read(`postgres://bob:${all}@host/db`).password, all);
    assert.equal(read('postgres://bob:50%off@host/db').password, '50%off');
  });

  it('PostgreSQL URLs are not misled by an @ in the options', () => {
    for (const url of [
      'postgres://bob:pw@host/db?application_name=me@work',
      'postgres://host/db?user=bob&password=pw&options=a@b',
      'postgres://bob:pw@host:5432/db?x=1&y=a@b',
    ]) {
      const target = read(url);
      assert.deepEqual([target.host, target.database, target.user, target.password], ['host', 'db', 'bob', 'pw'], url);
    }
  });

  it('PostgreSQL URLs take libpq options', () => {
    const target = read(
      'postgres://a:b@h1/d1?host=h2&port=6000&user=c&password=d%2B1&dbname=d2&sslmode=verify-full&sslrootcert=/ca.pem&other=1#x',
    );
    assert.deepEqual(target, {
      host: 'h2',
      port: 6000,
      user: 'c',
      password: 'd+1',
      database: 'd2',
      sslMode: 'verify-full',
      sslRootCert: '/ca.pem',
      unused: ['other'],
    });
    assert.equal(read('postgres://h/d?password=a+b').password, 'a+b', 'a + is a +, as in libpq');
    assert.equal(read('postgres://h/d?sslmode=REQUIRE').sslMode, 'require');
  });

  it('PostgreSQL URLs take several hosts as libpq does', () => {
    const hosts = (url: string): string => postgresHosts(read(url)).map(hostAndPort).join(' ');
    assert.equal(hosts('postgres://bob:pw@h1:5433,h2:5434/db'), 'h1:5433 h2:5434');
    assert.equal(hosts('postgres://bob:pw@h1:5433,h2/db'), 'h1:5433 h2:5432');
    assert.equal(hosts('postgres://bob:pw@[::1]:1,[2001:db8::2],h3:3/db'), '[::1]:1 [2001:db8::2]:5432 h3:3');
    assert.equal(hosts('postgres:///db?host=h1,h2&port=6000'), 'h1:6000 h2:6000');
    assert.equal(hosts('postgres:///db?host=h1,h2&port=6000,6001'), 'h1:6000 h2:6001');
    const target = read('postgres://bob:p@x,y@h1:5433,h2:5434/db?target_session_attrs=prefer-standby');
    assert.deepEqual([target.password, target.sessionKind], ['p@x,y', 'prefer-standby']);
    assert.equal(postgresAddress(target), 'h1:5433,h2:5434/db');
    assert.equal(withoutPassword('postgres://bob:pw@h1:1,h2:2/db'), 'postgres://bob@h1:1,h2:2/db');
    const [entry] = profilesFromSettings([{ name: 'two', databaseUrl: 'postgres://bob:pw@h1:1,h2:2/db' }]);
    assert.ok(entry && isBroken(entry), 'a password beside several hosts is a password in the settings');
  });

  it('PostgreSQL URLs cannot lead the password of one server to another that stands beside it', () => {
    const key = (url: string): string => postgresSecretKey(read(url));
    const one = key('postgres://bob@h1:5433/db');
    const keys = [
      one,
      key('postgres://bob@h1:5433,evil:5433/db'),
      key('postgres://bob@evil:5433,h1:5433/db'),
      key('postgres://bob@h1:5433,h2:5433/db'),
      key('postgres://bob@h1/db?host=h1,evil&port=5433'),
    ];
    assert.equal(new Set(keys).size, 4, 'the last is the second, written in another way');
    assert.equal(one, 'postgres:["h1",5433,"bob"]', 'stored passwords keep their key');
    assert.notEqual(key('postgres://bob@h1:5433/db?hostaddr=10.6.6.6'), one, 'an address leads elsewhere');
    assert.equal(read('postgres:///db?hostaddr=10.0.0.1').host, '10.0.0.1');
  });

  it('PostgreSQL URLs take what libpq says of certificates, time and schema', () => {
    const { sslCert, sslKey, sslPassword, passwordFile, connectTimeoutMs, searchPath } = read(
      'postgres://h/db?sslcert=a.crt&sslkey=a.key&sslpassword=p%2Bw&passfile=/x/pgpass&connect_timeout=3&options=-c%20search_path%3Dshop%2C%5C%20public',
    );
    assert.deepEqual(
      { sslCert, sslKey, sslPassword, passwordFile, connectTimeoutMs, searchPath },
      {
        sslCert: 'a.crt',
        sslKey: 'a.key',
        sslPassword: 'p+w',
        passwordFile: '/x/pgpass',
        connectTimeoutMs: 3000,
        searchPath: 'shop, public',
      },
    );
    const timeouts = ['1', '0', '-1', 'soon', '99999999'].map(
      (text) => read(`postgres://h/db?connect_timeout=${text}`).connectTimeoutMs,
    );
    assert.deepEqual(timeouts, [2000, undefined, undefined, undefined, 600_000]);
    assert.equal(read('postgres://h/db?sslrootcert=system').sslMode, 'verify-full');
    const other = read('postgres://h/db?options=-c statement_timeout=0 -c default_transaction_read_only=off');
    assert.deepEqual(other, read('postgres://h/db'), 'no other option for the server is taken');
  });

  it('PostgreSQL URLs are refused in one sentence that names the value and holds no password', async () => {
    const wrong = [
      '',
      'hunter2',
      'mysql://bob:hunter2@host/db',
      'sqlite:///db',
      'host:5432/db',
      'postgres//bob:hunter2@host',
      'postgres://bob:hunter2@host:99999/db',
      'postgres://bob:hunter2@h1:1,h2:99999/db',
      'postgres://bob:hunter2@h1,h2/db?port=1,2,3',
      'postgres://bob:hunter2@host/db?target_session_attrs=both',
      'postgres://bob:hunter2@host/db?sslrootcert=system&sslmode=require',
      'postgres://bob:hunter2@host:0/db',
      'postgres://bob:hunter2@h/db?port=x',
      'postgres://bob:hunter2@h/db?sslmode=maybe',
      'postgres://bob:hunter2@[::1/db',
      'postgres://bob:hunter2@ho:st:1/db',
    ];
    for (const url of wrong) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.ok(message.startsWith('DATABASE_URL '), message);
      assert.doesNotMatch(message, /hunter2/, url);
    }
  });

  it('PostgreSQL URLs give the secret a key of its own for every server and user, without the password', () => {
    const key = (url: string): string => postgresSecretKey(read(url));
    assert.equal(key('postgres://bob:pw@Host/db'), key('postgres://bob:other@host:5432/db2'));
    const keys = [
      'postgres://bob@host/db',
      'postgres://bob@host:5433/db',
      'postgres://al@host/db',
      'postgres://bob@host2/db',
    ].map(key);
    assert.equal(new Set(keys).size, 4);
    assert.doesNotMatch(key('postgres://bob:hunter2@host/db'), /hunter2/);
  });
});
