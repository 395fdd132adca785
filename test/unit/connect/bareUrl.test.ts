import assert from 'node:assert/strict';
import { readArguments } from '../../../src/cli/arguments';
import { readCeleryUrl } from '../../../src/connect/celeryUrl';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { isBroken, profileFromVariables, profilesFromSettings } from '../../../src/connect/profile';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../../src/connect/redis/redisUrl';
import { fillReferences } from '../../../src/connect/env/references';
import { sqlalchemyDatabase } from '../../../src/connect/resultsDatabase';
import { withoutPassword } from '../../../src/connect/postgres/withoutPassword';
import { bareUrl } from '../../../src/connect/postgres/bareUrl';
import { Problem } from '../../../src/base/problem';
import { DELIMITERS } from '../../support/delimiters';
import { problemOf } from '../../support/problems';
import { redisTarget } from '../../support/celeryTargets';

const AROUND: readonly ((url: string) => string)[] = [
  (url) => `"${url}"`,
  (url) => `'${url}'`,
  (url) => `\`${url}\``,
  (url) => `“${url}”`,
  (url) => `”${url}”`,
  (url) => `„${url}“`,
  (url) => `‘${url}’`,
  (url) => `«${url}»`,
  (url) => `<${url}>`,
  (url) => `"'${url}'"`,
  (url) => ` "${url}" `,
  (url) => `b'${url}'`,
  (url) => `u"${url}"`,
  (url) => `\\"${url}\\"`,
  (url) => `"${url}";`,
  (url) => `"${url}",`,
  (url) => `${url};`,
  (url) => `${url} ;`,
  (url) => `${url} # the replica`,
  (url) => `"${url}" # the replica`,
  (url) => `${url} // the replica`,
  (url) => `${url} ; the replica`,
  (url) => `export DATABASE_URL=${url}`,
  (url) => `DATABASE_URL = "${url}"`,
  (url) => `DATABASE_URL: '${url}'`,
  (url) => `\ufeff${url}\r\n`,
  (url) => `\u00a0${url}\u200b`,
];

describe('connect/bareUrl', () => {
  it('what is written around a URL is no part of it, wherever the URL is read', () => {
    const database = 'postgresql://bob:p@ss#w@db.example:5433/shop?sslmode=require';
    const redis = 'rediss://:p@ss#w@cache.example:6380/2';
    for (const around of AROUND) {
      const written = around(database);
      assert.equal(bareUrl(written), database, written);
      assert.deepEqual(parsePostgresUrl(written, 'X'), parsePostgresUrl(database, 'X'), written);
      assert.deepEqual(parseRedisUrl(around(redis), 'X'), parseRedisUrl(redis, 'X'), around(redis));
      if (!/^\w+ ?\w+ ?[=:]/.test(written)) assert.equal(readCeleryUrl(around('django-db'), 'results', 'X'), undefined);
      assert.deepEqual(
        sqlalchemyDatabase(around(`db+${database}`), 'X'),
        sqlalchemyDatabase(`db+${database}`, 'X'),
        written,
      );
      assert.equal(withoutPassword(written), 'postgresql://bob@db.example:5433/shop?sslmode=require');
    }
  });

  it('what is written around a URL is no part of it in the settings, the environment and on the command line', () => {
    const [entry] = profilesFromSettings([
      { name: 'a', databaseUrl: "'postgresql://bob@host/shop'", redisUrl: '“redis://cache/1”' },
    ]);
    assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
    const { broker } = entry;
    assert.ok(broker && !(broker instanceof Problem));
    assert.deepEqual([entry.database.database, redisTarget(broker).host, redisTarget(broker).db], ['shop', 'cache', 1]);
    const environment = { DATABASE_URL: '"postgresql://bob:pw@host/shop";', REDIS_URL: "'redis://cache/1'" };
    const found = profileFromVariables(environment, 'environment', 'environment');
    assert.ok(found && !isBroken(found));
    assert.deepEqual([found.database.database, found.database.password], ['shop', 'pw']);
    const command = readArguments(
      ['--database-url', "'postgresql://bob:pw@host/shop'", '--redis-url', '"redis://c/3"', '--check-execution'],
      {},
    );
    assert.ok(command.kind === 'check');
    assert.equal(command.options.database.database, 'shop');
    assert.equal((command.options.verification?.servers.broker as { db: number }).db, 3);
    assert.equal(
      fillReferences('"${env:URL}"', { variables: { URL: 'redis://h' }, wholeOnly: true }, 'X'),
      'redis://h',
    );
  });

  it('what is written around a URL is no part of it in a .env file', () => {
    for (const around of AROUND.slice(0, -2)) {
      const text = `DATABASE_URL=${around('postgres://bob:pw@host/shop')}\r\nDEBUG=1\r\n`;
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && !isBroken(entry), text);
      assert.deepEqual([entry.database.database, entry.database.password], ['shop', 'pw'], text);
    }
  });

  it('what is written around a URL does not cost a password its own quotes and delimiters', () => {
    for (const char of DELIMITERS)
      for (const password of [`${char}pw${char}`, `p${char}w`, `p ${char}w`, `p${char} w`])
        assert.equal(parsePostgresUrl(`"postgres://bob:${password}@host/shop"`, 'X').password, password, password);
    assert.equal(bareUrl("postgres://h/d?options=-c search_path='a'"), "postgres://h/d?options=-c search_path='a'");
    assert.equal(bareUrl('redis://a ; redis://b'), 'redis://a ; redis://b');
  });

  it('what is written around a URL where it is only half there is one sentence', async () => {
    for (const url of ['"redis://h/0', '“redis://h/0', "'redis://:hunter2@h/0"]) {
      const { message } = await problemOf(() => parseRedisUrl(url, 'REDIS_URL'), 'invalid');
      assert.match(message, /^REDIS_URL begins with an unmatched quotation mark. Remove it\.$/);
    }
    for (const url of ['postgres://bob:hunter2@h/d"', 'postgres://h/d’']) {
      const { message } = await problemOf(() => parsePostgresUrl(url, '--database-url'), 'invalid');
      assert.match(message, /^--database-url ends with an unmatched quotation mark. Remove it\.$/);
    }
  });

  it('what is written around a URL of megabytes takes no time', () => {
    for (const piece of ['"', ' #', ' ', ';', "b'", 'A=', '<', '\\"', ' ;']) {
      const began = performance.now();
      bareUrl(piece.repeat(1_000_000));
      bareUrl(piece.repeat(9_000 / piece.length) + 'x@');
      assert.ok(performance.now() - began < 2000, piece);
    }
  });
});
