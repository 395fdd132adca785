import assert from 'node:assert/strict';
import {
  isBroken,
  profileFromVariables,
  profilesFromSettings,
  type ConnectionProfile,
  type ProfileEntry,
} from '../../../src/connect/profile';
import { looksLikeProduction } from '../../../src/connect/production';

function marked(entry: ProfileEntry | undefined): boolean {
  assert.ok(entry && !isBroken(entry), JSON.stringify(entry));
  return (entry satisfies ConnectionProfile).production === true;
}

const inSettings = (fields: object): boolean =>
  marked(profilesFromSettings([{ name: 'main', databaseUrl: 'postgresql://bob@host/shop', ...fields }])[0]);

describe('connect/production', () => {
  it('production is told by a word of a name', () => {
    for (const name of [
      'prod',
      'PRODUCTION',
      'live',
      'db-prod-1',
      'shop_production',
      'prod1.eu',
      'ordersProd',
      'LIVE db',
    ])
      assert.ok(looksLikeProduction(['shop', name]), name);
    for (const name of ['product', 'alive', 'deliver', 'producer', 'reproduction', 'livestock', 'staging', ''])
      assert.ok(!looksLikeProduction(['shop', name]), name);
  });

  it('production is not what is only like it', () => {
    for (const name of ['non-prod', 'nonprod', 'preprod', 'pre_production', 'not-live', 'pre.prod.example.com'])
      assert.ok(!looksLikeProduction([name]), name);
    assert.ok(looksLikeProduction(['non-prod', 'prod']), 'another name says it');
    assert.ok(looksLikeProduction(['not-live-but-prod']));
  });

  it('production is guessed from the name, the host and the database of a connection', () => {
    assert.ok(!inSettings({}));
    assert.ok(inSettings({ name: 'prod' }));
    assert.ok(inSettings({ databaseUrl: 'postgresql://bob@db.prod.example.com/shop' }));
    assert.ok(inSettings({ databaseUrl: 'postgresql://bob@host/shop_production' }));
    assert.ok(!inSettings({ databaseUrl: 'postgresql://prod@host/shop' }), 'a user says nothing of the place');
  });

  it('production is what the connection says it is, whatever its names', () => {
    assert.ok(inSettings({ production: true }));
    assert.ok(!inSettings({ name: 'prod', production: false }));
    assert.ok(inSettings({ name: 'prod', production: 'no' }), 'what is neither true nor false says nothing');
  });

  it('production is told by the file, and by what the project calls its environment', () => {
    const DATABASE_URL = 'postgres://host/shop';
    const of = (place: string, variables: object): boolean =>
      marked(profileFromVariables({ DATABASE_URL, ...variables }, 'env-file', place));
    assert.ok(!of('.env', {}));
    assert.ok(of('.env.production', {}));
    assert.ok(of('.env', { ENVIRONMENT: 'production' }));
    assert.ok(of('.env', { DJANGO_SETTINGS_MODULE: 'shop.settings.prod' }));
    assert.ok(!of('.env', { ENVIRONMENT: 'development', DJANGO_SETTINGS_MODULE: 'shop.settings' }));
  });
});
