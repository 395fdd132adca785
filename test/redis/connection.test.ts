import assert from 'node:assert/strict';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Redis } from 'ioredis';
import { CLIENT_NAME } from '../../src/base/clientName';
import { redisSource } from '../../src/connect/redis/redisClient';
import { pingRedis } from '../support/pingRedis';
import { until } from '../support/database';
import { problemOf } from '../support/problems';
import { asUser, emptyRedis, reading, redisTarget } from '../support/redis';
import { listen, proxy, silentServer } from '../support/sockets';
import { quickest } from '../support/quickest';

const DB = 8;
const STRICT = { verify: true, checkHostname: true };

describe('a connection to Redis', () => {
  let redis: Redis;
  before(async () => {
    redis = await emptyRedis(DB);
  });
  after(() => {
    redis.disconnect();
  });
  const ours = async () =>
    String(await redis.client('LIST')).split('\n').filter((line) => line.includes(`name=${CLIENT_NAME} `)); // prettier-ignore
  const noneLeft = () => until(async () => ((await ours()).length === 0 ? true : undefined), 2000);

  it('is opened at the first command, has our name and our database, and is gone afterwards', async () => {
    await redis.set('x', 'of database 8');
    await reading(redisTarget(DB), async (reader) => {
      assert.equal((await ours()).length, 0);
      assert.equal(reader.commands, 0);
      assert.equal(String(await reader.call('GET', 'x')), 'of database 8');
      assert.deepEqual([(await ours()).length, reader.commands], [1, 1]);
      assert.match((await ours())[0]!, / db=8 /);
    });
    await noneLeft();
  });

  it('is gone also when the work fails, whose own error comes through', async () => {
    const work = reading(redisTarget(DB), async (reader) => {
      await reader.call('PING');
      throw new TypeError('our own');
    });
    await assert.rejects(work, TypeError);
    await noneLeft();
  });

  it('gives bytes as they are', async () => {
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80, 13, 10]);
    await redis.set('bytes', bytes);
    await redis.rpush('list', bytes);
    await reading(redisTarget(DB), async (reader) => {
      assert.deepEqual(await reader.call('GET', 'bytes'), bytes);
      assert.deepEqual(await reader.pipeline([['GET', 'bytes'], ['LRANGE', 'list', 0, -1], ['GET', 'none'], ['LLEN', 'list']]), [
        bytes,
        [bytes],
        null,
        1,
      ]); // prettier-ignore
      assert.deepEqual(await reader.pipeline([]), []);
    });
  });

  it('leaves an error reply in its place of a pipeline, and throws one of a single command', async () => {
    await redis.set('text', 'x');
    await reading(redisTarget(DB), async (reader) => {
      const [length, error, type] = await reader.pipeline([['STRLEN', 'text'], ['LLEN', 'text'], ['TYPE', 'text']]); // prettier-ignore
      assert.deepEqual([length, String(type)], [1, 'string']);
      assert.ok(error instanceof Error && error.message.startsWith('WRONGTYPE'));
      const problem = await problemOf(() => reader.call('LLEN', 'text'), 'unknown');
      assert.match((problem.cause as Error).message, /^WRONGTYPE/);
    });
  });

  const others: readonly (readonly [string, ...(string | number)[]])[] = [
    ['SET', 'x', 1], ['DEL', 'x'], ['FLUSHDB'], ['KEYS', '*'], ['LPOP', 'x'], ['RPOPLPUSH', 'x', 'y'], ['EVAL', 'x', 0], ['GETDEL', 'x'],
    ['PUBLISH', 'x', 'y'], ['SORT', 'x', 'STORE', 'y'], ['CONFIG', 'SET', 'x', 'y'], ['CLIENT', 'KILL', 'x'], ['CLIENT'], ['MONITOR'],
    ['SELECT', 1], ['flushall'], ['GETEX', 'x', 'PERSIST'], ['MULTI'], ['BRPOP', 'x', 1], ['ZADD', 'x', 1, 'y'], ['SHUTDOWN'],
  ]; // prettier-ignore
  for (const command of others) {
    it(`refuses ${command[0]} before it is sent`, async () => {
      await reading(redisTarget(DB), async (reader) => {
        await assert.rejects(reader.call(...command), /is not a read command/);
        await assert.rejects(reader.pipeline([['PING'], command]), /is not a read command/);
        assert.equal(reader.commands, 0);
        assert.equal((await ours()).length, 0, 'not even connected');
      });
    });
  }

  it('refuses a database that is not there, rather than reading database 0', async () => {
    await problemOf(() => reading(redisTarget(4711), (reader) => reader.call('PING')), 'database-missing');
    await problemOf(() => pingRedis(redisTarget(4711)), 'database-missing');
  });

  it('fails with a wrong password, without showing it', async () => {
    const problem = await problemOf(() => pingRedis(redisTarget(DB, { password: 'wrong-one' })), 'authentication');
    assert.doesNotMatch(problem.message, /wrong-one/);
    const { host, port, db } = redisTarget(DB);
    await problemOf(() => pingRedis({ host, port, db }), 'authentication');
    await problemOf(() => pingRedis(redisTarget(DB, { user: 'nobody' })), 'authentication');
  });

  it('fails where nothing listens', async () => {
    const server = await silentServer();
    await server.close();
    await problemOf(() => pingRedis(redisTarget(DB, { port: server.port })), 'refused');
  });

  it('fails where something else listens', async () => {
    const server = await listen((line) => line.on('data', () => line.write('HTTP/1.1 400 Bad Request\r\n\r\n')));
    await problemOf(() => pingRedis(redisTarget(DB, { port: server.port })), 'invalid');
    await server.close();
  });

  it('fails where the other side ends the line', async () => {
    const server = await listen((line) => line.on('data', () => line.destroy()));
    await problemOf(() => pingRedis(redisTarget(DB, { port: server.port })), 'connection-lost');
    await server.close();
  });

  it('fails by TLS where the server speaks none', async () => {
    const server = await listen((line) => line.on('data', () => line.write('-ERR what is that?\r\n')));
    const problem = await problemOf(() => pingRedis(redisTarget(DB, { port: server.port, tls: STRICT })), 'tls');
    assert.match(
      problem.message,
      /failed \(wrong version number\)\. Check that the server supports TLS, or use redis:/,
    );
    await server.close();
  });

  it('fails by TLS where the certificate is not trusted, and without it where the server wants it', async () => {
    const server = createServer({ key: KEY, cert: CERTIFICATE }).on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await problemOf(() => pingRedis(redisTarget(DB, { port, tls: STRICT })), 'tls');
    const plain = await reading(redisTarget(DB, { port }), (reader) => reader.call('PING')).catch(
      (error: unknown) => error,
    );
    assert.match(String(plain), /Problem: .*(closed the connection|isn't Redis)/);
    server.close();
  });

  it('is lost in the middle: opened once more while the server is there', async () => {
    const { host, port } = redisTarget(DB);
    const server = await proxy({ host, port });
    await reading(redisTarget(DB, { port: server.port }), async (reader) => {
      await reader.call('PING');
      for (const line of server.lines) line.destroy();
      assert.equal(String(await reader.call('PING')), 'PONG');
      await server.close();
      await problemOf(() => reader.call('PING'), 'unreachable');
      await problemOf(() => reader.pipeline([['PING'], ['PING']]), 'refused');
    });
  });

  it('ends at once when it is cancelled: while connecting, while waiting, between, before', async () => {
    const silent = await silentServer();
    const { host, port } = redisTarget(DB);
    let frozen = false;
    const freezing = await proxy({ host, port }, () => frozen);
    const cancelledAfter = async (ms: number, work: (stop: AbortController) => Promise<unknown>) => {
      const took = await quickest(ms + 500, async () => {
        frozen = false;
        const stop = new AbortController();
        if (ms >= 0) setTimeout(() => { stop.abort(); }, ms); // prettier-ignore
        const began = performance.now();
        await problemOf(() => work(stop), 'cancelled');
        return performance.now() - began;
      });
      assert.ok(took <= ms + 500, `took ${String(took)} ms`);
    };
    const through = (port: number, stop: AbortController) =>
      reading(redisTarget(DB, { port }), async (reader) => {
        if (port === freezing.port) {
          await reader.call('PING');
          frozen = true;
        }
        await reader.call('PING');
      }, stop.signal); // prettier-ignore
    await cancelledAfter(50, (stop) => through(silent.port, stop));
    await cancelledAfter(50, (stop) => through(freezing.port, stop));
    await cancelledAfter(-1, (stop) => { stop.abort(); return through(port, stop); }); // prettier-ignore
    await cancelledAfter(-1, (stop) =>
      reading(redisTarget(DB), async (reader) => {
        await reader.call('PING');
        stop.abort();
        await reader.call('PING');
      }, stop.signal),
    ); // prettier-ignore
    await until(() => Promise.resolve(silent.lines.size + freezing.lines.size === 0 || undefined));
    await silent.close();
    await freezing.close();
    await noneLeft();
  });

  it('ends at once also where the other side does not let go', async () => {
    const lines = new Set<Socket>();
    const server = createTcpServer({ allowHalfOpen: true }, (line) =>
      lines.add(line.on('error', () => undefined).resume()),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const took = await quickest(1000, async () => {
      const stop = new AbortController();
      setTimeout(() => {
        stop.abort();
      }, 50);
      const began = performance.now();
      await problemOf(
        () => reading(redisTarget(DB, { port }), (reader) => reader.call('PING'), stop.signal),
        'cancelled',
      );
      return performance.now() - began;
    });
    assert.ok(took <= 1000, `took ${String(took)} ms`);
    for (const line of lines) line.destroy();
    server.close();
  });

  describe('of a user with few rights', () => {
    for (const [rights, rules] of [
      ['reading and connecting', ['~*', '+@read', '+@connection']],
      ['reading, without CLIENT', ['~*', '+@read', '+select', '+ping', '-client']],
      ['nothing but reading and SELECT', ['~*', '+@read', '+select']],
      ['all but CLIENT and HELLO', ['~*', '+@all', '-client', '-hello', '-info']],
    ] as const) {
      it(`works: ${rights}`, async () => {
        await redis.set('x', 'y');
        await asUser(rules, (user) =>
          reading(redisTarget(DB, user), async (reader) => {
            assert.equal(String(await reader.call('GET', 'x')), 'y');
            assert.equal(await reader.call('EXISTS', 'x'), 1);
          }),
        );
      });
    }

    it('names the command that is not allowed', async () => {
      await asUser(['~*', '+@read', '-llen', '+select'], (user) =>
        reading(redisTarget(DB, user), async (reader) => {
          assert.match((await problemOf(() => reader.call('LLEN', 'x'), 'permission')).message, /run LLEN/);
          assert.match((await problemOf(() => reader.call('PING'), 'permission')).message, /run PING/);
          const [error] = await reader.pipeline([['LLEN', 'x']]);
          assert.ok(error instanceof Error && error.message.startsWith('NOPERM'));
        }),
      );
    });

    it('says that it may not choose the database', async () => {
      await asUser(['~*', '+@read'], async (user) => {
        const problem = await problemOf(
          () => reading(redisTarget(DB, user), (reader) => reader.call('GET', 'x')),
          'permission',
        );
        assert.match(problem.message, /run SELECT/);
      });
    });

    it('says which keys are missing', async () => {
      await asUser(['~other:*', '+@all'], async (user) => {
        const work = () => reading(redisTarget(DB, user), (reader) => reader.call('GET', 'x'));
        assert.match((await problemOf(work, 'permission')).message, /Celery's keys/);
      });
    });
  });

  it('knows its address and database', () => {
    const source = redisSource(redisTarget(DB));
    const { host, port } = redisTarget(DB);
    assert.deepEqual([source.address, source.db], [`${host}:${String(port)}/8`, 8]);
  });
});

/** Made for this test; opens nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgqS11PXj6k7NQNBf5
g0m3DBb1xli27m7P+k+OqGJCrCehRANCAASevqpqhXn+dRFjtJJd7P3SvDmAvg0J
7NvrY66VD6vnVxD2T6AD1cSXw6k42Ed8mPIZv7CPPEM7m4iWFjg8KAOY
-----END PRIVATE KEY-----
`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUSsM8W31CZ8gYd5dfSdWiqeQdsBEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE3NDczMFoYDzIxMjYxMDMw
MTc0NzMwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASevqpqhXn+dRFjtJJd7P3SvDmAvg0J7NvrY66VD6vnVxD2T6AD1cSX
w6k42Ed8mPIZv7CPPEM7m4iWFjg8KAOYo1MwUTAdBgNVHQ4EFgQUHJ0Jk7HRl9+V
qtku+z7eM8xCfYcwHwYDVR0jBBgwFoAUHJ0Jk7HRl9+Vqtku+z7eM8xCfYcwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBjtKiDsM1TWnYedQR1AUHB
j+3xBCzbREDTMdJII98yvgIgC/D6v+s9s6CuydSLC3ZLWUJUu6J2l11lKD8JVsjH
Hiw=
-----END CERTIFICATE-----
`;
