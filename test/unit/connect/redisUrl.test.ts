import assert from 'node:assert/strict';
import {
  parseRedisUrl,
  redisAddress,
  redisPassword,
  redisSecretKey,
  redisSecrets,
  withRedisPassword,
  type RedisTarget,
} from '../../../src/connect/redis/redisUrl';
import { DELIMITERS } from '../../support/delimiters';
import { problemOf } from '../../support/problems';

const read = (url: string): RedisTarget => parseRedisUrl(url, 'REDIS_URL');
const plain = { host: 'host', port: 6379, db: 0 };
const STRICT = { verify: true, checkHostname: true };
const UNCHECKED = { verify: false, checkHostname: false };

describe('connect/redisUrl', () => {
  it('Redis URLs are read in every form that Celery takes', () => {
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
      ['rediss://:pw@host:6380/0?ssl_cert_reqs=CERT_NONE', { ...plain, port: 6380, password: 'pw', tls: UNCHECKED }],
      ['rediss://host?ssl_cert_reqs=required#x', { ...plain, tls: STRICT }],
      ['redis://host/0?username=bob&password=p%40w', { ...plain, user: 'bob', password: 'p@w' }],
    ];
    for (const [url, target] of forms) assert.deepEqual(read(url), target, url);
  });

  it('Redis URLs take passwords with every delimiter, percent-encoded or not', () => {
    for (const char of DELIMITERS) {
      const password = `p${char}w`;
      for (const written of [password, encodeURIComponent(password)]) {
        assert.deepEqual(read(`redis://:${written}@host/1`), { ...plain, db: 1, password }, written);
      }
    }
  });

  it('Redis URLs are not misled by an @ in the options', () => {
    assert.deepEqual(read('redis://:pw@host/1?client_name=me@work'), { ...plain, db: 1, password: 'pw' });
    assert.deepEqual(read('redis://host/1?client_name=me@work'), { ...plain, db: 1 });
  });

  it('Redis URLs of other transports are named as not readable', async () => {
    const others = {
      'amqp://bob:hunter2@rabbit//': 'amqp',
      'amqps://bob:hunter2@rabbit/v': 'amqps',
      'pyamqp://': 'pyamqp',
      'sqs://key:hunter2@': 'sqs',
      'db+postgresql://bob:hunter2@host/db': 'db+postgresql',
      'django-db': 'django-db',
    };
    for (const [url, name] of Object.entries(others)) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.ok(message.startsWith(`REDIS_URL is ${name}, which isn't supported. `), message);
      assert.doesNotMatch(message, /hunter2/);
    }
  });

  it('Redis URLs with TLS check everything, but for what the options of Celery take away', () => {
    const forms: [string, RedisTarget['tls']][] = [
      ['redis://host', undefined],
      ['rediss://host', STRICT],
      // kombu: options alone mean TLS.
      ['redis://host?ssl_cert_reqs=none', UNCHECKED],
      ...['CERT_NONE', 'none', 'cert_none', 'None'].map((word): [string, RedisTarget['tls']] => [
        `rediss://host?ssl_cert_reqs=${word}`,
        UNCHECKED,
      ]),
      ...['CERT_REQUIRED', 'CERT_OPTIONAL', 'required', 'optional'].map((word): [string, RedisTarget['tls']] => [
        `rediss://host?ssl_cert_reqs=${word}`,
        STRICT,
      ]),
      ['rediss://host?ssl_check_hostname=False', { verify: true, checkHostname: false }],
      ['rediss://host?ssl_check_hostname=true', STRICT],
      [
        'rediss://host/0?ssl_ca_certs=%2Fetc%2Fca.pem&ssl_certfile=/me.pem&ssl_keyfile=/me.key&ssl_password=pw',
        { ...STRICT, caFile: '/etc/ca.pem', certFile: '/me.pem', keyFile: '/me.key', keyPassword: 'pw' },
      ],
      ['rediss://host?ssl_ca_certs=', STRICT],
    ];
    for (const [url, tls] of forms) assert.deepEqual(read(url).tls, tls, url);
  });

  it('Redis URLs with TLS options that nobody knows are refused, rather than checking less', async () => {
    for (const [url, words] of [
      ['rediss://host?ssl_cert_reqs=off', /ssl_cert_reqs=off. Use CERT_NONE, CERT_OPTIONAL or CERT_REQUIRED/],
      ['rediss://host?ssl_cert_reqs=', /CERT_NONE/],
      ['rediss://host?ssl_certfile=/me.pem', /ssl_certfile without ssl_keyfile/],
      ['rediss://host?ssl_keyfile=/me.key', /ssl_keyfile without ssl_certfile/],
    ] as const)
      assert.match((await problemOf(() => read(url), 'invalid')).message, words);
  });

  it('Redis URLs name a socket file, with the database among the options', () => {
    const socket = { host: '/run/redis/redis.sock', port: 0, db: 0 };
    for (const [url, target] of [
      ['redis+socket:///run/redis/redis.sock', socket],
      ['socket:///run/redis/redis.sock?virtual_host=3', { ...socket, db: 3 }],
      ['redis+socket:///run/redis/redis.sock?virtual_host=/3', { ...socket, db: 3 }],
      ['redis+socket:///run/redis/redis.sock?db=2', { ...socket, db: 2 }],
      ['redis+socket://bob:p%40w@/run/redis/redis.sock', { ...socket, user: 'bob', password: 'p@w' }],
      ['REDIS+SOCKET:///run/my%20redis.sock', { ...socket, host: '/run/my redis.sock' }],
    ] as const)
      assert.deepEqual(read(url), target, url);
    assert.equal(redisAddress(read('redis+socket:///run/r.sock?virtual_host=1')), '/run/r.sock (database 1)');
  });

  it('Redis URLs take the database from the options too, as Celery does for results', () => {
    assert.equal(read('redis://host?db=4').db, 4);
    assert.equal(read('redis://host/1?db=4').db, 4);
    assert.equal(read('redis://host/1?virtual_host=5').db, 5);
  });

  it('Redis URLs with several servers are a list in its order, each with its own user and password', () => {
    assert.deepEqual(read('redis://bob:one@a:6380/1;redis://:two@b:6379/0; rediss://c:7000/2'), {
      ...plain,
      host: 'a',
      port: 6380,
      db: 1,
      user: 'bob',
      password: 'one',
      alternates: [
        { ...plain, host: 'b', password: 'two' },
        { ...plain, host: 'c', port: 7000, db: 2, tls: STRICT },
      ],
    });
    assert.equal(redisAddress(read('redis://a;redis://b:1/2')), 'a:6379/0 or b:1/2');
  });

  it('Redis URLs of such a list leave open what the first one says, as in kombu, but never its password', () => {
    const { alternates } = read('rediss://bob:one@a:6380/1?ssl_cert_reqs=none;redis://b');
    assert.deepEqual(alternates, [{ ...plain, host: 'b', port: 6380, db: 1, tls: UNCHECKED }]);
  });

  it('Redis URLs of Sentinels name one server, whose database, user and password the first URL has', () => {
    const sentinels = [
      { host: 'a', port: 26379 },
      { host: 'b', port: 26380 },
    ];
    assert.deepEqual(read('sentinel://a'), {
      ...plain,
      host: 'a',
      port: 26379,
      sentinel: { servers: sentinels.slice(0, 1), tls: false },
    });
    assert.deepEqual(
      read(
        'sentinel://bob:pw@a/2;sentinel://:other@b:26380/0?master_name=mymaster&sentinel_password=sp&ssl_cert_reqs=none',
      ),
      {
        host: 'a',
        port: 26379,
        db: 2,
        user: 'bob',
        password: 'pw',
        tls: UNCHECKED,
        sentinel: { servers: sentinels, master: 'mymaster', password: 'sp', tls: false },
      },
    );
    const full = read('sentinel://a?master_name=m&sentinel_username=u&sentinel_password=p&sentinel_ssl=true').sentinel;
    assert.deepEqual(full, { servers: sentinels.slice(0, 1), master: 'm', user: 'u', password: 'p', tls: true });
    assert.equal(redisAddress(read('sentinel://a/1?master_name=mymaster')), 'mymaster/1 (Sentinel a:26379)');
  });

  it('Redis URLs of other clients are read where they mean the same', () => {
    for (const [other, same] of [
      ['valkey://bob:pw@host:1/2', 'redis://bob:pw@host:1/2'],
      ['valkeys://host', 'rediss://host'],
      ['VALKEYS://host?ssl_cert_reqs=none', 'rediss://host?ssl_cert_reqs=none'],
      ['unix:///run/redis.sock', 'redis+socket:///run/redis.sock'],
      ['unix://bob:pw@/run/redis.sock?db=2', 'redis+socket://bob:pw@/run/redis.sock?virtual_host=2'],
      ['redis+unix:///run/redis.sock', 'redis+socket:///run/redis.sock'],
      ['valkey://a;valkeys://b', 'redis://a;rediss://b'],
    ] as const) {
      assert.deepEqual(read(other), read(same), other);
      assert.equal(redisSecretKey(read(other)), redisSecretKey(read(same)), other);
    }
  });

  it('Redis URLs of other clients that mean something else are told what to write', async () => {
    const instead: [string, RegExp][] = [
      ['redis+sentinel://a', /redis\+sentinel:\/\/, which .*\. Write sentinel:\/\/a:26379\/0\?master_name=mymaster\.$/],
      [
        'redis+sentinel://:hunter2@a:1,b.example/orders/2',
        /Write sentinel:\/\/a:1;sentinel:\/\/b\.example:26379\/2\?master_name=orders, with user and password/,
      ],
      ['redis-sentinel://a,b/0#orders', /Write sentinel:\/\/a:26379;sentinel:\/\/b:26379\/0\?master_name=orders\.$/],
      ['rediss+sentinel://a/orders', /sentinel:\/\/a:26379\/0\?master_name=orders&ssl_cert_reqs=required\.$/],
      ['valkeys+sentinel://a?service_name=orders', /master_name=orders&ssl_cert_reqs=required/],
      ['redis-cluster://:hunter2@a:1,b:2', /a cluster, .* Write redis:\/\/ with one of its servers/],
      ['rediss+cluster://a', /Write rediss:\/\/ with one of its servers/],
      ['valkey-cluster://a', /Write redis:\/\/ with one/],
      ['unix+tls:///run/redis.sock', /has no TLS\. Write redis\+socket:\/\/\/run\/redis\.sock/],
      ['rediss+socket://:hunter2@/run/redis.sock?db=1', /Write redis\+socket:\/\/\/run\/redis\.sock\.$/],
      ['unix:/run/redis.sock', /is the path of a socket\. Write redis\+socket:\/\/\/run\/redis\.sock/],
      ['/run/redis.sock', /Write redis\+socket:\/\/\/run\/redis\.sock/],
      ['redis+ssl://:hunter2@a', /Write rediss:\/\/ instead/],
      ['tls://a:6380', /Write rediss:\/\//],
      ['keydb://a', /Write redis:\/\//],
      ['tcp://a:6379', /Write redis:\/\//],
      ['https://x.upstash.io', /is an https:\/\/ address, not a Redis URL/],
      ['unix://run/redis.sock', /names no socket file/],
    ];
    for (const [url, words] of instead) {
      const { message } = await problemOf(() => read(url), 'invalid');
      assert.match(message, words, url);
      assert.doesNotMatch(message, /hunter2/);
      // What is proposed can be read.
      const proposed = /Write ((?:sentinel|redis\+socket):\/\/[^,]*?)(?:,.*)?\.$/.exec(message)?.[1];
      if (proposed !== undefined) assert.ok(read(proposed).host !== '', proposed);
    }
  });

  it('Redis URLs of Sentinels and servers in one list are refused', async () => {
    for (const url of ['sentinel://a;redis://:hunter2@b', 'redis://:hunter2@a;sentinel://b'])
      assert.match(
        (await problemOf(() => read(url), 'invalid')).message,
        /^REDIS_URL mixes sentinel:\/\/ with other URLs/,
      );
  });

  it('Redis URLs are refused in one sentence that names the value and holds no password', async () => {
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
    assert.equal(message, 'REDIS_URL names the database "cache". A Redis database is a number, such as 0.');
  });

  it('Redis URLs have an address without the password', () => {
    assert.equal(redisAddress(read('redis://bob:hunter2@[::1]:6380/2')), '[::1]:6380/2');
  });

  describe('have a secret key', () => {
    const key = (url: string): string => redisSecretKey(read(url));

    it('Redis URLs have a secret key that is the same whatever the password and the database', () => {
      for (const [one, other] of [
        ['redis://bob@Host/1', 'redis://bob:pw@host:6379/2'],
        ['rediss://host', 'rediss://:pw@host/3?ssl_cert_reqs=required'],
        ['redis+socket:///run/r.sock', 'redis+socket://:pw@/run/r.sock?virtual_host=2'],
        ['redis://a;redis://b', 'redis://:pw@a/1;redis://:pw2@b/2'],
        ['sentinel://a?master_name=m', 'sentinel://:pw@A/3?master_name=m&sentinel_password=x'],
      ] as const)
        assert.equal(key(one), key(other), one);
    });

    it('Redis URLs have a secret key that differs by server, user, each of a list, each Sentinel, and how the line is protected', () => {
      const keys = [
        'redis://host',
        'redis://bob@host',
        'redis://host:1',
        'rediss://host',
        'rediss://host?ssl_cert_reqs=none',
        'rediss://host?ssl_check_hostname=false',
        'rediss://host?ssl_ca_certs=/tmp/ca.pem',
        'redis://host;redis://evil',
        'redis://evil;redis://host',
        'redis://host;redis://bob@evil',
        'redis://host;rediss://evil',
        'redis+socket:///host',
        'redis+socket://bob@/host',
        'redis+socket:///run/host',
        'sentinel://host:6379',
        'sentinel://host:6379;sentinel://evil:6379',
        'sentinel://host:6379?master_name=m',
        'sentinel://host:6379?master_name=n',
        'sentinel://bob@host:6379?master_name=m',
        'sentinel://host:6379?master_name=m&ssl_cert_reqs=none',
      ].map(key);
      assert.deepEqual(keys, [...new Set(keys)]);
    });

    it('Redis URLs have a secret key without any password', () => {
      for (const url of [
        'redis://bob:hunter2@host;redis://:hunter2@b',
        'sentinel://:hunter2@host?sentinel_password=hunter2&ssl_certfile=/a&ssl_keyfile=/b&ssl_password=hunter2',
        'redis+socket://:hunter2@/run/r.sock',
      ]) {
        assert.doesNotMatch(key(url) + redisAddress(read(url)), /hunter2/);
        assert.ok(redisSecrets(read(url)).every((secret) => secret === 'hunter2'));
        assert.ok(redisSecrets(read(url)).length > 0);
      }
      assert.equal(
        redisSecrets(read('sentinel://:a@h?sentinel_password=b&ssl_cert_reqs=none&ssl_password=c')).length,
        3,
      );
    });

    it('Redis URLs have a secret key under which one password is kept, for every server of a list', async () => {
      assert.equal(redisPassword(read('redis://host'), 'This'), undefined);
      assert.equal(redisPassword(read('redis://:pw@a;redis://:pw@b'), 'This'), 'pw');
      const list = withRedisPassword(read('redis://a;redis://b;redis://c'), 'pw');
      assert.deepEqual(
        [list, ...list.alternates!].map(({ password }) => password),
        ['pw', 'pw', 'pw'],
      );
      assert.deepEqual(withRedisPassword(read('redis://a'), undefined), read('redis://a'));
      for (const url of [
        'redis://:hunter2@a;redis://b',
        'redis://a;redis://:hunter2@b',
        'sentinel://a?sentinel_password=hunter2',
        'rediss://a?ssl_certfile=/a&ssl_keyfile=/b&ssl_password=hunter2',
      ])
        assert.doesNotMatch((await problemOf(() => redisPassword(read(url), 'This'), 'invalid')).message, /hunter2/);
    });
  });
});
