import assert from 'node:assert/strict';
import { openTargets, readCeleryUrl, type CeleryRole } from '../../../src/connect/celeryUrl';
import type { NamedRedis } from '../../../src/connect/env/variableRedis';
import { celeryTargets } from '../../../src/connect/profile';
import { celeryAddress } from '../../../src/connect/celeryTarget';
import { Problem } from '../../../src/base/problem';
import { assertForPeople, problemOf } from '../../support/problems';

function where(urls: NamedRedis): Record<string, string> {
  const targets = celeryTargets(urls, 'prod');
  return Object.fromEntries(
    Object.entries(targets).map(([role, found]) => [
      role,
      found instanceof Problem ? found.message : celeryAddress(found),
    ]),
  );
}

describe('connect/profileRoles', () => {
  it("the servers of Celery's two roles are the common Redis where nothing else is named, and its own where it is", () => {
    assert.deepEqual(where({}), {});
    assert.deepEqual(where({ redisUrl: 'redis://a' }), { broker: 'a:6379/0', results: 'a:6379/0' });
    assert.deepEqual(where({ redisUrl: 'redis://a', brokerUrl: 'redis://b/1' }), {
      broker: 'b:6379/1',
      results: 'a:6379/0',
    });
    assert.deepEqual(where({ redisUrl: 'redis://a', resultBackend: 'rediss://c:7000/2' }), {
      broker: 'a:6379/0',
      results: 'c:7000/2',
    });
    assert.deepEqual(where({ brokerUrl: 'redis://b' }), { broker: 'b:6379/0' });
    assert.deepEqual(where({ resultBackend: 'redis://c' }), { results: 'c:6379/0' });
  });

  it("the servers of Celery's two roles are no Redis, and no problem, where results are in PostgreSQL or switched off", () => {
    for (const resultBackend of [
      'django-db',
      'django_celery_results.backends:DatabaseBackend',
      'db+postgresql://bob:hunter2@host/db',
      'db+postgresql+psycopg2://host/db',
      'db+postgres://host/db',
      'disabled://',
      'disabled',
    ])
      assert.deepEqual(where({ redisUrl: 'redis://a', resultBackend }), { broker: 'a:6379/0' }, resultBackend);
  });

  it("the servers of Celery's two roles are a problem in one sentence where they cannot be read, and never throw", () => {
    for (const url of [
      'kafka://bob:hunter2@kafka//',
      'qpid://bob:hunter2@qpid',
      'SQS://key:hunter2@',
      'sentinel://:hunter2@a:26379;redis://b:26379/0',
      'redis://a:6379;amqp://:hunter2@b:6379',
      'redis+socket://:hunter2@host/tmp/redis.sock',
      'sqla+postgresql://bob:hunter2@host/db',
      'confluentkafka://kafka',
      'memory://',
      'django-db',
      'db+postgresql://bob:hunter2@host/db',
      'http://bob:hunter2@host',
      'postgres://bob:hunter2@host/db',
      'redis://:hunter2@host/x',
      'redis://host:99999',
      'localhost:6379',
      'nonsense',
    ]) {
      const { broker = '' } = where({ brokerUrl: url });
      assertForPeople(broker);
      assert.ok(broker.startsWith('The broker of prod '), broker);
      assert.doesNotMatch(broker, /hunter2/);
    }
    for (const resultBackend of [
      'rpc://',
      'django-cache',
      'cache+memcached://a',
      'db+mysql://u:hunter2@h/d',
      's3://b',
    ]) {
      const { results = '' } = where({ resultBackend });
      assertForPeople(results);
      assert.match(results, /^The result backend of prod is [a-z0-9+-]+, which isn't supported\. /);
      assert.doesNotMatch(results, /hunter2/);
    }
  });

  it("the servers of Celery's two roles tell a URL of another transport from one that is none", async () => {
    const roles: readonly CeleryRole[] = ['broker', 'results'];
    for (const role of roles) {
      assert.ok(readCeleryUrl('sqs://queue', role, '--flag') instanceof Problem);
      for (const url of ['http://host', 'postgres://host/db', 'redis:/host', 'redis://host/x', 'host:6379', '']) {
        const { message } = await problemOf(() => readCeleryUrl(url, role, '--flag'), 'invalid');
        assert.match(message, /^--flag /);
      }
    }
  });

  it("the servers of Celery's two roles are opened once where they are one database, and apart where anything differs", () => {
    const open = (urls: NamedRedis): { broker?: object; results?: object } =>
      openTargets(celeryTargets(urls, 'prod'), (target) => ({ target }));
    const same = open({ brokerUrl: 'redis://a', resultBackend: 'redis://a:6379/0' });
    assert.ok(same.broker && same.broker === same.results);
    for (const resultBackend of ['redis://a/1', 'redis://b', 'rediss://a', 'redis://me@a', 'redis://a:7000']) {
      const apart = open({ brokerUrl: 'redis://a', resultBackend });
      assert.ok(apart.broker && apart.results && apart.broker !== apart.results, resultBackend);
    }
    const half = open({ brokerUrl: 'kafka://kafka', resultBackend: 'redis://a' });
    assert.ok(half.broker instanceof Problem && !(half.results instanceof Problem) && half.results);
    assert.deepEqual(open({}), {});
  });
});
