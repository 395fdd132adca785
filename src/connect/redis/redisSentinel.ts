/** Finds the server that Sentinels watch, with two commands that only read. */
import type { Redis } from 'ioredis';
import { echo } from '../../base/quoteInput';
import { Problem } from '../../base/problem';
import { RedisLine, type RedisServer } from './redisLine';
import { hostAndPort } from '../../wire/urlParts';
import type { RedisSentinel, RedisTarget } from './redisUrl';
import { withoutFullStop } from '../../base/sentences';

/** There are others to ask. */
const TIMEOUT_MS = 5000;
const NAMED = 5;

/** A server as it is connected to, and what people call it. */
export interface FoundServer {
  readonly server: RedisServer;
  readonly address: string;
}

/**
 * Asks the Sentinels, in their order, which server is the primary now; the first that answers is believed.
 * @throws Problem: none answers, or none knows it, or there are several to choose from
 */
export async function findPrimary(
  { sentinel, ...target }: RedisTarget & { readonly sentinel: RedisSentinel },
  signal: AbortSignal,
): Promise<FoundServer> {
  const failures: Problem[] = [];
  for (const place of sentinel.servers) {
    const who = `Sentinel ${hostAndPort(place)}`;
    try {
      const { name, ...at } = await asking(sentinel, place, target, signal, (client) => locate(client, sentinel, who));
      const address = `${echo(name)}/${String(target.db)} (${hostAndPort(at)}, named by ${who})`;
      return { server: { ...target, ...at }, address };
    } catch (error) {
      // One that answers has settled it, also where it leaves several to choose from: the next may only know fewer.
      if (!(error instanceof Problem) || error.kind === 'cancelled' || error.kind === 'invalid') throw error;
      failures.push(error);
    }
  }
  throw noneAnswers('Sentinels', failures);
}

/** One sentence for several failures of the same kind of server. @param failures at least one */
export function noneAnswers(what: string, failures: readonly Problem[]): Problem {
  const [first = new Problem('unknown', 'Nothing was tried.'), ...more] = failures;
  if (more.length === 0) return first;
  const reasons = failures.map(({ message }) => withoutFullStop(message)).join('; ');
  return new Problem(first.kind, `None of the ${failures.length} ${what} can be read (${reasons}).`, { cause: first });
}

/**
 * The primary of a Sentinel may be none any more: one that was cut off does not know it yet.
 * @param address of the server
 * @throws Problem when it is a replica. A user who may not ask ROLE goes on
 */
export async function assertPrimary(client: Redis, address: string): Promise<void> {
  const reply: unknown = await client.call('ROLE').catch(() => null);
  if (Array.isArray(reply) && String(reply[0]) === 'slave') {
    throw new Problem(
      'unreachable',
      `Redis at ${address} is a replica now; a failover may be in progress. Check again in a moment.`,
    );
  }
}

async function asking<T>(
  { user, password, tls: encrypted }: RedisSentinel,
  place: RedisSentinel['servers'][number],
  { tls }: RedisTarget,
  signal: AbortSignal,
  work: (client: Redis) => Promise<T>,
): Promise<T> {
  const server: RedisServer = {
    ...place,
    db: 0,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(encrypted ? { tls: tls ?? { verify: true, checkHostname: true } } : {}),
  };
  const who = `Sentinel ${hostAndPort(place)}`;
  const line = new RedisLine(server, who, signal);
  try {
    const client = await line.open(TIMEOUT_MS);
    return await work(client).catch((error: unknown) => {
      throw line.problem(error);
    });
  } catch (error) {
    throw error instanceof Problem && error.kind === 'authentication'
      ? new Problem(
          'authentication',
          `${who} refused the user or password. Add its own as ?sentinel_password= (and sentinel_username=).`,
          { cause: error.cause },
        )
      : error;
  } finally {
    line.close();
  }
}

async function locate(
  client: Redis,
  { master }: RedisSentinel,
  who: string,
): Promise<{ name: string; host: string; port: number }> {
  const name = master ?? (await onlyMaster(client, who));
  const found: unknown = await ask(client, who, 'GET-MASTER-ADDR-BY-NAME', name);
  if (Array.isArray(found)) return { name, host: String(found[0]), port: Number(found[1]) };
  // Its names may be withheld from this user.
  const names = await masters(client, who).catch(() => []);
  throw new Problem('invalid', `${who} watches no server called ${echo(name)}${known(names)}. Correct master_name.`);
}

async function onlyMaster(client: Redis, who: string): Promise<string> {
  const [name, ...more] = await masters(client, who);
  if (name === undefined)
    throw new Problem('invalid', `${who} watches no server. Check that it is the right Sentinel.`);
  if (more.length === 0) return name;
  throw new Problem(
    'invalid',
    `${who} watches several servers${known([name, ...more])}. Choose one with ?master_name= in the URL.`,
  );
}

/** Their names, sorted. */
async function masters(client: Redis, who: string): Promise<string[]> {
  const reply: unknown = await ask(client, who, 'MASTERS');
  const fields = Array.isArray(reply) ? (reply as unknown[]) : [];
  // Each is a list of names and values; "name" comes first (Redis 7.0 sentinel.c addReplySentinelRedisInstance).
  return fields.map((one) => String((one as unknown[])[1])).sort();
}

async function ask(client: Redis, who: string, ...command: readonly [string, ...string[]]): Promise<unknown> {
  try {
    return await client.call('SENTINEL', ...command);
  } catch (error) {
    if (!(error instanceof Error) || !/^(ERR )?unknown command/i.test(error.message)) throw error;
    throw new Problem(
      'invalid',
      `${who.replace('Sentinel ', '')} is a Redis, not a Sentinel. Write redis:// for it, or use the Sentinels' port, usually 26379.`,
    );
  }
}

function known(names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, NAMED).map((name) => echo(name));
  const rest = names.length - shown.length;
  return ` (${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''})`;
}
