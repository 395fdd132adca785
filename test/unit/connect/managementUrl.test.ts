import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { redact } from '../../../src/base/redact';
import { forgetSecrets } from '../../../src/base/secrets';
import { withAddedBroker } from '../../../src/connect/addedBroker';
import { celeryAddress, celeryServer, isOther } from '../../../src/connect/celeryTarget';
import { openSources } from '../../../src/connect/openSources';
import { managementPassword, managementSecretKey } from '../../../src/connect/otherBroker';
import {
  isBroken,
  profileFromVariables,
  profilesFromSettings,
  secretKeys,
  type ConnectionProfile,
} from '../../../src/connect/profile';
import { canary } from '../../support/canary';

const CANARY = canary('-m4nagement');
const ENTRY = { name: 'shop', databaseUrl: 'postgresql://bob@h/shop', brokerUrl: 'amqp://app@rabbit/shop' };

function ofSettings(fields: object): ConnectionProfile {
  const [entry] = profilesFromSettings([{ ...ENTRY, ...fields }]);
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return entry;
}

/** The URL with which the broker's API is asked. */
async function opened(
  profile: ConnectionProfile,
  stored: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { broker } = profile;
  assert.ok(broker && !(broker instanceof Problem) && isOther(broker));
  let url: string | undefined;
  const open = (_: string, managementUrl?: string): Promise<never> => {
    url = managementUrl;
    return Promise.reject(new Problem('invalid', 'It is not opened here.'));
  };
  await openSources(
    { ...profile, broker: { ...broker, open } },
    { statementTimeoutMs: 1000, namedByPerson: false, storedPassword: (key) => Promise.resolve(stored[key]) },
  );
  return url;
}

describe('connect/managementUrl', () => {
  afterEach(forgetSecrets);

  it('its password is stored for one user of that server, protected in this way', () => {
    const key = managementSecretKey('https://mon:hunter2@Rabbit:15671/prefix/');
    assert.equal(key, managementSecretKey(' https://mon@rabbit:15671/prefix '));
    assert.doesNotMatch(key ?? '', /hunter2/);
    for (const other of [
      'http://mon@rabbit:15671/prefix',
      'https://eve@rabbit:15671/prefix',
      'https://mon@rabbit2:15671/prefix',
      'https://mon@rabbit/prefix',
      'https://mon@rabbit:15671',
    ])
      assert.notEqual(managementSecretKey(other), key, other);
    for (const none of ['https://rabbit:15671', 'rabbit', '']) assert.equal(managementSecretKey(none), undefined);
    assert.equal(managementPassword('https://mon:p%40ss@rabbit'), 'p@ss');
    assert.equal(managementPassword('https://mon@rabbit'), undefined);
  });

  it('a connection of the settings has one without a password, and a key for it', () => {
    const profile = ofSettings({ managementUrl: 'https://mon@elsewhere:15671' });
    assert.equal(profile.written.managementUrl, 'https://mon@elsewhere:15671');
    assert.equal(secretKeys(profile).management, managementSecretKey('https://mon@elsewhere:15671'));
    assert.deepEqual(Object.keys(secretKeys(ofSettings({}))), ['database', 'broker']);
    assert.deepEqual(Object.keys(secretKeys(ofSettings({ managementUrl: 'https://rabbit' }))), ['database', 'broker']);
    const [leaky] = profilesFromSettings([{ ...ENTRY, managementUrl: `https://mon:${CANARY}@elsewhere` }]);
    assert.ok(leaky && isBroken(leaky));
    assert.match(leaky.problem.message, /"shop" holds a password/);
    assert.doesNotMatch(leaky.problem.message, new RegExp(CANARY));
  });

  it('it is opened with its stored password, never with that of the broker, and a written one goes before', async () => {
    const managementUrl = 'https://mon@elsewhere:15671';
    const profile = ofSettings({ managementUrl });
    const { broker = '', management = '' } = secretKeys(profile);
    const stored = { [broker]: `${CANARY}-broker`, [management]: `${CANARY}-p@ss` };
    assert.equal(await opened(profile, stored), `https://mon:${CANARY}-p%40ss@elsewhere:15671`);
    assert.equal(redact(`${CANARY}-p@ss`), '***');
    assert.equal(await opened(profile, { [broker]: `${CANARY}-broker` }), managementUrl);
    const own = profileFromVariables(
      { DATABASE_URL: 'postgres://h/d', AMQP_URL: 'amqp://q', CELERY_BROKER_MANAGEMENT_URL: `https://mon:${CANARY}@m` },
      'env-file',
      '.env',
    );
    assert.ok(own && !isBroken(own));
    assert.equal(await opened(own, { [secretKeys(own).management ?? '']: 'another' }), `https://mon:${CANARY}@m`);
  });

  it('a broker that is added to a connection brings its own, and leaves the results where they are', () => {
    const ofFile = (variables: Record<string, string>): ConnectionProfile => {
      const entry = profileFromVariables({ DATABASE_URL: 'postgres://u@h/d', ...variables }, 'env-file', '.env');
      assert.ok(entry && !isBroken(entry));
      return entry;
    };
    const results = { CELERY_RESULT_BACKEND: 'redis://r/1' };
    const added = withAddedBroker(ofFile(results), { url: 'amqp://app@q/v', managementUrl: 'https://mon@q:15671' });
    assert.deepEqual(added.written, {
      brokerUrl: 'amqp://app@q/v',
      managementUrl: 'https://mon@q:15671',
      resultBackend: 'redis://r/1',
    });
    assert.ok(added.broker && !(added.broker instanceof Problem) && isOther(added.broker));
    assert.equal(added.broker.managementUrlWithPassword, 'https://mon@q:15671');
    assert.ok(added.results && !(added.results instanceof Problem));
    assert.deepEqual(
      [celeryServer(added.broker), celeryServer(added.results)],
      ['RabbitMQ at q/v', 'Redis at r:6379/1'],
    );
    const unclear = ofFile({ BROKER_URL: 'redis://a', CELERY_BROKER: 'redis://b', REDIS_URL: 'redis://r' });
    const both = withAddedBroker(unclear, { url: 'amqp://app@q/v' });
    assert.ok(both.results && !(both.results instanceof Problem));
    assert.equal(celeryAddress(both.results), 'r:6379/0');
    assert.equal(withAddedBroker(both, { url: 'amqp://app@q/w' }).written.redisUrl, 'redis://r');
    const named = ofFile({ CELERY_BROKER_MANAGEMENT_URL: 'https://file:15671' });
    assert.equal(withAddedBroker(named, { url: 'amqp://q' }).written.managementUrl, 'https://file:15671');
    assert.equal(withAddedBroker(named, { url: 'redis://q' }).written.managementUrl, undefined);
  });
});
