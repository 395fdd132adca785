import assert from 'node:assert/strict';
import {
  isBroken,
  profileDescription,
  profileFromVariables,
  profilesFromSettings,
  sameServer,
  secretKeys,
  type BrokenProfile,
  type ConnectionProfile,
  type ProfileEntry,
} from '../../../src/connect/profile';
import { celeryAddress } from '../../../src/connect/celeryTarget';
import { Problem } from '../../../src/base/problem';
import { assertForPeople } from '../../support/problems';

const good = { name: 'prod', databaseUrl: 'postgresql://bob@host:5433/shop' };

function usable(entry: ProfileEntry | undefined): ConnectionProfile {
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry;
}

function refused(entry: ProfileEntry | undefined): BrokenProfile {
  assert.ok(entry && isBroken(entry), JSON.stringify(entry));
  assert.equal(entry.problem.kind, 'invalid');
  assertForPeople(entry.problem.message);
  return entry;
}

describe('connect/profile', () => {
  it('connections of the settings are read with all that an entry may say', () => {
    const urls = { redisUrl: ' redis://cache/1 ', brokerUrl: ' amqps://rabbit ', resultBackend: ' django-db ' };
    const entry = { ...good, name: ' prod ', ...urls, table: ' app.tasks ', other: 1 };
    const { broker, ...read } = usable(profilesFromSettings([entry])[0]);
    assert.ok(broker && !(broker instanceof Problem));
    assert.equal(celeryAddress(broker), 'rabbit');
    assert.deepEqual(read, {
      id: 'settings:prod',
      name: 'prod',
      origin: 'settings',
      database: { host: 'host', port: 5433, database: 'shop', user: 'bob', sslMode: 'prefer' },
      written: { redisUrl: 'redis://cache/1', brokerUrl: 'amqps://rabbit', resultBackend: 'django-db' },
      table: 'app.tasks',
      production: true,
    });
    const empty = { redisUrl: '', brokerUrl: ' ', resultBackend: '', table: '  ' };
    const bare = usable(profilesFromSettings([{ ...good, ...empty }])[0]);
    assert.deepEqual(Object.keys(bare).sort(), ['database', 'id', 'name', 'origin', 'production', 'written']);
    assert.deepEqual(bare.written, {});
  });

  it('connections of the settings are none when the setting is no list', () => {
    for (const value of [undefined, null, {}, 'postgres://host', 7, true, good])
      assert.deepEqual(profilesFromSettings(value), []);
  });

  it('connections of the settings stay in the list, each with its sentence, whatever junk they are', () => {
    const junk = [null, 7, 'postgres://u:hunter2@h/d', [], {}, { name: 5, databaseUrl: 5 }, { name: 'x' }, true];
    const entries = profilesFromSettings([...junk, good]);
    assert.equal(entries.length, junk.length + 1);
    assert.equal(usable(entries.at(-1)).name, 'prod');
    for (const [index, entry] of entries.slice(0, -1).entries()) {
      const { name, origin, problem } = refused(entry);
      assert.equal(name, index === 6 ? 'x' : `connection ${String(index + 1)}`);
      assert.equal(origin, 'settings');
      assert.ok(problem.message.includes(`"${name}" has no databaseUrl`), problem.message);
      assert.doesNotMatch(problem.message, /hunter2/);
    }
    assert.equal(new Set(entries.map((entry) => entry.id)).size, entries.length);
  });

  it('connections of the settings with a password anywhere are refused in one sentence that does not repeat it', () => {
    for (const fields of [
      { databaseUrl: 'postgresql://bob:hunter2@host/shop' },
      { databaseUrl: 'postgresql://bob:@host/shop' },
      { databaseUrl: 'postgresql://host/shop?user=bob&password=hunter2' },
      { databaseUrl: 'postgresql://bob@host/shop?sslpassword=hunter2' },
      { redisUrl: 'redis://:hunter2@cache/0' },
      { redisUrl: 'redis://cache/0?password=hunter2' },
      { redisUrl: 'rediss://cache/0?ssl_password=hunter2' },
      { brokerUrl: 'redis://:hunter2@cache/0' },
      { brokerUrl: 'amqp://bob:hunter2@rabbit/vhost' },
      { brokerUrl: 'sentinel://:hunter2@a:26379;sentinel://b:26379/0' },
      { brokerUrl: 'redis://a;redis://:hunter2@b' },
      { resultBackend: 'db+postgresql://bob:hunter2@host/results' },
      { resultBackend: 'redis://cache/0?password=hunter2' },
    ]) {
      const { problem } = refused(profilesFromSettings([{ ...good, ...fields }])[0]);
      assert.match(problem.message, /^celeryTasks\.connections "prod" holds a password/);
      assert.match(problem.message, /"Celery Tasks: Add Connection"/);
      assert.doesNotMatch(problem.message, /hunter2/);
    }
  });

  it('connections of the settings name the field that cannot be read, and never repeat a URL that stands in the name', () => {
    const of = (fields: object): string => refused(profilesFromSettings([{ ...good, ...fields }])[0]).problem.message;
    assert.match(of({ databaseUrl: 'mysql://bob:hunter2@host/shop' }), /"prod" databaseUrl isn't a PostgreSQL URL/);
    const others = ['mysql+pymysql://h/d', 'sqlite:///db.sqlite3', 'mariadb://h/d', 'mongodb+srv://h/d'];
    assert.deepEqual(
      others.map((databaseUrl) => /it names (\w+), and only PostgreSQL/.exec(of({ databaseUrl }))?.[1]),
      ['MySQL', 'SQLite', 'MariaDB', 'MongoDB'],
    );
    assert.match(of({ redisUrl: 'amqp://bob:hunter2@host' }), /"prod" redisUrl is amqp/);
    assert.match(of({ brokerUrl: 'redis://host/x' }), /"prod" brokerUrl names the database "x"/);
    assert.match(of({ resultBackend: 'localhost:6379' }), /"prod" resultBackend isn't a Redis URL/);
    assert.doesNotMatch(of({ name: 'postgres://bob:hunter2@host/x', databaseUrl: '' }), /hunter2/);
    assert.doesNotMatch(of({ name: 'a\nb\u202e', databaseUrl: '' }), /\u202e/);
  });

  it('connections of the settings with a name that is taken are refused: the first keeps it', () => {
    const entries = profilesFromSettings([good, { ...good, databaseUrl: 'postgresql://elsewhere/shop' }, good]);
    assert.equal(usable(entries[0]).database.host, 'host');
    assert.match(refused(entries[1]).problem.message, /two connections named "prod"/);
    refused(entries[2]);
    assert.equal(new Set(entries.map((entry) => entry.id)).size, 3);
  });
});

describe('connect/profile', () => {
  const from = (variables: Record<string, string | undefined>): ProfileEntry | undefined =>
    profileFromVariables(variables, 'env-file', '.env');

  it('connections of variables are the DATABASE_URL with its password, and what Celery is told', () => {
    const variables = {
      DATABASE_URL: 'postgres://bob:pw@host/shop',
      REDIS_URL: 'redis://a',
      CELERY_BROKER_URL: 'redis://b',
      CELERY_RESULT_BACKEND: 'redis://c',
    };
    const profile = usable(from(variables));
    assert.deepEqual(profile, {
      id: 'env-file:.env',
      name: 'shop (.env)',
      origin: 'env-file',
      database: { host: 'host', port: 5432, database: 'shop', user: 'bob', password: 'pw', sslMode: 'prefer' },
      broker: { host: 'b', port: 6379, db: 0 },
      results: { host: 'c', port: 6379, db: 0 },
      written: { redisUrl: 'redis://a', brokerUrl: 'redis://b', resultBackend: 'redis://c' },
      foundIn: 'DATABASE_URL in .env',
    });
    const empty = usable(from({ ...variables, REDIS_URL: ' ', CELERY_BROKER_URL: '' }));
    assert.deepEqual(empty.written, { resultBackend: 'redis://c' }, 'an empty one is none');
    assert.ok(!('broker' in empty));
    const alone = usable(from({ DATABASE_URL: 'postgres://host/shop' }));
    assert.ok(!('broker' in alone) && !('results' in alone));
    assert.equal(profileDescription(profile), 'bob at host:5432/shop');
  });

  it('connections of variables are none without a DATABASE_URL', () => {
    for (const text of [undefined, '', '  '])
      assert.equal(from({ DATABASE_URL: text, REDIS_URL: 'redis://a' }), undefined);
  });

  it('connections of variables that cannot be read stay in the list, without their password', () => {
    const entry = refused(from({ DATABASE_URL: 'mysql://bob:hunter2@host/shop' }));
    assert.deepEqual([entry.id, entry.name, entry.origin], ['env-file:.env', '.env', 'env-file']);
    assert.match(entry.problem.message, /^DATABASE_URL \(\.env\) isn't a PostgreSQL URL/);
    assert.doesNotMatch(entry.problem.message, /hunter2/);
  });

  it('connections of variables can be checked with a broker that we cannot read', () => {
    const profile = usable(from({ DATABASE_URL: 'postgres://bob@host/shop', REDIS_URL: 'sqs://bob:hunter2@queue' }));
    assert.deepEqual(Object.keys(secretKeys(profile)), ['database']);
    const { broker, results } = profile;
    for (const [role, target] of Object.entries({ broker, 'result backend': results })) {
      assert.ok(target instanceof Problem);
      assertForPeople(target.message);
      assert.ok(target.message.startsWith(`The ${role} of shop (.env) is sqs, which isn't supported`), target.message);
      assert.doesNotMatch(target.message, /hunter2/);
    }
  });
});

describe('connect/profile', () => {
  const profile = (fields: object): ConnectionProfile => usable(profilesFromSettings([{ ...good, ...fields }])[0]);

  it('the same server has the same name, host, port, database and user', () => {
    assert.ok(sameServer(profile({}), profile({ table: 'other', redisUrl: 'redis://a' })));
    for (const fields of [
      { name: 'staging' },
      { databaseUrl: 'postgresql://bob@other:5433/shop' },
      { databaseUrl: 'postgresql://bob@host:5434/shop' },
      { databaseUrl: 'postgresql://bob@host:5433/shop2' },
      { databaseUrl: 'postgresql://al@host:5433/shop' },
    ])
      assert.ok(!sameServer(profile({}), profile(fields)), JSON.stringify(fields));
  });

  it('the same server has secret keys of its own for PostgreSQL and for Redis', () => {
    const keys = secretKeys(profile({ redisUrl: 'redis://cache' }));
    assert.match(keys.database, /^postgres:/);
    assert.match(keys.broker ?? '', /^redis:/);
    assert.equal(keys.results, keys.broker);
    const apart = secretKeys(profile({ brokerUrl: 'redis://queue', resultBackend: 'redis://me@cache' }));
    assert.equal(new Set(Object.values(apart)).size, 3);
    assert.deepEqual(Object.keys(secretKeys(profile({}))), ['database']);
    const inTables = secretKeys(profile({ resultBackend: 'db+postgresql://me@elsewhere/results' }));
    assert.match(inTables.resultsDatabase ?? '', /elsewhere.*me/);
  });
});
