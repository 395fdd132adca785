import assert from 'node:assert/strict';
import { redact } from '../../src/diagnosis/redact';
import { forgetSecrets } from '../../src/diagnosis/secrets';
import { readEnvFile } from '../../src/connection/envFile';
import { isBroken, profileFromVariables, redisTargets, type ConnectionProfile } from '../../src/connection/profile';
import { assertOneSentence } from '../support/problems';

function ofFile(text: string): ConnectionProfile {
  const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry;
}

function address({ database }: ConnectionProfile): unknown[] {
  return [database.host, database.port, database.database, database.user, database.password];
}

describe('the database of a .env file', () => {
  it('is its DATABASE_URL, whatever else is there', () => {
    const profile = ofFile('POSTGRES_DB=other\nDATABASE_URL=postgres://bob:pw@host/shop\nPGHOST=elsewhere\n');
    assert.deepEqual(address(profile), ['host', 5432, 'shop', 'bob', 'pw']);
    assert.equal(profile.foundIn, 'DATABASE_URL in .env');
  });

  it('is in parts, as the postgres container and many a settings.py have it', () => {
    const container = ofFile('POSTGRES_DB=shop\nPOSTGRES_USER=bob\nPOSTGRES_PASSWORD=p@ss#w\n');
    assert.deepEqual(address(container), ['localhost', 5432, 'shop', 'bob', 'p@ss#w']);
    assert.equal(container.foundIn, 'POSTGRES_* in .env');
    const whole = ofFile('POSTGRES_HOST=db\nPOSTGRES_PORT=5433\nPOSTGRES_DB=shop\n');
    assert.deepEqual(address(whole), ['db', 5433, 'shop', 'postgres', undefined]);
    const django = ofFile('DB_HOST=db\nDB_PORT=5433\nDB_NAME=shop\nDB_USER=bob\nDB_PASSWORD=pw\n');
    assert.deepEqual(address(django), ['db', 5433, 'shop', 'bob', 'pw']);
    const libpq = ofFile('PGHOST=db\nPGPORT=5433\nPGDATABASE=shop\nPGUSER=bob\nPGPASSWORD=pw\n');
    assert.deepEqual(address(libpq), ['db', 5433, 'shop', 'bob', 'pw']);
    assert.equal(libpq.foundIn, 'PG* in .env');
  });

  it('brings the broker and the results of the same file', () => {
    const { broker, results } = redisTargets(
      ofFile('DB_NAME=shop\nREDIS_URL=redis://a\nCELERY_BROKER_URL=redis://b\n'),
    );
    assert.deepEqual(
      [broker, results].map((one) => one && 'host' in one && one.host),
      ['b', 'a'],
    );
  });

  it('is put together of others of its variables', () => {
    const text =
      'POSTGRES_USER=bob\nPOSTGRES_PASSWORD=pw\nDATABASE_URL=postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@db/shop\n';
    assert.deepEqual(address(ofFile(text)), ['db', 5432, 'shop', 'bob', 'pw']);
    assert.deepEqual(address(ofFile('OTHER=${MISSING}\nDB_NAME=shop\n')).slice(0, 3), ['localhost', 5432, 'shop']);
  });

  it('does not depend on what else the file refers to', () => {
    const text = 'DATABASE_URL=postgres://bob@host/shop\nENVIRONMENT=${STAGE}\nREDIS_URL=redis://${CACHE}/0\n';
    const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
    assert.ok(entry && !isBroken(entry));
    assert.equal(entry.redisUrl, 'redis://${CACHE}/0');
  });

  it('tells the secrets that it puts together', () => {
    forgetSecrets();
    const text = 'DATABASE_URL=postgres://bob@host/shop\nRPW=Zx9!longsecret77\nCELERY_BROKER_URL=amqp://u:${RPW}@h//\n';
    profileFromVariables(readEnvFile(text), 'env-file', '.env');
    assert.equal(redact('it says Zx9!longsecret77'), 'it says ***');
  });

  it('is none without a name, or of another kind', () => {
    for (const text of ['POSTGRES_HOST=db\nPOSTGRES_PASSWORD=pw', 'DB_HOST=db']) {
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && isBroken(entry) && entry.hint, text);
    }
    for (const text of [
      'DB_ENGINE=django.db.backends.mysql\nDB_NAME=shop',
      'DB_CONNECTION=mysql\nDB_NAME=shop',
      'REDIS_URL=redis://a',
    ])
      assert.equal(profileFromVariables(readEnvFile(text), 'env-file', '.env'), undefined, text);
    assert.equal(ofFile('DB_ENGINE=django.db.backends.postgresql\nDB_NAME=shop').database.database, 'shop');
  });

  it('that cannot be read is a sentence with the name of the variable and no password', () => {
    for (const [text, name] of [
      ['DB_NAME=shop\nDB_PORT=hunter2x\nDB_PASSWORD=hunter2', /DB_\* \(\.env\) has a port that is none/],
      ['DATABASE_URL=postgres://bob:${NOPE}@host/shop', /DATABASE_URL \(\.env\) refers to NOPE/],
    ] as const) {
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && isBroken(entry), text);
      assertOneSentence(entry.problem.message);
      assert.match(entry.problem.message, name);
    }
  });

  it('is not looked for in parts in the environment, where such names mean anything', () => {
    const parts = { DB_NAME: 'shop', POSTGRES_DB: 'shop' };
    assert.equal(profileFromVariables(parts, 'environment', 'environment'), undefined);
    const libpq = profileFromVariables({ PGHOST: 'db', PGDATABASE: 'shop' }, 'environment', 'environment');
    assert.ok(libpq && !isBroken(libpq));
    assert.equal(libpq.foundIn, 'PG* in the environment');
  });
});
