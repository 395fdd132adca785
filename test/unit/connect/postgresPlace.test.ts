import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { readEnvFile } from '../../../src/connect/env/envFile';
import {
  atServer,
  parsePostgresUrl,
  postgresAddress,
  postgresHosts,
  postgresSecretKey,
  type PostgresTarget,
} from '../../../src/connect/postgres/postgresUrl';
import { postgresFromVariables } from '../../../src/connect/postgres/postgresVariables';
import { isBroken, profileFromVariables } from '../../../src/connect/profile';
import { resultsDatabase } from '../../../src/connect/resultsDatabase';
import { hostAndPort } from '../../../src/wire/urlParts';
import { problemOf } from '../../support/problems';
import { reportedCases } from '../../support/reported';
import { asSystemUser } from '../../support/systemUser';

type Variables = Record<string, string>;

const read = (url: string, variables: Variables = {}): PostgresTarget =>
  parsePostgresUrl(url, 'DATABASE_URL', variables);
const places = (url: string, variables?: Variables): string =>
  postgresHosts(read(url, variables)).map(hostAndPort).join(' ');

/** As the connection of a `.env` file. */
function ofFile(text: string): PostgresTarget {
  const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry.database;
}

describe('connect/postgresPlace', () => {
  for (const { case: name, env, expect } of reportedCases('env-socket-path') as {
    case: string;
    env: string;
    expect: object;
  }[]) {
    it(`a URL that names a socket leads there: ${name}`, () => {
      const target = ofFile(env) as unknown as Record<string, unknown>;
      assert.deepEqual(Object.fromEntries(Object.keys(expect).map((key) => [key, target[key]])), expect);
    });
  }

  it('a URL that names a socket leads there in every form that drivers and libraries have', () => {
    for (const [url, host, port, database] of [
      ['postgres://app:pw@//var/run/pg/shop', '/var/run/pg', 5432, 'shop'],
      ['postgres://app@:5434//var/run/pg/shop', '/var/run/pg', 5434, 'shop'],
      ['postgres://app@localhost//var/run/pg/shop', '/var/run/pg', 5432, 'shop'],
      ['postgres:///%2Fvar%2Frun%2Fpg%2Fshop', '/var/run/pg', 5432, 'shop'],
      ['pgsql://app@%2Fvar%2Frun%2Fpg/shop', '/var/run/pg', 5432, 'shop'],
      ['postgres://app@%2fcloudsql%2fp-1%3Aeu%3Adb/shop', '/cloudsql/p-1:eu:db', 5432, 'shop'],
      ['postgresql+asyncpg://app@/shop?host=/cloudsql/p:eu:db/.s.PGSQL.5432', '/cloudsql/p:eu:db', 5432, 'shop'],
      ['postgresql+asyncpg://app@/shop?host=/run/pg/.s.PGSQL.6001', '/run/pg', 6001, 'shop'],
      ['postgresql+pg8000://app@ignored/shop?unix_sock=/run/pg/.s.PGSQL.6001', '/run/pg', 6001, 'shop'],
      [
        'postgresql+pg8000://app@/shop?unix_sock=%2Fcloudsql%2Fp%3Aeu%3Adb%2F.s.PGSQL.5432',
        '/cloudsql/p:eu:db',
        5432,
        'shop',
      ],
      ['postgres://app@/shop?unix_socket=/run/pg', '/run/pg', 5432, 'shop'],
      ['postgres://app@/shop?socket=/run/pg/', '/run/pg', 5432, 'shop'],
      ['postgres://app@realhost/shop?host=', 'realhost', 5432, 'shop'],
      ['postgres://app@localhost/shop?host=/run/pg&port=7', '/run/pg', 7, 'shop'],
    ] as const) {
      const target = read(url, { PGHOST: 'elsewhere.example', PGUSER: 'other' });
      assert.deepEqual([target.host, target.port, target.database], [host, port, database], url);
    }
    assert.equal(places('postgres://app@%2Frun%2Fa:1,%2Frun%2Fb:2/shop'), '/run/a:1 /run/b:2');
  });

  it('a URL that names a socket is refused where its folder or its options cannot be told from a name', async () => {
    for (const [url, words] of [
      ['postgres://app:hunter2@/cloudsql/p:eu:db/shop', /no host\. .*\?host=\/folder/],
      ['postgres:///run/postgresql/shop', /no host/],
      ['postgres://app@host/shop&sslmode=require', /options without a question mark/],
      ['postgres://app@/shop?unix_sock=run/.s.PGSQL.5432', /unix_sock without a full path/],
    ] as const) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.match(message, words);
      assert.doesNotMatch(message, /hunter2/);
    }
    assert.equal(read('postgres://app@host/a/b').database, 'a/b', 'beside a host libpq takes all of it for the name');
  });
});

describe('connect/postgresPlace', () => {
  it('a URL that names another server in words of its own is refused and does not end at the standard one', async () => {
    for (const [url, words] of [
      ['postgres:///shop?service=production', /Service files are not read \(service in DATABASE_URL\)/],
      ['postgres://app@google/shop?cloudSqlInstance=p:eu:db', /cloudSqlInstance/],
      ['postgres://app@/shop?socketFactory=com.google.cloud.sql.postgres.SocketFactory', /socketFactory/],
      ['postgres://app@/shop?hostname=db.example', /hostname, an unknown option that may name another server/],
      ['host=db.example dbname=shop password=hunter2', /is a list of options, not a URL/],
      ['Host=db.example;Database=shop;Password=hunter2', /is a list of options, not a URL/],
    ] as const) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.match(message, words);
      assert.doesNotMatch(message, /hunter2/);
    }
    await problemOf(() => read('postgres://app@/shop', { PGSERVICE: 'production' }), 'invalid');
    await problemOf(() => postgresFromVariables({ PGDATABASE: 'shop', PGSERVICE: 'production' }), 'invalid');
    const beside = read('postgres://app@db.example/shop', { PGSERVICE: 'production' });
    assert.deepEqual([beside.host, beside.unused], ['db.example', ['PGSERVICE']]);
  });

  it('a URL that names another server in words of its own is reached at the address that stands beside its name', () => {
    const { host, address } = read('postgres://app@localhost/shop?hostaddr=10.0.0.7');
    assert.deepEqual([host, address], ['localhost', '10.0.0.7']);
    const two = postgresHosts(read('postgres://app@a,b:6/shop?hostaddr=10.0.0.1,::1'));
    assert.deepEqual(two, [
      { host: 'a', port: 5432, address: '10.0.0.1' },
      { host: 'b', port: 6, address: '::1' },
    ]);
    assert.equal(read('postgres://app@/shop?hostaddr=10.0.0.7', { PGHOST: 'elsewhere' }).host, '10.0.0.7');
    assert.equal(read('postgres://app@db/shop', { PGHOSTADDR: '10.6.6.6' }).address, undefined, 'the URL names a host');
    assert.equal(read('postgres://app@/shop', { PGHOST: 'db', PGHOSTADDR: '10.0.0.7' }).address, '10.0.0.7');
  });

  it('a URL that names another server in words of its own is called by its name and its address', () => {
    const target = read('postgres://app@a,b/shop?hostaddr=10.0.0.1,');
    assert.equal(postgresAddress(target), 'a (10.0.0.1):5432,b:5432/shop');
    assert.equal(postgresAddress(atServer(target, postgresHosts(target)[1]!)), 'b:5432/shop');
    const tasks = read('postgres://app@a/shop');
    const results = resultsDatabase('db+postgresql://app@a/shop?hostaddr=10.0.0.1', tasks, 'The result backend');
    assert.ok(results, 'the same name, and another server');
  });

  it('a URL that names another server in words of its own needs as many addresses as hosts', async () => {
    const { message } = await problemOf(() => read('postgres://app@a,b/shop?hostaddr=10.0.0.1'), 'invalid');
    assert.match(message, /2 hosts but 1 address /);
  });
});

describe('connect/postgresPlace', () => {
  interface Reported {
    readonly case: string;
    readonly environment: Variables;
    readonly systemUser?: string;
    readonly url: string;
    readonly expect: Readonly<Record<string, unknown>>;
  }
  for (const { case: name, environment, systemUser, url, expect } of reportedCases('url-left-to-libpq') as Reported[]) {
    it(`what a URL leaves open is what libpq makes of it: ${name}`, () => {
      const target = asSystemUser(systemUser ?? 'nobody-else', () => read(url, environment)) as unknown as Record<
        string,
        unknown
      >;
      assert.deepEqual(Object.fromEntries(Object.keys(expect).map((key) => [key, target[key]])), expect);
    });
  }

  it('what a URL leaves open is completed part by part', () => {
    const variables = { PGHOST: 'h1,h2', PGPORT: '6,7', PGUSER: 'u', PGDATABASE: 'd' };
    assert.equal(places('postgres://', variables), 'h1:6 h2:7');
    const { user, database } = read('postgres://', variables);
    assert.deepEqual([user, database], ['u', 'd']);
    assert.deepEqual(
      [places('postgres://bob@h/db', { PGPORT: '6' }), places('postgres://bob@h:5432/db', { PGPORT: '6' })],
      ['h:6', 'h:5432'],
    );
    assert.equal(places('postgres://bob@h1,h2/db', { PGPORT: '6' }), 'h1:5432 h2:5432', 'a list says its ports');
    assert.equal(read('postgres://bob@h', { PGDATABASE: 'd' }).database, 'd');
    assert.equal(read('postgres://h/db', { PGUSER: ' ' }).user, userInfo().username, 'white space says nothing');
    assert.equal(read('postgres://bob@h/db', { PGPASSWORD: 'secret' }).password, undefined, 'never the password');
  });

  it('what a URL leaves open is the socket that is there, else localhost', async () => {
    const port = 60_000 + (process.pid % 5000);
    const server = createServer();
    await new Promise<void>((ready) => server.listen(`/tmp/.s.PGSQL.${String(port)}`, ready));
    try {
      assert.equal(read(`postgres://bob@/db?port=${String(port)}`).host, '/tmp');
      assert.equal(postgresFromVariables({ PGDATABASE: 'db', PGPORT: String(port) })?.host, '/tmp');
      assert.equal(places(`postgres://bob@,h:1/db?port=${String(port)}`), `/tmp:${String(port)} h:${String(port)}`);
    } finally {
      await new Promise((closed) => server.close(closed));
    }
    assert.equal(read(`postgres://bob@/db?port=${String(port)}`).host, 'localhost');
  });

  it('what a URL leaves open comes from the same file before the environment', () => {
    const kept = { ...process.env };
    Object.assign(process.env, { PGHOST: 'of-environment', PGUSER: 'eve', PGPASSWORD: 'secret' });
    try {
      const target = ofFile('PGHOST=of-file\nDATABASE_URL=postgres:///shop\n');
      assert.deepEqual([target.host, target.user, target.password], ['of-file', 'eve', undefined]);
      const parts = ofFile('PGHOST=of-file\nPGDATABASE=shop\n');
      assert.deepEqual([parts.host, parts.user, parts.password], ['of-file', 'eve', undefined]);
      assert.equal(ofFile('PGPORT=${NOPE}\nDATABASE_URL=postgres://bob@h:1/shop\n').port, 1, 'what is not needed');
    } finally {
      for (const name of ['PGHOST', 'PGUSER', 'PGPASSWORD'])
        if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = kept[name];
    }
  });

  it('what a URL leaves open has its own key for a password, as if it were written out', () => {
    const open = postgresSecretKey(read('postgres:///shop', { PGHOST: 'db', PGPORT: '6', PGUSER: 'u' }));
    assert.equal(open, postgresSecretKey(read('postgres://u@db:6/shop')));
  });

  it('what a URL leaves open is asked for where nobody can know it', async () => {
    const { message } = await problemOf(() => asSystemUser(undefined, () => read('postgres://h/db')), 'invalid');
    assert.match(message, /names no user, .*set PGUSER/);
    assert.equal(asSystemUser(undefined, () => read('postgres://h/db', { PGUSER: 'u' })).user, 'u');
    assert.equal(asSystemUser(undefined, () => read('postgres://bob@h/db')).user, 'bob');
    const port = await problemOf(() => read('postgres://bob@h/db', { PGPORT: 'x' }), 'invalid');
    assert.match(port.message, /^PGPORT /, 'the variable is blamed, not the URL');
  });
});
