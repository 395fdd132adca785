import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { redact } from '../../../src/base/redact';
import { forgetSecrets } from '../../../src/base/secrets';
import { openSources, type OpenOptions } from '../../../src/connect/openSources';
import { parsePostgresUrl, postgresSecretKey } from '../../../src/connect/postgres/postgresUrl';
import { parseRedisUrl, redisSecretKey } from '../../../src/connect/redis/redisUrl';
import { keyOf } from '../../../src/connect/servers';

const database = parsePostgresUrl('postgresql://bob@host/shop', 'test');
const OPTIONS: OpenOptions = { statementTimeoutMs: 1000, namedByPerson: false };

/** Options whose stored passwords are recorded as they are asked for. */
function recorded(asked: string[]): OpenOptions {
  const storedPassword = (key: string): Promise<string> => {
    asked.push(key);
    return Promise.resolve(`stored-Pw1-${String(asked.length)}`);
  };
  return { ...OPTIONS, storedPassword };
}

describe('connect/openSources', () => {
  afterEach(forgetSecrets);

  it('the sources of a connection are the servers that the caller may look at, and no other', async () => {
    const one = await openSources({ database }, OPTIONS);
    assert.deepEqual(Object.keys(one), ['postgres']);
    assert.equal(one.postgres.address, 'host:5432/shop');
    const unreadable = new Problem('invalid', 'The broker cannot be read.');
    const resultsDatabase = parsePostgresUrl('postgresql://me@elsewhere/results', 'test');
    const all = await openSources(
      { database, broker: unreadable, results: parseRedisUrl('redis://cache/1', 'test'), resultsDatabase },
      OPTIONS,
    );
    assert.equal(all.broker, unreadable);
    assert.ok(all.results && !(all.results instanceof Problem) && all.results.name === 'Redis at cache:6379/1');
    assert.ok(all.resultsDatabase && !(all.resultsDatabase instanceof Problem));
    assert.equal(all.resultsDatabase.address, 'elsewhere:5432/results');
  });

  it('the sources of a connection ask for the stored password of each server by its key, where its URL brings none', async () => {
    const broker = parseRedisUrl('redis://queue', 'test');
    const results = parseRedisUrl('redis://:own-Pw1-secret@cache', 'test');
    const resultsDatabase = parsePostgresUrl('postgresql://me@elsewhere/results', 'test');
    const asked: string[] = [];
    await openSources({ database, broker, results, resultsDatabase }, recorded(asked));
    assert.deepEqual(
      asked.sort(),
      [postgresSecretKey(database), postgresSecretKey(resultsDatabase), redisSecretKey(broker)].sort(),
    );
    assert.equal(redact('it says stored-Pw1-1, own-Pw1-secret'), 'it says ***, ***');
    const own = parsePostgresUrl('postgresql://bob:own-Pw1-secret@host/shop', 'test');
    const none: string[] = [];
    await openSources({ database: own, results }, recorded(none));
    assert.deepEqual(none, []);
  });

  it('the sources of a connection are on one server only where broker and results have one password', async () => {
    const [one, other] = [parseRedisUrl('redis://:a@cache', 'test'), parseRedisUrl('redis://:b@cache', 'test')];
    const server = (source: { readonly server: object } | Problem | undefined): object | undefined =>
      source instanceof Problem ? source : source?.server;
    const same = await openSources({ database, broker: one, results: { ...one } }, OPTIONS);
    assert.equal(server(same.broker), server(same.results));
    const apart = await openSources({ database, broker: one, results: other }, OPTIONS);
    assert.notEqual(server(apart.broker), server(apart.results));
  });
});

describe('connect/servers', () => {
  it('the key of plain data depends on all its fields, not on their order, and shows none', () => {
    const target = parseRedisUrl('rediss://me:own-Pw1-secret@cache:7000/2', 'test');
    const { db, ...rest } = target;
    assert.equal(keyOf(target), keyOf({ ...rest, db }));
    assert.equal(keyOf(target), keyOf({ db, ...rest }));
    assert.doesNotMatch(keyOf(target), /secret|cache/);
    for (const changed of [{ db: 3 }, { host: 'other' }, { user: 'you' }, { password: 'x' }])
      assert.notEqual(keyOf(target), keyOf({ ...target, ...changed }));
    assert.notEqual(keyOf([undefined, 'a']), keyOf(['a', undefined]));
  });
});
