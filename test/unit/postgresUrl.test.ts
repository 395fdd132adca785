import assert from 'node:assert/strict';
import {
  parsePostgresUrl,
  postgresAddress,
  postgresSecretKey,
  type PostgresTarget,
} from '../../src/connection/postgresUrl';
import { DELIMITERS } from '../support/delimiters';
import { problemOf } from '../support/problems';

const read = (url: string): PostgresTarget => parsePostgresUrl(url, 'DATABASE_URL');

describe('PostgreSQL URLs', () => {
  it('are read in every scheme that Django people have', () => {
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

  it('fill in what is not said as libpq does', () => {
    assert.deepEqual(read('postgres://'), {
      host: 'localhost',
      port: 5432,
      database: 'postgres',
      user: 'postgres',
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
      user: 'postgres',
      sslMode: 'prefer',
    });
    assert.equal(read('postgres:///db').host, 'localhost');
    assert.equal(read('postgres://bob:@host/db').password, '');
  });

  it('take IPv6 addresses', () => {
    const target = read('postgres://bob:pw@[2001:db8::1]:5433/db');
    assert.deepEqual([target.host, target.port], ['2001:db8::1', 5433]);
    assert.equal(postgresAddress(target), '[2001:db8::1]:5433/db');
    assert.equal(read('postgres://[::1]/db').host, '::1');
  });

  it('take sockets, in the host and in the options', () => {
    for (const url of [
      'postgres://bob@%2Fvar%2Frun%2Fpostgresql/db',
      'postgres://bob@/db?host=/var/run/postgresql',
      'postgresql:///db?host=%2Fvar%2Frun%2Fpostgresql&user=bob',
    ]) {
      const { host, database, user } = read(url);
      assert.deepEqual({ host, database, user }, { host: '/var/run/postgresql', database: 'db', user: 'bob' }, url);
    }
  });

  it('take percent-encoded users, passwords and databases', () => {
    for (const char of DELIMITERS) {
      const [user, password, database] = [`u${char}v`, `p${char}w`, `d${char}e`];
      const target = read(
        `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@host/${encodeURIComponent(database)}?sslmode=disable`,
      );
      assert.deepEqual(target, { host: 'host', port: 5432, user, password, database, sslMode: 'disable' }, char);
    }
  });

  it('take passwords with every delimiter that nobody encoded', () => {
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

  it('are not misled by an @ in the options', () => {
    for (const url of [
      'postgres://bob:pw@host/db?application_name=me@work',
      'postgres://host/db?user=bob&password=pw&options=a@b',
      'postgres://bob:pw@host:5432/db?x=1&y=a@b',
    ]) {
      const target = read(url);
      assert.deepEqual([target.host, target.database, target.user, target.password], ['host', 'db', 'bob', 'pw'], url);
    }
  });

  it('take libpq options', () => {
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
    });
    assert.equal(read('postgres://h/d?password=a+b').password, 'a+b', 'a + is a +, as in libpq');
    assert.equal(read('postgres://h/d?sslmode=REQUIRE').sslMode, 'require');
  });

  it('are refused in one sentence that names the value and holds no password', async () => {
    const wrong = [
      '',
      'hunter2',
      'mysql://bob:hunter2@host/db',
      'sqlite:///db',
      'host:5432/db',
      'postgres//bob:hunter2@host',
      'postgres://bob:hunter2@host:99999/db',
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

  it('give the secret a key of its own for every server and user, without the password', () => {
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
