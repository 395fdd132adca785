import assert from 'node:assert/strict';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { expandVariables, unfilledReference } from '../../../src/connect/env/envReferences';
import { isBroken, profileFromVariables, type ConnectionProfile } from '../../../src/connect/profile';
import { Problem } from '../../../src/base/problem';
import { assertForPeople, problemOf } from '../../support/problems';

const FILE = `USER=bob
NESTED=\${USER}2
BARE=$USER-3
EMPTY=
DB_PASSWORD=
TLS=1
LOOP=\${LOOP}
ROUND=$TRIP
TRIP=\${ROUND}
SELF=\${SELF:-mine}
`;
const expand = (text: string): string => expandVariables(text, readEnvFile(FILE), 'DATABASE_URL (.env)');

describe('connect/envReferences', () => {
  it('a reference in a .env file is another value of the same file, with braces or without', () => {
    for (const [text, value] of [
      ['postgres://${USER}@host/${NESTED}', 'postgres://bob@host/bob2'],
      ['postgres://$USER:x@host/$NESTED?a=$BARE', 'postgres://bob:x@host/bob2?a=bob-3'],
      ['$USER', 'bob'],
      ['$USER$USER.', 'bobbob.'],
      ['${USER}', 'bob'],
    ] as const)
      assert.equal(expand(text), value, text);
  });

  it('a reference in a .env file takes the operators of a shell', () => {
    for (const [text, value] of [
      ['${MISSING:-x}|${EMPTY:-y}|${USER:-z}', 'x|y|bob'],
      ['${MISSING-x}|a${EMPTY-y}|${USER-z}', 'x|a|bob'],
      ['${MISSING:=x}|a${EMPTY=y}|${USER:=z}', 'x|a|bob'],
      ['a${MISSING:+x}|${EMPTY:+y}|${USER:+z}|${TLS:+?sslmode=require}', 'a||z|?sslmode=require'],
      ['a${MISSING+x}|${EMPTY+y}|${USER+z}', 'a|y|z'],
      ['${USER:?no user}|${USER?no user}|a${EMPTY?none}', 'bob|bob|a'],
      ['${MISSING:-}', ''],
      ['${MISSING:-a:-b-c?d+e}', 'a:-b-c?d+e'],
    ] as const)
      assert.equal(expand(text), value, text);
  });

  it('a reference in a .env file may stand in the default of another', () => {
    assert.equal(expand('${A:-${B:-${USER}}}'), 'bob');
    assert.equal(expand('${A-${B-$USER}/x}'), 'bob/x');
    assert.equal(expand('${TLS:+${USER:+yes}}'), 'yes');
    assert.equal(expand('${SELF}'), 'mine', 'a default for one that is set elsewhere');
  });

  it('a reference in a .env file leaves every other $ as it is: passwords have it', () => {
    for (const text of [
      'pa$word',
      'pa$$word$x',
      'pa$$USER',
      '$$',
      '$',
      'a$',
      '$1',
      '${',
      '${}',
      '${USER',
      '${1}',
      '${USER!x}',
      '$(USER)',
      '$constructor',
      '$__proto__',
      'p$w{a}',
    ])
      assert.equal(expand(text), text);
  });

  it('a reference in a .env file is not filled in in single quotes, nor behind a backslash in double ones', () => {
    const url = (line: string): string => {
      const entry = profileFromVariables(readEnvFile(`word=other\n${line}\n`), 'env-file', '.env');
      assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
      return entry.database.password ?? '';
    };
    assert.equal(url("DATABASE_URL='postgres://u:a$word@host/shop'"), 'a$word');
    assert.equal(url("export DATABASE_URL='postgres://u:a${word}@host/shop' # x"), 'a${word}');
    assert.equal(url('DATABASE_URL="postgres://u:a\\$word@host/shop"'), 'a$word');
    assert.equal(url('DATABASE_URL="postgres://u:a$word@host/shop"'), 'aother');
    assert.equal(url('DATABASE_URL=postgres://u:a${word}@host/shop'), 'aother');
    assert.equal(url("MAIN='postgres://u:a$word@host/shop'\nDATABASE_URL=$MAIN"), 'a$word');
    assert.equal(url("DATABASE_URL=$MAIN\nMAIN='postgres://u:a$word@host/shop'"), 'a$word');
  });

  it('a reference in a .env file that is not there, is empty where a name belongs, or goes round in circles, is one sentence', async () => {
    for (const [text, words] of [
      ['${PGPASSWORD}', /refers to PGPASSWORD, which isn't set there/],
      ['postgres://u@h/${MISSING:?no database}', /refers to MISSING, which isn't set/],
      ['${EMPTY:?text}', /refers to EMPTY/],
      ['${MISSING?text}', /refers to MISSING/],
      ['postgres://u:p@${EMPTY}/shop', /refers to EMPTY, which is empty there/],
      ['postgres://u:p@host/$EMPTY', /refers to EMPTY, which is empty there/],
      ['$EMPTY', /refers to EMPTY, which is empty there/],
      ['${LOOP}', /refers to itself through LOOP/],
      ['$ROUND', /refers to itself through ROUND/],
    ] as const)
      assert.match((await problemOf(() => expand(text), 'invalid')).message, words, text);
    assert.equal(expand('postgres://u:${DB_PASSWORD}@h/d'), 'postgres://u:@h/d', 'a password may be empty');
    assert.equal(expand('postgres://u@h/d${EMPTY}'), 'postgres://u@h/d');
  });

  it('a reference in a .env file never takes long or grows without end', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `L${String(level)}=$L${String(level + 1)}$L${String(level + 1)}`,
    );
    const bomb = readEnvFile(`${levels.join('\n')}\nL40=x\nDATABASE_URL=$L0\n`);
    assert.throws(() => expandVariables('$L0', bomb, 'DATABASE_URL'), /too long/);
    const deep = '${A:-'.repeat(1500);
    assert.equal(expandVariables(deep, {}, 'X'), deep);
    assert.throws(() => expandVariables(deep.slice(0, 500) + '}'.repeat(100), {}, 'X'), /too long/);
  });

  it('a reference in a .env file of a name that nobody gave is named, rather than looked up as a host', () => {
    const of = (text: string): string => {
      const entry = profileFromVariables(readEnvFile(text), 'env-file', '.env');
      assert.ok(entry && isBroken(entry), JSON.stringify(entry));
      assertForPeople(entry.problem.message);
      assert.doesNotMatch(entry.problem.message, /hunter2/);
      return entry.problem.message;
    };
    assert.match(of('DATABASE_URL=$MAIN_DB\n'), /DATABASE_URL \(\.env\) refers to MAIN_DB/);
    assert.match(of('DATABASE_URL=postgres://u:hunter2@$DB_HOST/shop\n'), /refers to DB_HOST/);
    assert.match(of('DATABASE_URL=postgres://u:hunter2@host/$DB_NAME\n'), /refers to DB_NAME/);
    assert.match(of('DATABASE_URL=postgres://$DB_USER:hunter2@host/shop\n'), /refers to DB_USER/);
    assert.match(of('DATABASE_URL=postgres://u:$DB_PASSWORD@host/shop\n'), /refers to DB_PASSWORD/);
    assert.match(of("H=x\nDATABASE_URL='postgres://u:hunter2@${H}/shop'\n"), /refers to H.*single quotes/);
    assert.match(of('POSTGRES_DB=shop\nPOSTGRES_HOST=$NOWHERE\n'), /POSTGRES_\* \(\.env\) refers to NOWHERE/);
    assert.equal(unfilledReference('a$b'), 'b');
    assert.equal(unfilledReference('a$1$'), undefined);
  });

  it('a reference in a .env file in the URL of a broker costs no database, and is blamed itself', () => {
    const entry = profileFromVariables(
      readEnvFile('DATABASE_URL=postgres://u@host/shop\nREDIS_URL=redis://:hunter2@$CACHE:6379/0\n'),
      'env-file',
      '.env',
    ) as ConnectionProfile;
    const { broker } = entry;
    assert.ok(broker instanceof Problem);
    assert.match(broker.message, /the variable CACHE as its host/);
    assertForPeople(broker.message);
  });
});
