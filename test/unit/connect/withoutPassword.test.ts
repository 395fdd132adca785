import assert from 'node:assert/strict';
import { parsePostgresUrl } from '../../../src/connect/postgres/postgresUrl';
import { parseRedisUrl } from '../../../src/connect/redis/redisUrl';
import { holdsPassword, withoutPassword } from '../../../src/connect/postgres/withoutPassword';
import { DELIMITERS } from '../../support/delimiters';

describe('connect/withoutPassword', () => {
  it('a URL without its password is the rest as it was written', () => {
    const cases = {
      'postgres://bob:pw@host:5432/db?sslmode=require': 'postgres://bob@host:5432/db?sslmode=require',
      'postgresql+psycopg2://bob@host/db': 'postgresql+psycopg2://bob@host/db',
      'postgres://host:5432/db': 'postgres://host:5432/db',
      'postgres://bob:@host/db': 'postgres://bob@host/db',
      ' redis://:pw@host:6379/0 ': 'redis://host:6379/0',
      'rediss://bob:pw@[::1]:6379/0?ssl_cert_reqs=none': 'rediss://bob@[::1]:6379/0?ssl_cert_reqs=none',
      'postgres://b%40b:p%40w@host/d%23b': 'postgres://b%40b@host/d%23b',
      'redis://bob:pw@a:1/0;redis://:pw@b:2/0?password=pw&a=1': 'redis://bob@a:1/0;redis://b:2/0?a=1',
      'sentinel://:pw@a; sentinel://b/0?master_name=m&sentinel_password=pw':
        'sentinel://a;sentinel://b/0?master_name=m',
      'redis+socket://:pw@/run/r.sock?virtual_host=1': 'redis+socket:///run/r.sock?virtual_host=1',
    };
    for (const [url, expected] of Object.entries(cases)) assert.equal(withoutPassword(url), expected);
  });

  it('a URL without its password has lost every password among the options', () => {
    const cases = {
      'postgres://host/db?user=bob&password=pw': 'postgres://host/db?user=bob',
      'postgres://host/db?password=pw&user=bob': 'postgres://host/db?user=bob',
      'postgres://host/db?password=pw': 'postgres://host/db',
      'postgres://host/db?PASSWORD=pw&password=pw&a=1&password=pw': 'postgres://host/db?a=1',
      'postgres://host/db?%70assword=pw': 'postgres://host/db',
      'postgres://host/db?sslpassword=pw&sslmode=require': 'postgres://host/db?sslmode=require',
      'postgres://bob:pw@host/db?password=p#w': 'postgres://bob@host/db',
      'rediss://host/0?ssl_password=pw': 'rediss://host/0',
    };
    for (const [url, expected] of Object.entries(cases)) {
      assert.equal(withoutPassword(url), expected);
      assert.ok(holdsPassword(url), url);
      assert.ok(!holdsPassword(expected), expected);
    }
  });

  it('a URL without its password is not misled by an @ in the options', () => {
    for (const [url, expected] of [
      ['postgres://bob:pw@host/db?application_name=me@work', 'postgres://bob@host/db?application_name=me@work'],
      ['postgres://host:5432/db?user=bob@corp', 'postgres://host:5432/db?user=bob@corp'],
      ['redis://:pw@host:1/0?client_name=a@b', 'redis://host:1/0?client_name=a@b'],
    ] as const)
      assert.equal(withoutPassword(url), expected);
  });

  it('a URL without its password means the same server, user and database, whatever stood in the password', () => {
    for (const char of DELIMITERS) {
      for (const password of [`${char}hunter2`, `hunter2${char}`, `hun${char}ter2`, encodeURIComponent(`h${char}2`)]) {
        const postgres = `postgres://bob:${password}@host:5433/db?sslmode=require`;
        assert.deepEqual(
          { password: undefined, ...parsePostgresUrl(withoutPassword(postgres), 'it') },
          { ...parsePostgresUrl(postgres, 'it'), password: undefined },
          postgres,
        );
        const redis = `rediss://bob:${password}@host:6380/3?ssl_cert_reqs=none`;
        assert.deepEqual(
          { password: undefined, ...parseRedisUrl(withoutPassword(redis), 'it') },
          { ...parseRedisUrl(redis, 'it'), password: undefined },
          redis,
        );
        assert.doesNotMatch(withoutPassword(postgres) + withoutPassword(redis), /hun|ter2/);
      }
    }
  });
});
