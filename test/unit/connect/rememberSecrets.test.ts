import assert from 'node:assert/strict';
import { profileFromVariables, profilesFromSettings } from '../../../src/connect/profile';
import { rememberTarget, rememberUrl, rememberVariables } from '../../../src/connect/rememberSecrets';
import { redact, redactForeign } from '../../../src/base/redact';
import { forgetSecrets } from '../../../src/base/secrets';
import { canary } from '../../support/canary';
import { DELIMITERS } from '../../support/delimiters';

describe('connect/rememberSecrets', () => {
  beforeEach(forgetSecrets);

  const assertKnown = (secret: string, where: string): void => {
    assert.equal(redact(`a ${secret} b`), 'a *** b', where);
  };

  it('secrets become known from a URL, with any delimiter in the password, encoded or not', () => {
    for (const delimiter of DELIMITERS) {
      const secret = canary(`${delimiter}x`);
      for (const written of [secret, encodeURIComponent(secret)]) {
        for (const url of [
          `postgresql+psycopg2://bob:${written}@host:5432/db?application_name=a@b`,
          `redis://host:6379/0;rediss://:${written}@[::1]:6380/1`,
          `sentinel://:${written}@one:26379;sentinel://two:26379`,
          `amqp://bob:${written}@host//`,
        ]) {
          forgetSecrets();
          rememberUrl(url);
          assertKnown(secret, delimiter);
        }
      }
    }
  });

  it('secrets become known from its options', () => {
    for (const option of ['password', 'sslpassword', 'ssl_password']) {
      forgetSecrets();
      rememberUrl(`postgres://bob@host/db?a=1&${option}=${encodeURIComponent(canary('@&'))}&b=2`);
      assertKnown(canary('@&'), option);
    }
  });

  it('secrets become known from a URL that cannot be used', () => {
    rememberUrl(`postgres://bob:${canary('broken')}@host:port:port/db`);
    assertKnown(canary('broken'), 'no host');
    rememberUrl(`mysql://bob:${canary('mysql')}@host/db`);
    assertKnown(canary('mysql'), 'another scheme');
    for (const none of ['', '://', 'x', 'postgres://', '@', '://@', 'a://b@c:1/d']) rememberUrl(none);
    assert.equal(redactForeign('a b c d x 1'), 'a b c d x 1');
  });

  it('secrets become known from variables: URLs, and values by their names', () => {
    const values = {
      DATABASE_URL: `postgres://bob:${canary('url')}@host/db`,
      SOME_SERVICE: `https://bob:${canary('service')}@host/`,
      PGPASSWORD: canary('libpq'),
      REDIS_PASSWORD: canary('redis'),
      SECRET_KEY: canary('django'),
      mail_api_key: canary('mail'),
    };
    rememberVariables({ ...values, EMPTY_TOKEN: '', DEBUG_TOKEN: '1', PATH: '/usr/bin' });
    for (const rest of ['url', 'service', 'libpq', 'redis', 'django', 'mail']) assertKnown(canary(rest), rest);
    assert.equal(redactForeign('1 /usr/bin'), '1 /usr/bin');
    rememberVariables({ PGPASSWORD: '1' });
    assert.equal(redactForeign('1'), '***');
  });

  it('secrets become known from .env and settings, also where the connection is refused for it', () => {
    profileFromVariables({ REDIS_URL: `redis://:${canary('env')}@host/0` }, 'env-file', '.env');
    assertKnown(canary('env'), '.env');
    profilesFromSettings([
      { name: 'one', databaseUrl: `mysql://bob:${canary('settings')}@host/db` },
      { name: 'two', databaseUrl: 'postgres://host/db', brokerUrl: `amqp://bob:${canary('broker')}@host//` },
    ]);
    assertKnown(canary('settings'), 'databaseUrl');
    assertKnown(canary('broker'), 'brokerUrl');
  });

  it('secrets become known from a target that is opened, of every server in it', () => {
    rememberTarget({
      host: 'one',
      port: 1,
      user: canary('name'),
      password: canary('pw'),
      sentinel: { password: canary('sentinel') },
      tls: [{ passphrase: canary('key') }],
    });
    for (const rest of ['pw', 'sentinel', 'key']) assertKnown(canary(rest), rest);
    assert.equal(redact(canary('name')), canary('name'));
  });
});
