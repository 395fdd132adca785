import { Redis } from 'ioredis';
import type { Random } from '../support/random';
import { startOwnRedis, type OwnRedis } from '../support/redisServers';
import { makeMessagesOlder, makeResultsOlder } from './agingRedis';
import type { Medium } from './medium';
import { listsOf, placesOf } from './places';
import type { Remembered } from './trace';
import type { Place } from './truth';
import type { TakenKeys } from './worlds';

/** A Redis for messages and results. */
export class RedisMedium implements Medium {
  private staging: OwnRedis | undefined;

  private constructor(
    private readonly server: OwnRedis,
    private readonly redis: Redis,
    private readonly taken: TakenKeys,
  ) {}

  static async open(taken: TakenKeys): Promise<RedisMedium> {
    const { server, redis } = await openRedis();
    return new RedisMedium(server, redis, taken);
  }

  get port(): number {
    return this.server.port;
  }

  get checked(): Readonly<Record<string, string>> {
    return { REDIS_URL: urlOf(this.server) };
  }

  settings(port: number): Readonly<Record<string, unknown>> {
    const url = urlOf(this.server, port);
    return { broker_url: url, result_backend: url };
  }

  places(memory: readonly Remembered[]): Promise<Map<number, Place[]>> {
    return placesOf(this.redis, this.taken, memory);
  }

  async idle(): Promise<boolean> {
    // Of the strangers' queue nothing is ever taken.
    return (await listsOf(this.redis)).every((key) => key.startsWith('depot'));
  }

  /** `cache.clear()` in a database that the broker shares. */
  async flush(): Promise<void> {
    await this.redis.flushdb();
  }

  /** One that waits, or one that was taken. */
  async deleteMessage(random: Random): Promise<void> {
    const { redis, taken } = this;
    const lists = (await listsOf(redis)).filter((key) => !key.startsWith('first'));
    const tags = (await redis.hkeys(taken.hash)).sort();
    const place = random.integer(0, lists.length + Math.min(tags.length, 2) - 1);
    if (place < 0) return;
    const list = lists[place];
    if (list === undefined) {
      const tag = random.pick(tags);
      await redis.multi().hdel(taken.hash, tag).zrem(taken.index, tag).exec();
      return;
    }
    const messages = await redis.lrange(list, 0, -1);
    if (messages.length > 0) await redis.lrem(list, 1, random.pick(messages));
  }

  async cutClient(random: Random): Promise<void> {
    const own = await this.redis.client('ID');
    const clients = String(await this.redis.client('LIST')).split('\n');
    const ids = clients.flatMap((line) => /^id=(\d+)/.exec(line)?.[1] ?? []).filter((id) => Number(id) !== own);
    if (ids.length > 0) await this.redis.client('KILL', 'ID', random.pick(ids)).catch(() => undefined);
  }

  async makeOlder(seconds: number): Promise<void> {
    await makeMessagesOlder(this.redis, this.taken, seconds);
    await makeResultsOlder(this.redis, seconds);
  }

  async openStaging(): ReturnType<Medium['openStaging']> {
    this.staging = await startKept();
    const url = urlOf(this.staging);
    return { url, checked: { REDIS_URL: url } };
  }

  async stop(): Promise<void> {
    this.redis.disconnect();
    await this.server.stop();
    await this.staging?.stop();
  }
}

/** A Redis of a world's own, and a tester's view of it. */
export async function openRedis(): Promise<{ readonly server: OwnRedis; readonly redis: Redis; readonly url: string }> {
  const server = await startKept();
  const url = urlOf(server);
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  return { server, redis, url };
}

/** Kept in a file: a Redis that held nothing after a restart would look emptied. */
function startKept(): Promise<OwnRedis> {
  return startOwnRedis({ config: ['appendonly yes', 'appendfsync no'] });
}

function urlOf({ password, port: own }: OwnRedis, port = own): string {
  return `redis://:${encodeURIComponent(password)}@127.0.0.1:${String(port)}/0`;
}
