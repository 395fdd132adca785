import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupEnvFiles, type EnvFileText } from '../../../src/connect/env/envFileGroups';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { isBroken, type ConnectionProfile, type ProfileEntry } from '../../../src/connect/profile';
import { celeryAddress } from '../../../src/connect/celeryTarget';
import { Problem } from '../../../src/base/problem';
import { assertForPeople } from '../../support/problems';

function files(texts: Readonly<Record<string, string>>): EnvFileText[] {
  return Object.entries(texts).map(([path, text]) => ({
    folder: path.slice(0, Math.max(0, path.lastIndexOf('/'))),
    name: path.slice(path.lastIndexOf('/') + 1),
    place: path,
    key: path,
    variables: readEnvFile(text),
  }));
}

function entries(texts: Readonly<Record<string, string>>): ProfileEntry[] {
  return groupEnvFiles(files(texts)).flatMap(({ entry }) => entry ?? []);
}

function usable(entry: ProfileEntry | undefined): ConnectionProfile {
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry;
}

/** `database at host, broker` of each connection. */
function said(texts: Readonly<Record<string, string>>): string[] {
  return entries(texts).map((entry) => {
    if (isBroken(entry)) return `${entry.hint ? 'hint' : 'broken'} ${entry.name}`;
    const { broker } = entry;
    const where = broker && !(broker instanceof Problem) ? celeryAddress(broker) : 'none';
    return `${entry.database.database} at ${entry.database.host}, ${where}`;
  });
}

const DB = (name: string, host = 'db'): string => `POSTGRES_DB=${name}\nPOSTGRES_HOST=${host}\nPOSTGRES_USER=app\n`;
const REDIS = (host: string): string => `REDIS_URL=redis://${host}:6379/0\n`;

describe('connect/envFileGroups', () => {
  it('several .env files of cookiecutter-django are one connection, as reported', () => {
    const folder = 'test/fixtures/reported/env-several-files';
    const expected = JSON.parse(readFileSync(join(folder, 'expect.json'), 'utf8')) as { files: Record<string, string> };
    const texts = Object.fromEntries(
      Object.entries(expected.files).map(([path, file]) => [path, readFileSync(join(folder, file), 'utf8')]),
    );
    for (const order of [texts, Object.fromEntries(Object.entries(texts).reverse())]) {
      const all = entries(order);
      assert.equal(all.length, 1);
      const only = usable(all[0]);
      assert.equal(only.id, 'env-file:.envs/.local/.postgres');
      assert.equal(only.name, 'shop (.envs/.local/.postgres + .django)');
      assert.deepEqual(
        [only.database.host, only.database.user, only.database.password],
        ['localhost', 'app', 'canary-pw'],
      );
      const { broker } = only;
      assert.ok(broker && !(broker instanceof Problem));
      assert.equal(celeryAddress(broker), 'localhost:6379/0');
    }
  });

  it('several .env files are one connection for each environment, and that of production is marked', () => {
    const all = entries({
      '.envs/.local/.postgres': DB('shop', 'localhost'),
      '.envs/.local/.django': REDIS('localhost'),
      '.envs/.production/.postgres': DB('shop', 'rds.example'),
      '.envs/.production/.django': REDIS('elasticache.example'),
    }).map(usable);
    assert.deepEqual(
      all.map(({ database, production, written }) => [database.host, production, written.redisUrl]),
      [
        ['localhost', undefined, 'redis://localhost:6379/0'],
        ['rds.example', true, 'redis://elasticache.example:6379/0'],
      ],
    );
  });

  it('several .env files as docker compose takes them go together by their names', () => {
    assert.deepEqual(said({ 'db.env': DB('shop'), 'redis.env': REDIS('cache') }), ['shop at db, cache:6379/0']);
    assert.deepEqual(said({ '.env': REDIS('cache'), '.env.db': DB('shop') }), ['shop at db, cache:6379/0']);
    assert.deepEqual(
      said({
        'dev.db.env': DB('dev'),
        'prod.redis.env': REDIS('live'),
        'prod.db.env': DB('live'),
        'dev.redis.env': REDIS('dev'),
      }),
      ['dev at db, dev:6379/0', 'live at db, live:6379/0'],
    );
    const container = 'POSTGRES_DB=shop\nPOSTGRES_USER=app\nPOSTGRES_PASSWORD=pw\n';
    const django = 'SQL_ENGINE=django.db.backends.postgresql\nSQL_DATABASE=shop\nSQL_HOST=db\nSQL_USER=app\n';
    assert.deepEqual(said({ '.env.prod': django + REDIS('cache'), '.env.prod.db': container }), [
      'shop at db, cache:6379/0',
    ]);
  });

  it('several .env files may have the parts of one database between them, and refer to each other', () => {
    assert.deepEqual(said({ 'config/.env': 'DB_HOST=db\n', 'config/db.env': 'DB_NAME=shop\nDB_USER=app\n' }), [
      'shop at db, none',
    ]);
    const url = 'DATABASE_URL=postgres://${POSTGRES_USER}:pw@db/${POSTGRES_DB}\n';
    assert.deepEqual(said({ 'db.env': 'POSTGRES_USER=app\nPOSTGRES_DB=shop\n', 'web.env': url }), ['shop at db, none']);
  });

  it('.env.local overrides .env where it names no database of its own', () => {
    const env = DB('shop') + REDIS('cache');
    assert.deepEqual(said({ '.env': env, '.env.local': REDIS('localhost') }), ['shop at db, localhost:6379/0']);
    assert.deepEqual(said({ '.env.local': 'POSTGRES_HOST=localhost\n', '.env': env }), [
      'shop at localhost, cache:6379/0',
    ]);
    assert.deepEqual(said({ '.env': env, '.env.local': DB('mine', 'localhost') }), [
      'shop at db, cache:6379/0',
      'mine at localhost, none',
    ]);
    assert.deepEqual(said({ '.env': REDIS('cache'), '.env.local': DB('mine') }), ['mine at db, none']);
  });

  it('several .env files of other environments or folders never complete each other', () => {
    assert.deepEqual(said({ '.env': REDIS('localhost'), '.env.production': DB('live', 'rds.example') }), [
      'live at rds.example, none',
    ]);
    assert.deepEqual(said({ '.env': REDIS('localhost'), 'backend/.env': DB('shop') }), ['shop at db, none']);
  });

  it('several .env files that contradict each other stay apart, and the one without a database says why', () => {
    const texts = { '.env': DB('shop') + REDIS('one'), 'redis.env': REDIS('two') };
    assert.deepEqual(said(texts), ['shop at db, one:6379/0', 'hint redis.env']);
    const two = { 'db.env': DB('a'), 'postgres.env': DB('b'), 'redis.env': REDIS('cache') };
    assert.deepEqual(said(two), ['a at db, none', 'b at db, none', 'hint redis.env']);
    const last = entries(two).at(-1);
    assert.ok(last && isBroken(last));
    assertForPeople(last.problem.message);
    assert.match(last.problem.message, /^redis\.env names no database.*db\.env, postgres\.env/);
    const swallowed = { '.env': 'DATABASE_URL=postgres://u@one/shop\n', 'db.env': DB('shop', 'two') };
    assert.deepEqual(said(swallowed), ['shop at one, none', 'shop at two, none']);
  });
});
