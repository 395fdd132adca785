import assert from 'node:assert/strict';
import { redact } from '../../../src/base/redact';
import { forgetSecrets } from '../../../src/base/secrets';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { isBroken, profileFromVariables, type ConnectionProfile } from '../../../src/connect/profile';
import { assertForPeople } from '../../support/problems';

function ofFile(text: string): ConnectionProfile {
  const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry;
}

function address({ database }: ConnectionProfile): unknown[] {
  return [database.host, database.port, database.database, database.user, database.password];
}

describe('connect/variableDatabase', () => {
  it('the database of a .env file is its DATABASE_URL, whatever else is there', () => {
    const profile = ofFile('POSTGRES_DB=other\nDATABASE_URL=postgres://bob:pw@host/shop\nPGHOST=elsewhere\n');
    assert.deepEqual(address(profile), ['host', 5432, 'shop', 'bob', 'pw']);
    assert.equal(profile.foundIn, 'DATABASE_URL in .env');
  });

  it('the database of a .env file is in parts, as the postgres container and many a settings.py have it', () => {
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

  it('the database of a .env file is in parts under the names of other projects and of providers', () => {
    const expected = ['db', 5433, 'shop', 'bob', 'p@ss#w'];
    for (const [prefix, name, user, password] of [
      ['SQL', 'DATABASE', 'USER', 'PASSWORD'],
      ['DATABASE', 'NAME', 'USERNAME', 'PASS'],
      ['POSTGRES', 'DATABASE', 'USERNAME', 'PASSWORD'],
      ['POSTGRESQL', 'DATABASE', 'USERNAME', 'PASSWORD'],
      ['PG', 'DATABASE', 'USER', 'PASSWORD'],
      ['DB', 'DATABASE', 'USERNAME', 'PASSWORD'],
      ['AZURE_POSTGRESQL', 'NAME', 'USER', 'PASSWORD'],
      ['DJANGO_DB', 'NAME', 'USER', 'PASSWORD'],
    ] as const) {
      const text = `${prefix}_HOST=db\n${prefix}_PORT=5433\n${prefix}_${name}=shop\n${prefix}_${user}=bob\n${prefix}_${password}=p@ss#w\n`;
      const profile = ofFile(text);
      assert.deepEqual(address(profile), expected, text);
      assert.equal(profile.foundIn, `${prefix}_* in .env`);
    }
    const beanstalk = 'RDS_HOSTNAME=db\nRDS_PORT=5433\nRDS_DB_NAME=shop\nRDS_USERNAME=bob\nRDS_PASSWORD=p@ss#w\n';
    assert.deepEqual(address(ofFile(beanstalk)), expected);
    assert.deepEqual(address(ofFile('DB_HOST=db:5433\nDB_NAME=shop\n')).slice(0, 3), ['db', 5433, 'shop']);
  });

  it('the database of a .env file is a URL under another name', () => {
    for (const name of [
      'POSTGRES_URL',
      'POSTGRESQL_URL',
      'POSTGRES_PRISMA_URL',
      'POSTGRES_URL_NON_POOLING',
      'DB_URL',
      'DATABASE_URI',
      'SQLALCHEMY_DATABASE_URI',
      'DJANGO_DATABASE_URL',
      'DATABASE_PUBLIC_URL',
      'DATABASE_PRIVATE_URL',
      'DATABASE_URL_UNPOOLED',
      'NEON_DATABASE_URL',
      'SUPABASE_DB_URL',
      'TIMESCALE_SERVICE_URL',
      'HEROKU_POSTGRESQL_CYAN_URL',
    ]) {
      const profile = ofFile(`${name}=postgres://bob:pw@host/shop?sslmode=require\n`);
      assert.deepEqual(address(profile), ['host', 5432, 'shop', 'bob', 'pw'], name);
      assert.equal(profile.foundIn, `${name} in .env`);
      assert.equal(profile.database.sslMode, 'require');
    }
    const railway =
      'DATABASE_PRIVATE_URL=postgres://u@db.internal/shop\nDATABASE_PUBLIC_URL=postgres://u@proxy:1/shop\n';
    assert.deepEqual(address(ofFile(railway)).slice(0, 2), ['proxy', 1]);
  });

  it("the database of a .env file is Java's URL, with user and password beside it, or a list of libpq's words", () => {
    const java =
      'SPRING_DATASOURCE_URL=jdbc:postgresql://db:5433/shop\nSPRING_DATASOURCE_USERNAME=bob\nSPRING_DATASOURCE_PASSWORD=pw\n';
    assert.deepEqual(address(ofFile(java)), ['db', 5433, 'shop', 'bob', 'pw']);
    const inUrl = 'JDBC_DATABASE_URL=jdbc:postgresql://db:5433/shop?user=bob&password=pw\n';
    assert.deepEqual(address(ofFile(inUrl)), ['db', 5433, 'shop', 'bob', 'pw']);
    const words =
      "AZURE_POSTGRESQL_CONNECTIONSTRING=dbname=shop host=db port=5433 sslmode=require user=bob password='pw'\n";
    assert.deepEqual(address(ofFile(words)), ['db', 5433, 'shop', 'bob', 'pw']);
    assert.equal(ofFile(words).database.sslMode, 'require');
  });

  it('the database of a .env file asks for TLS where its parts do', () => {
    const mode = (text: string): string => ofFile(`DB_NAME=shop\nDB_HOST=db\n${text}\n`).database.sslMode;
    for (const text of [
      'DB_SSL=true',
      'DB_SSLMODE=require',
      'DB_REQUIRE_SSL=1',
      'DB_SSL_MODE=require',
      'PGSSLMODE=require',
    ])
      assert.equal(mode(text), 'require', text);
    assert.equal(mode('DB_SSL=false'), 'prefer');
    const entry = profileFromVariables(readEnvFile('DB_NAME=shop\nDB_SSL=maybe\n'), 'env-file', '.env');
    assert.ok(entry && isBroken(entry), 'rather than without TLS');
  });

  it('the database of a .env file takes its host from where it stands, and never this machine in its place', () => {
    const container = 'POSTGRES_DB=shop\nPOSTGRES_USER=bob\nPOSTGRES_PASSWORD=pw\n';
    assert.deepEqual(address(ofFile(`${container}DB_HOST=db\nDB_PORT=5433\n`)), ['db', 5433, 'shop', 'bob', 'pw']);
    assert.equal(ofFile(`${container}DB_HOST=db\n`).foundIn, 'POSTGRES_* and DB_* in .env');
    assert.deepEqual(address(ofFile(`${container}PGHOST=db\n`)).slice(0, 3), ['db', 5432, 'shop']);
    assert.equal(address(ofFile(`${container}INSTANCE_CONNECTION_NAME=p:r:i\n`))[0], '/cloudsql/p:r:i');
    assert.equal(address(ofFile(`${container}POSTGRES_HOST_AUTH_METHOD=trust\n`))[0], 'localhost');
    const own = 'DB_HOST=db\nDB_NAME=shop\nDB_USER=app\n';
    assert.deepEqual(
      address(ofFile(container + own)),
      ['db', 5432, 'shop', 'app', undefined],
      'a password has one user',
    );
    for (const name of ['DB_WRITER_ENDPOINT', 'DB_HOST_PROD', 'DB_MAIN_HOST']) {
      const entry = profileFromVariables(readEnvFile(`DB_NAME=shop\n${name}=db\n`), 'env-file', '.env');
      assert.ok(entry && isBroken(entry) && !entry.hint, name);
      assertForPeople(entry.problem.message);
      assert.match(entry.problem.message, new RegExp(`${name}.*Write the host as DB_HOST`));
    }
  });

  it('the database of a .env file is none where two candidates differ, and both are named', () => {
    for (const [text, names] of [
      ['POSTGRES_DB=a\nDB_NAME=b', /POSTGRES_DB and DB_NAME/],
      ['POSTGRES_HOST=one\nPOSTGRES_DB=shop\nDB_HOST=two\nDB_NAME=shop', /POSTGRES_HOST and DB_HOST/],
      ['POSTGRES_URL=postgres://u:hunter2@one/shop\nPGHOST=two\nPGDATABASE=shop', /POSTGRES_URL and PGHOST/],
      ['DB_HOST=db\nDB_NAME=shop\nPOSTGRES_DB=other', /DB_NAME and POSTGRES_DB/],
      ['DB_HOST=db\nDB_NAME=shop\nDB_USER=a\nSQL_HOST=db\nSQL_DATABASE=shop\nSQL_USER=b', /DB_USER and SQL_USER/],
      [
        'HEROKU_POSTGRESQL_RED_URL=postgres://u:hunter2@one/shop\nHEROKU_POSTGRESQL_BLUE_URL=postgres://u:hunter2@two/shop',
        /RED_URL and HEROKU_POSTGRESQL_BLUE_URL/,
      ],
      ['POSTGRES_DB=shop\nDB_HOST=one\nSQL_HOST=two', /DB_HOST and SQL_HOST/],
    ] as const) {
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && isBroken(entry) && !entry.hint, text);
      assertForPeople(entry.problem.message);
      assert.match(entry.problem.message, names);
      assert.doesNotMatch(entry.problem.message, /hunter2/);
    }
    const neon =
      'NEON_DATABASE_URL=postgres://u:p@ep-x-pooler.neon.tech/shop\nDATABASE_URL_UNPOOLED=postgres://u:p@ep-x.neon.tech/shop\n';
    assert.equal(ofFile(neon).database.host, 'ep-x.neon.tech', 'two ways to one server');
    assert.equal(
      ofFile('DB_HOST=127.0.0.1\nDB_NAME=shop\nPGHOST=localhost\nPGDATABASE=shop\n').database.database,
      'shop',
    );
    assert.equal(ofFile('DATABASE_URL=postgres://u@h/d\nDB_HOST=x\nDB_NAME=y\n').database.database, 'd');
  });

  it('the database of a .env file that merely looks like one is named and not read', () => {
    for (const [text, names] of [
      ['TEST_DATABASE_URL=postgres://u:hunter2@h/d', ['TEST_DATABASE_URL']],
      ['DATABASE_URL_STAGING=postgres://u:hunter2@h/d', ['DATABASE_URL_STAGING']],
      ['READ_REPLICA="postgresql+psycopg2://u:hunter2@h/d"', ['READ_REPLICA']],
      ['SHOP_DB_HOST=h\nSHOP_DB_NAME=d\nSHOP_DB_PASSWORD=hunter2', ['SHOP_DB_HOST', 'SHOP_DB_NAME']],
      ['DB_DEFAULT_HOST=h\nDB_DEFAULT_NAME=d', ['DB_DEFAULT_HOST', 'DB_DEFAULT_NAME']],
      ['POSTGRES_PASSWORD=hunter2', ['POSTGRES_PASSWORD']],
    ] as const) {
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && isBroken(entry) && entry.hint, text);
      assertForPeople(entry.problem.message);
      for (const name of names) assert.ok(entry.problem.message.includes(name), entry.problem.message);
      assert.match(entry.problem.message, /not read\. Write the one to check as DATABASE_URL=/);
      assert.doesNotMatch(entry.problem.message, /hunter2/);
    }
    for (const text of [
      'SHOP_DB_ENGINE=mysql\nSHOP_DB_HOST=h',
      'MYSQL_HOST=h\nMYSQL_DATABASE=d',
      'DB_URL=mysql://u:p@h/d',
      'DB_HOST=h\nDB_NAME=d\nDB_PORT=3306',
      'DB_NAME=/var/lib/db.sqlite3',
      'SQL_SERVER=h\nSQL_DATABASE=d',
      'DATABASE=mysql\nSQL_HOST=h\nSQL_DATABASE=d',
      'CELERY_RESULT_BACKEND=db+postgresql://u:p@h/d',
      'MONGO_DB_HOST=h',
      'USE_DB_NAME=true',
    ])
      assert.equal(profileFromVariables(readEnvFile(text), 'env-file', '.env'), undefined, text);
  });

  it('the database of a .env file brings the broker and the results of the same file', () => {
    const { broker, results } = ofFile('DB_NAME=shop\nREDIS_URL=redis://a\nCELERY_BROKER_URL=redis://b\n');
    assert.deepEqual(
      [broker, results].map((one) => one && 'host' in one && one.host),
      ['b', 'a'],
    );
  });

  it('the database of a .env file is put together of others of its variables', () => {
    const text =
      'POSTGRES_USER=bob\nPOSTGRES_PASSWORD=pw\nDATABASE_URL=postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@db/shop\n';
    assert.deepEqual(address(ofFile(text)), ['db', 5432, 'shop', 'bob', 'pw']);
    assert.deepEqual(address(ofFile('OTHER=${MISSING}\nDB_NAME=shop\n')).slice(0, 3), ['localhost', 5432, 'shop']);
  });

  it('the database of a .env file does not depend on what else the file refers to', () => {
    const text = 'DATABASE_URL=postgres://bob@host/shop\nENVIRONMENT=${STAGE}\nREDIS_URL=redis://${CACHE}/0\n';
    const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
    assert.ok(entry && !isBroken(entry));
    assert.equal(entry.written.redisUrl, 'redis://${CACHE}/0');
  });

  it('the database of a .env file tells the secrets that it puts together', () => {
    forgetSecrets();
    const text = 'DATABASE_URL=postgres://bob@host/shop\nRPW=Zx9!longsecret77\nCELERY_BROKER_URL=amqp://u:${RPW}@h//\n';
    profileFromVariables(readEnvFile(text), 'env-file', '.env');
    assert.equal(redact('it says Zx9!longsecret77'), 'it says ***');
  });

  it('the database of a .env file is none without a name, or of another kind', () => {
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

  it('the database of a .env file that cannot be read is a sentence with the name of the variable and no password', () => {
    for (const [text, name] of [
      ['DB_NAME=shop\nDB_PORT=hunter2x\nDB_PASSWORD=hunter2', /DB_\* \(\.env\) has an invalid port/],
      ['DATABASE_URL=postgres://bob:${NOPE}@host/shop', /DATABASE_URL \(\.env\) refers to NOPE/],
    ] as const) {
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && isBroken(entry), text);
      assertForPeople(entry.problem.message);
      assert.match(entry.problem.message, name);
    }
  });

  it('the database of a .env file is not looked for in parts in the environment, where such names mean anything', () => {
    const parts = { DB_NAME: 'shop', POSTGRES_DB: 'shop' };
    assert.equal(profileFromVariables(parts, 'environment', 'environment'), undefined);
    const libpq = profileFromVariables({ PGHOST: 'db', PGDATABASE: 'shop' }, 'environment', 'environment');
    assert.ok(libpq && !isBroken(libpq));
    assert.equal(libpq.foundIn, 'PG* in the environment');
  });
});
