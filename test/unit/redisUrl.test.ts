import assert from 'node:assert/strict';
import { parseRedisUrl, redisAddress, redisSecretKey, type RedisTarget } from '../../src/connection/redisUrl';
import { DELIMITERS } from '../support/delimiters';
import { problemOf } from '../support/problems';

const read = (url: string): RedisTarget => parseRedisUrl(url, 'REDIS_URL');
const plain = { host: 'host', port: 6379, db: 0, tls: false };

describe('Redis URLs', () => {
  it('are read in every form that Celery takes', () => {
    const forms: [string, RedisTarget][] = [
      ['redis://', { ...plain, host: 'localhost' }],
      ['redis://host', plain],
      ['REDIS://host', plain],
      [' redis://host:6380/2 \n', { ...plain, port: 6380, db: 2 }],
      ['redis://host:/1', { ...plain, db: 1 }],
      ['redis://host/', plain],
      ['redis://host//', plain],
      ['redis://host//3', { ...plain, db: 3 }],
      ['redis://host/%2F3', { ...plain, db: 3 }],
      ['redis:///1', { ...plain, host: 'localhost', db: 1 }],
      ['redis://:pw@host/1', { ...plain, db: 1, password: 'pw' }],
      ['redis://bob@host', { ...plain, user: 'bob' }],
      ['redis://bob:pw@host:1/15', { ...plain, port: 1, db: 15, user: 'bob', password: 'pw' }],
      ['redis://:@host', plain],
      ['redis://[::1]:6380/1', { ...plain, host: '::1', port: 6380, db: 1 }],
      ['rediss://:pw@host:6380/0?ssl_cert_reqs=CERT_NONE', { ...plain, port: 6380, password: 'pw', tls: true }],
      ['rediss://host?ssl_cert_reqs=required#x', { ...plain, tls: true }],
      ['redis://host/0?username=bob&password=p%40w', { ...plain, user: 'bob', password: 'p@w' }],
    ];
    for (const [url, target] of forms) assert.deepEqual(read(url), target, url);
  });

  it('take passwords with every delimiter, percent-encoded or not', () => {
    for (const char of DELIMITERS) {
      const password = `p${char}w`;
      for (const written of [password, encodeURIComponent(password)]) {
        assert.deepEqual(read(`redis://:${written}@host/1`), { ...plain, db: 1, password }, written);
      }
    }
  });

  it('are not misled by an @ in the options', () => {
    assert.deepEqual(read('redis://:pw@host/1?client_name=me@work'), { ...plain, db: 1, password: 'pw' });
    assert.deepEqual(read('redis://host/1?client_name=me@work'), { ...plain, db: 1 });
  });

  it('of other transports are named as not readable yet', async () => {
    const others = {
      'amqp://bob:hunter2@rabbit//': 'amqp',
      'amqps://bob:hunter2@rabbit/v': 'amqps',
      'pyamqp://': 'pyamqp',
      'sentinel://:hunter2@a:26379;sentinel://:hunter2@b:26379': 'sentinel',
      'redis+socket:///run/redis.sock?password=hunter2': 'redis+socket',
      'sqs://key:hunter2@': 'sqs',
      'db+postgresql://bob:hunter2@host/db': 'db+postgresql',
      'django-db': 'django-db',
    };
    for (const [url, name] of Object.entries(others)) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.ok(message.startsWith(`REDIS_URL is ${name}, which cannot be read yet`), message);
      assert.doesNotMatch(message, /hunter2/);
    }
  });

  it('with several servers are refused, and no password goes to the wrong one', async () => {
    for (const url of [
      'redis://:hunter2@a/0;redis://:hunter2@b/0',
      'redis://a:6379/0;redis://b:6379/0',
      'redis://a/0; rediss://:hunter2@b:port/0',
    ]) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.equal(message, 'REDIS_URL names several servers, and only one can be read yet: write one.');
    }
  });

  it('are refused in one sentence that names the value and holds no password', async () => {
    const wrong = [
      '',
      'hunter2',
      'localhost:6379',
      'redis:/host',
      'redis://:hunter2',
      'redis://bob:hunter2',
      'redis://:hunter2@host/x',
      'redis://:hunter2@host/-1',
      'redis://:hunter2@host/1.5',
      'redis://:hunter2@host/0x1',
      'redis://:hunter2@host/1e3',
      'redis://:hunter2@host/0/1',
      'redis://a/x:hunter2@host:port/0',
      'redis://a/:hunter2@b:port',
      'redis://:hunter2@host:0/0',
      'redis://:hunter2@host:70000/0',
      'redis://:hunter2@ho:st:1/0',
      'http://bob:hunter2@host/0',
    ];
    for (const url of wrong) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.ok(message.startsWith('REDIS_URL '), message);
      assert.doesNotMatch(message, /hunter2/, url);
    }
    const { message } = await problemOf(() => read('redis://host/cache'), 'invalid');
    assert.equal(message, 'REDIS_URL names the database "cache": a Redis database is a number, such as 0.');
  });

  it('have an address and a secret key without the password', () => {
    const target = read('redis://bob:hunter2@[::1]:6380/2');
    assert.equal(redisAddress(target), '[::1]:6380/2');
    assert.doesNotMatch(redisSecretKey(target), /hunter2/);
    const keys = ['redis://bob@Host/1', 'redis://bob:pw@host:6379/2', 'redis://host', 'redis://bob@host:1'].map((url) =>
      redisSecretKey(read(url)),
    );
    assert.equal(keys[0], keys[1]);
    assert.equal(new Set(keys).size, 3);
  });
});
