import assert from 'node:assert/strict';
import { brokerHint } from '../../../src/connect/brokerHint';

const place = { file: 'settings.py', line: 40, column: 0 };

function hint(variables: readonly string[], url: string | undefined, env: Record<string, string> = {}) {
  const setting = { place, name: 'CELERY_BROKER_URL', variables, ...(url === undefined ? {} : { url }) };
  return brokerHint(setting, 'settings.py line 41', env, '.env');
}

describe('connect/brokerHint', () => {
  it('names the variable, and whether it is set', () => {
    assert.deepEqual(hint(['MY_REDIS'], undefined), {
      says: 'settings.py line 41 takes it from MY_REDIS, which .env does not set.',
    });
    assert.deepEqual(hint(['MY_REDIS'], 'redis://r:6380/1'), {
      says: 'settings.py line 41 takes it from MY_REDIS, which .env does not set; otherwise it is r:6380/1.',
      url: 'redis://r:6380/1',
    });
    assert.deepEqual(hint(['MY_REDIS'], 'redis://r/1', { MY_REDIS: 'redis://:hunter2@own/0' }), {
      says: 'settings.py line 41 takes it from MY_REDIS, which .env sets to own:6379/0.',
      url: 'redis://:hunter2@own/0',
    });
    assert.deepEqual(hint(['MY_HOST', 'MY_PORT'], undefined), {
      says: 'settings.py line 41 takes it from MY_HOST and MY_PORT, which .env does not set.',
    });
  });

  it('says what is written there, without a password', () => {
    const { says, url } = hint([], 'redis://:hunter2@r/0');
    assert.deepEqual([says, url], ['settings.py line 41 sets it to r:6379/0.', 'redis://:hunter2@r/0']);
    assert.equal(hint([], undefined).says, "settings.py line 41 builds the broker's URL in code.");
  });

  it('says of another broker that only Redis and RabbitMQ can be read', () => {
    for (const [url, name] of [
      ['kafka://guest:hunter2@kafka//', 'KAFKA'],
      ['sqs://', 'SQS'],
    ] as const) {
      const found = hint(['MY_BROKER'], url);
      assert.deepEqual(found, {
        says: `settings.py line 41 names ${name} as the broker, and only Redis and RabbitMQ can be read so far.`,
      });
    }
    assert.match(hint(['MY_BROKER'], undefined, { MY_BROKER: 'kafka://u:hunter2@kafka//' }).says, /names KAFKA/);
  });
});
