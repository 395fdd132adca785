import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments, type CliOptions } from '../../../src/cli/arguments';
import { readEnvFiles } from '../../../src/cli/envFile';
import { Problem } from '../../../src/base/problem';
import { canary } from '../../support/canary';
import { redisTarget } from '../../support/celeryTargets';
import { problemOf } from '../../support/problems';

const ELSEWHERE = 'postgres://u@elsewhere/db';

describe('cli/envFile', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'env-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, ...lines: string[]): void => {
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  };
  /** The options that the command has in that folder. */
  const options = async (
    argv: readonly string[] = ['--check-execution'],
    environment: Record<string, string> = {},
    named?: readonly string[],
  ): Promise<CliOptions> => {
    const command = readArguments(argv, environment, await readEnvFiles(named, folder));
    assert.equal(command.kind, 'check');
    return (command as { options: CliOptions }).options;
  };
  const brokerOf = ({ verification }: CliOptions): string | undefined => {
    const broker = verification?.servers.broker;
    return broker && !(broker instanceof Problem) ? redisTarget(broker).host : undefined;
  };

  it('the .env of the folder gives the database, the broker and the results, and a line says so without a password', async () => {
    const secret = canary('env-file');
    write('.env', `DATABASE_URL=postgres://bob:${secret}@host:5433/shop`, `REDIS_URL=redis://:${secret}@queue:6380/2`);
    const found = await options();
    assert.equal(found.database.host, 'host');
    assert.equal(found.database.password, secret);
    assert.equal(found.databaseOfFile, true);
    assert.equal(brokerOf(found), 'queue');
    assert.deepEqual(found.notes, ['Read .env: database host:5433/shop, broker queue:6380/2, results queue:6380/2.']);
    assert.doesNotMatch(found.notes.join(), new RegExp(secret));
  });

  it('the .env is read by the names that Django projects have, as in the editor', async () => {
    write('.env', 'POSTGRES_HOST=db', 'POSTGRES_DB=shop', 'POSTGRES_USER=bob', 'REDIS_HOST=cache', 'REDIS_PORT=6380');
    const found = await options();
    assert.deepEqual([found.database.host, found.database.database, brokerOf(found)], ['db', 'shop', 'cache']);
  });

  it('without verification the line names the database alone, because nothing else is read', async () => {
    write('.env', 'DATABASE_URL=postgres://bob@host/shop', 'REDIS_URL=redis://queue');
    const found = await options([]);
    assert.equal(found.verification, undefined);
    assert.deepEqual(found.notes, ['Read .env: database host:5432/shop.']);
  });

  it('flags and variables go before the .env, each for what it names', async () => {
    write(
      '.env',
      'DATABASE_URL=postgres://bob@host/shop',
      'REDIS_URL=redis://queue',
      'CELERY_RESULT_BACKEND=redis://results',
    );
    const byFlag = await options(['--check-execution', '--broker-url', 'redis://flag']);
    assert.deepEqual([byFlag.database.host, brokerOf(byFlag)], ['host', 'flag']);
    assert.deepEqual(byFlag.notes, ['Read .env: database host:5432/shop, results results:6379/0.']);
    const byVariable = await options(['--check-execution'], { REDIS_URL: 'redis://variable' });
    assert.equal(brokerOf(byVariable), 'variable');
    assert.match(byVariable.notes.join(), /The broker is that of REDIS_URL: give --broker-url/);
    const same = await options(['--check-execution'], { REDIS_URL: 'redis://queue' });
    assert.deepEqual(same.notes, ['Read .env: database host:5432/shop.'], 'the same broker is no news');
    const database = await options([], { DATABASE_URL: ELSEWHERE });
    assert.equal(database.database.host, 'elsewhere');
    assert.equal(database.databaseOfFile, undefined, 'the person vouches for it');
    assert.deepEqual(database.notes, [
      'The database is that of DATABASE_URL in the environment, and not that of .env.',
    ]);
    const libpq = await options([], { PGHOST: 'elsewhere', PGDATABASE: 'db', PGUSER: 'u' });
    assert.equal(libpq.database.host, 'elsewhere');
    assert.match(libpq.notes.join(), /the PG variables in the environment/);
    assert.deepEqual((await options(['--database-url', ELSEWHERE])).notes, [], 'who types a database knows it');
  });

  it('the broker of a .env is not searched for the tasks of another database', async () => {
    write('.env', 'DATABASE_URL=postgres://bob@host/shop', 'REDIS_URL=redis://queue');
    const found = await options(['--check-execution', '--database-url', ELSEWHERE]);
    assert.deepEqual(found.verification?.servers, {});
    assert.deepEqual(found.notes, [
      "The broker of .env is not used, because that file names another database: give --broker-url if it is this one's.",
    ]);
    const same = await options(['--check-execution', '--database-url', 'postgres://another@host/shop']);
    assert.equal(brokerOf(same), 'queue', 'the same database under another user');
    assert.deepEqual(same.notes, ['Read .env: broker queue:6379/0, results queue:6379/0.']);
  });

  it('a .env that names no database completes the one that is named elsewhere', async () => {
    write('.env', 'REDIS_URL=redis://queue');
    const found = await options(['--check-execution'], { DATABASE_URL: ELSEWHERE });
    assert.equal(brokerOf(found), 'queue');
    assert.deepEqual(found.notes, ['Read .env: broker queue:6379/0, results queue:6379/0.']);
    const byFlag = await options(['--check-execution', '--database-url', ELSEWHERE]);
    assert.match(byFlag.notes.join(), /The broker is that of \.env: give --broker-url/);
    const problem = await problemOf(() => options(), 'invalid');
    assert.match(problem.message, /^No database given\. Use --database-url/);
  });

  it('a .env whose database cannot be read says why, unless another one is named', async () => {
    write('.env', 'SHOP_DB_HOST=host', 'REDIS_URL=redis://queue');
    assert.match((await problemOf(() => options(), 'invalid')).message, /SHOP_DB_HOST in \.env/);
    write('.env', 'DATABASE_URL=mysql://bob:hunter2@host/shop', 'REDIS_URL=redis://queue');
    const { message } = await problemOf(() => options(), 'invalid');
    assert.match(message, /DATABASE_URL \(\.env\)/);
    assert.doesNotMatch(message, /hunter2/);
    const other = await options(['--check-execution'], { DATABASE_URL: ELSEWHERE });
    assert.deepEqual(other.verification?.servers, {}, 'nobody knows which database its broker belongs to');
  });

  it('no .env is nothing, and neither is one that nobody named and that cannot be read', async () => {
    assert.equal(await readEnvFiles(undefined, folder), undefined);
    mkdirSync(join(folder, '.env'));
    assert.equal(await readEnvFiles(undefined, folder), undefined);
    rmSync(join(folder, '.env'), { recursive: true });
    write('.env', 'DEBUG=true');
    assert.equal(await readEnvFiles(undefined, folder), undefined);
  });

  it('a file of --env-file that is missing, is no file, is too large or names no server is refused in one sentence', async () => {
    mkdirSync(join(folder, 'folder'));
    write('empty', 'DEBUG=true');
    write('large', 'x'.repeat(1_100_000));
    const cases: readonly [string, RegExp][] = [
      ['missing', /^--env-file missing cannot be read \(there is no such file\)/],
      ['empty/below', /there is no such file/],
      ['folder', /it is a folder/],
      ['large', /larger than 1 MB/],
      ['empty', /^--env-file empty names no server: write DATABASE_URL/],
    ];
    for (const [name, says] of cases) {
      write('.env', 'DATABASE_URL=postgres://bob@host/shop');
      assert.match((await problemOf(() => readEnvFiles([name], folder), 'invalid')).message, says);
    }
    if (process.getuid?.() === 0) return;
    write('closed', 'DATABASE_URL=postgres://bob@host/shop');
    chmodSync(join(folder, 'closed'), 0);
    assert.match((await problemOf(() => readEnvFiles(['closed'], folder), 'invalid')).message, /no permission/);
  });

  it('--env-file is read in place of .env, by a relative or an absolute path', async () => {
    write('.env', 'DATABASE_URL=postgres://bob@host/shop');
    write('.env.production', 'DATABASE_URL=postgres://bob@production/shop');
    const places = [
      await options([], {}, ['.env.production']),
      await options([], {}, [join(folder, '.env.production')]),
    ];
    assert.deepEqual(
      places.map(({ database }) => database.host),
      ['production', 'production'],
    );
    assert.match(places[0]!.notes.join(), /^Read \.env\.production: database production:5432\/shop\.$/);
  });

  it('files of --env-file that belong together make one connection, and of others the first one counts', async () => {
    write('.postgres', 'POSTGRES_HOST=db', 'POSTGRES_DB=shop', 'POSTGRES_USER=bob');
    write('.django', 'REDIS_URL=redis://queue');
    const together = await options(['--check-execution'], {}, ['.django', '.postgres']);
    assert.deepEqual([together.database.host, brokerOf(together)], ['db', 'queue']);
    write('.env.staging', 'DATABASE_URL=postgres://bob@staging/shop', 'REDIS_URL=redis://staging');
    write('.env.production', 'DATABASE_URL=postgres://bob@production/shop');
    const apart = await options(['--check-execution'], {}, ['.env.production', '.env.staging']);
    assert.deepEqual([apart.database.host, brokerOf(apart)], ['production', undefined]);
  });
});
