/** The only file that knows ioredis. It is imported at the first connection, not on activation. */
import { Problem } from '../diagnosis/problem';
import { CLIENT_NAME } from './clientName';
import { redact } from './redact';
import { redisAddress, type RedisTarget } from './redisUrl';

const TIMEOUT_MS = 10_000;

/**
 * Connects, selects the database, asks PING and disconnects.
 * @returns when the server answered
 * @throws Problem, one sentence without the password
 */
export async function pingRedis(target: RedisTarget): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis({
    host: target.host,
    port: target.port,
    db: target.db,
    ...(target.user === undefined ? {} : { username: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: {} } : {}),
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    enableReadyCheck: false,
    enableOfflineQueue: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectionName: CLIENT_NAME,
  });
  let lastError: unknown;
  // Without a listener the driver prints the error itself; the last one says why `connect` failed.
  client.on('error', (error: unknown) => {
    lastError = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw toRedisProblem(lastError ?? error, target);
  } finally {
    client.disconnect();
  }
}

function toRedisProblem(error: unknown, target: RedisTarget): Problem {
  const where = redisAddress(target);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED')
    return new Problem('refused', `Nothing listens at ${where}: check host and port, and that Redis is running.`, {
      cause: error,
    });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new Problem(
      'host-not-found',
      `The host name ${target.host} is not known: check its spelling, and VPN or DNS.`,
      { cause: error },
    );
  if (/WRONGPASS|NOAUTH|invalid password|NOPERM/i.test(message))
    return new Problem('authentication', `Redis at ${where} refused the user or password: enter the right one.`, {
      cause: error,
    });
  if (/timed? ?out/i.test(message))
    return new Problem('timeout', `Redis at ${where} did not answer in time: check host, firewall and VPN.`, {
      cause: error,
    });
  const detail = redact(message.split('\n', 1)[0] ?? '', [target.password]).slice(0, 200);
  return new Problem('unknown', `Redis at ${where} could not be read (${detail}): check the URL.`, { cause: error });
}
