import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { toRedisProblem } from '../../../src/connect/redis/redisProblem';
import type { RedisTarget } from '../../../src/connect/redis/redisUrl';
import { assertForPeople } from '../../support/problems';

const TARGET: RedisTarget = {
  host: 'cache',
  port: 6380,
  db: 3,
  user: 'reader',
  password: 'hush-hush',
  tls: { verify: true, checkHostname: true },
};
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

describe('connect/redisProblem', () => {
  for (const [error, kind, words] of [
    [
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      'refused',
      /Connection refused at cache:6380\/3/,
    ],
    [
      Object.assign(new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]), {}),
      'refused',
      /refused at/,
    ],
    [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'host-not-found', /cache/],
    [Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }), 'unreachable', /VPN/],
    [Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }), 'timeout', /in time/],
    [new Error('Command timed out'), 'timeout', /in time.*TLS/],
    [new Error('Connection is closed.'), 'connection-lost', /closed the connection/],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'connection-lost', /closed the connection/],
    [
      reply('WRONGPASS invalid username-password pair or user is disabled.'),
      'authentication',
      /Wrong user or password/,
    ],
    [reply('NOAUTH Authentication required.'), 'authentication', /Wrong user or password/],
    [reply("NOPERM this user has no permissions to run the 'lrange' command"), 'permission', /run LRANGE/],
    [reply("NOPERM User reader has no permissions to run the 'client|list' command"), 'permission', /run CLIENT\|LIST/],
    [
      reply('NOPERM this user has no permissions to access one of the keys used as arguments'),
      'permission',
      /Celery's keys/,
    ],
    [reply('NOPERM No permissions to access a key'), 'permission', /Celery's keys/],
    [reply("ERR unknown command 'HSCAN', with args beginning with: 'unacked'"), 'permission', /has no HSCAN command/],
    [reply('ERR unknown command `HSCAN`, with args beginning with: '), 'permission', /has no HSCAN command/],
    [reply('ERR DB index is out of range'), 'database-missing', /no database 3/],
    [reply('LOADING Redis is loading the dataset in memory'), 'unreachable', /is loading its data \(LOADING/],
    [
      reply('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.'),
      'unreachable',
      /busy with a script.*SCRIPT KILL/,
    ],
    [reply("OOM command not allowed when used memory > 'maxmemory'."), 'refused', /reached maxmemory/],
    [
      reply('MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.'),
      'refused',
      /couldn't save its data/,
    ],
    [reply('NOREPLICAS Not enough good replicas to write.'), 'refused', /too few replicas/],
    [reply('CLUSTERDOWN Hash slot not served'), 'unreachable', /isn't serving all keys/],
    [reply('TRYAGAIN Multiple keys request during rehashing of slot'), 'unreachable', /isn't serving all keys/],
    [reply('ERR max requests limit exceeded. Limit: 500000, Usage: 500001.'), 'refused', /a limit of its plan/],
    [reply('ERR max daily request limit exceeded. Limit: 10000'), 'refused', /a limit of its plan/],
    [
      reply("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
      'unreachable',
      /lost its primary.*Use the address of the primary/,
    ],
    [reply('MOVED 3999 127.0.0.1:6381'), 'invalid', /cluster/],
    [reply("READONLY You can't write against a read only replica."), 'permission', /replica/],
    [reply('ERR max number of clients reached'), 'too-many-connections', /maxclients/],
    [reply('DENIED Redis is running in protected mode because ...'), 'refused', /protected mode/],
    [Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'tls', /TLS/],
    [Object.assign(new Error('wrong version number'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }), 'tls', /TLS/],
    [new Error('Unknown RESP type 72 "H". Please report this.'), 'invalid', /isn't Redis/],
    [reply('ERR something new'), 'unknown', /something new/],
    [undefined, 'unknown', /no reason given/],
  ] as const) {
    it(`an error of Redis ${String(error?.message)} is ${kind}`, () => {
      const problem = toRedisProblem(error, TARGET);
      assert.equal(problem.kind, kind, problem.message);
      assert.match(problem.message, words);
      assertForPeople(problem.message);
    });
  }

  it('an error of Redis that wants a password where none is given says so', () => {
    const { host, port, db } = TARGET;
    const problem = toRedisProblem(reply('NOAUTH Authentication required.'), { host, port, db });
    assert.equal(problem.kind, 'authentication');
    assert.match(problem.message, /requires a password/);
    assertForPeople(problem.message);
  });

  it('an error of Redis never shows the password, not even to who looks into the cause', () => {
    const error = Object.assign(reply('ERR hush-hush is wrong'), {
      command: { name: 'auth', args: ['reader', 'hush-hush'] },
    });
    const problem = toRedisProblem(error, TARGET);
    assert.doesNotMatch(problem.message, /hush/);
    assert.equal('command' in (problem.cause as object), false);
    assert.doesNotMatch(inspect(problem.cause, { depth: 9 }), /args/);
  });
});
