import assert from 'node:assert/strict';
import { fillReferences } from '../../../src/connect/env/references';
import { isBroken, profilesFromSettings, type ProfileEntry } from '../../../src/connect/profile';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { holdsPassword, withoutPassword } from '../../../src/connect/postgres/withoutPassword';
import { DELIMITERS } from '../../support/delimiters';
import { problemOf } from '../../support/problems';

const variables = {
  URL: 'postgresql://bob:hunter2@db.example.com:5433/shop',
  HOST: 'db.example.com',
  PASSWORD: 'p@ss:w/rd?#%',
  EMPTY: ' ',
};
const anywhere = { variables, wholeOnly: false };
const fill = (url: string): string => fillReferences(url, anywhere, 'URL');

describe('connect/references', () => {
  it('${env:NAME} in a connection is the whole URL, with its password', () => {
    assert.equal(fill(' ${env:URL} '), variables.URL);
    assert.equal(fill('postgresql://bob@host/shop'), 'postgresql://bob@host/shop');
  });

  it('${env:NAME} in a connection is a part of the URL', () => {
    assert.equal(fill('postgresql://bob@${env:HOST}:1/shop'), 'postgresql://bob@db.example.com:1/shop');
    const target = parsePostgresUrl(fill('postgresql://bob:${env:PASSWORD}@${env:HOST}/shop'), 'URL');
    assert.deepEqual([target.user, target.password, target.host], ['bob', variables.PASSWORD, variables.HOST]);
    const option = parsePostgresUrl(fill('postgresql://bob@host/shop?password=${env:PASSWORD}'), 'URL');
    assert.equal(option.password, variables.PASSWORD);
  });

  it('${env:NAME} in a connection brings any password to its server and nowhere else', () => {
    for (const char of DELIMITERS) {
      const references = { variables: { PW: `a${char}b@evil.example/${char}` }, wholeOnly: false };
      const target = parsePostgresUrl(fillReferences('postgresql://bob:${env:PW}@host/shop', references, 'URL'), 'URL');
      assert.deepEqual([target.password, target.host], [references.variables.PW, 'host'], char);
    }
  });

  it('${env:NAME} in a connection that is not set is one sentence with its name', async () => {
    for (const name of ['MISSING', 'EMPTY']) {
      const { message } = await problemOf(() => fill(`postgresql://bob:\${env:${name}}@host/shop`), 'invalid');
      assert.match(message, new RegExp(`the environment variable ${name}, which is not set`));
    }
  });

  it('${env:NAME} in a connection is no part of a URL that came with the workspace: that could send a password anywhere', async () => {
    const references = { variables: { ...variables, PGPASSWORD: 'hunter2' }, wholeOnly: true };
    assert.equal(fillReferences('${env:URL}', references, 'URL'), variables.URL);
    for (const url of [
      'postgresql://bob:${env:PGPASSWORD}@evil/db',
      'postgresql://${env:PGPASSWORD}.evil/db',
      'postgresql://evil/db?application_name=${env:PGPASSWORD}',
      '${env:PGPASSWORD}${env:URL}',
    ]) {
      const { message } = await problemOf(() => fillReferences(url, references, 'URL'), 'invalid');
      assert.doesNotMatch(message, /hunter2/);
    }
  });

  it('${env:NAME} in a connection makes a connection of the settings, whose password is nowhere written', () => {
    const of = (fields: object): ProfileEntry | undefined =>
      profilesFromSettings([{ name: 'main', databaseUrl: '${env:URL}', ...fields }], anywhere)[0];
    const profile = of({ redisUrl: 'redis://:${env:PASSWORD}@cache/0' });
    assert.ok(profile && !isBroken(profile), JSON.stringify(profile));
    assert.equal(profile.database.password, 'hunter2');
    assert.equal(profile.written.redisUrl, `redis://:${encodeURIComponent(variables.PASSWORD)}@cache/0`);
    for (const fields of [
      { databaseUrl: 'postgresql://bob:secret@${env:HOST}/shop' },
      { databaseUrl: 'postgresql://bob:x${env:PASSWORD}@host/shop' },
      { databaseUrl: 'postgresql://${env:HOST}/shop?password=secret' },
      { redisUrl: 'redis://:secret@${env:HOST}/0' },
    ]) {
      const refused = of(fields);
      assert.ok(refused && isBroken(refused), JSON.stringify(fields));
      assert.match(refused.problem.message, /holds a password/);
      assert.doesNotMatch(refused.problem.message, /secret/);
    }
    const missing = of({ databaseUrl: '${env:MISSING}' });
    assert.ok(missing && isBroken(missing));
    assert.match(missing.problem.message, /^celeryTasks\.connections "main" databaseUrl refers to .*MISSING/);
    const odd = of({ databaseUrl: '${env:PASSWORD}' });
    assert.ok(odd && isBroken(odd));
    assert.ok(!odd.problem.message.includes('w/rd'), odd.problem.message);
  });

  it('${env:NAME} in a connection stays as it was written when a URL is shown without its password', () => {
    for (const url of ['${env:URL}', 'postgresql://bob:${env:PASSWORD}@host/shop', 'postgresql://${env:HOST}/shop']) {
      assert.equal(withoutPassword(url), url);
      assert.ok(!holdsPassword(url), url);
    }
    assert.equal(withoutPassword('postgresql://bob:pw@${env:HOST}/shop'), 'postgresql://bob@${env:HOST}/shop');
    assert.ok(holdsPassword('postgresql://bob:pw@${env:HOST}/shop'));
  });
});
