import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { celeryAddress } from '../../../src/connect/celeryTarget';
import { lacksBroker, withAddedBroker } from '../../../src/connect/addedBroker';
import { isBroken, profileFromVariables, profileKey, type ConnectionProfile } from '../../../src/connect/profile';

function ofFile(variables: Record<string, string>): ConnectionProfile {
  const entry = profileFromVariables({ DATABASE_URL: 'postgres://u@h/shop', ...variables }, 'env-file', '.env');
  assert.ok(entry && !isBroken(entry));
  return entry;
}

function address(target: ConnectionProfile['broker']): string {
  return target === undefined ? 'none' : target instanceof Problem ? target.message : celeryAddress(target);
}

describe('connect/addedBroker', () => {
  it('gives a connection without a broker the one that was added, for the results too', () => {
    const profile = ofFile({});
    assert.equal(lacksBroker(profile), true);
    const added = withAddedBroker(profile, { url: 'redis://r:6380/2' });
    assert.deepEqual([address(added.broker), address(added.results)], ['r:6380/2', 'r:6380/2']);
    assert.deepEqual([added.addedBroker, added.id, lacksBroker(added)], [true, profile.id, false]);
    const another = withAddedBroker(added, { url: 'redis://other/0' });
    assert.deepEqual([address(another.broker), address(another.results)], ['other:6379/0', 'other:6379/0']);
    // A check must not take an older answer for its own.
    assert.notEqual(profileKey(added), profileKey(profile));
  });

  it('leaves the results where the file has them', () => {
    const own = withAddedBroker(ofFile({ CELERY_RESULT_BACKEND: 'redis://results/1' }), { url: 'redis://r/0' });
    assert.deepEqual([address(own.broker), address(own.results)], ['r:6379/0', 'results:6379/1']);
    assert.equal(
      withAddedBroker(ofFile({ CELERY_RESULT_BACKEND: 'django-db' }), { url: 'redis://r/0' }).results,
      undefined,
    );
  });

  it('decides where the file names several, and never goes before what the file names', () => {
    const unclear = ofFile({ VALKEY_URL: 'redis://a/0', REDISCLOUD_URL: 'redis://b/0' });
    assert.equal(lacksBroker(unclear), true);
    assert.equal(address(withAddedBroker(unclear, { url: 'redis://r/0' }).broker), 'r:6379/0');
    const named = ofFile({ CELERY_BROKER_URL: 'redis://own/0' });
    assert.equal(withAddedBroker(named, { url: 'redis://r/0' }), named);
    const rabbit = ofFile({ CELERY_BROKER_URL: 'kafka://k' });
    assert.equal(lacksBroker(rabbit), false);
    assert.equal(withAddedBroker(rabbit, { url: 'redis://r/0' }), rabbit);
  });
});
