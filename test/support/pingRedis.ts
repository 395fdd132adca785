import { redisSource } from '../../src/connect/redis/redisClient';
import type { RedisTarget } from '../../src/connect/redis/redisUrl';
import { ping } from '../../src/ports/redis';

/** Connects, selects the database, asks PING and disconnects. @throws Problem, one sentence without the password */
export async function pingRedis(target: RedisTarget, signal = new AbortController().signal): Promise<void> {
  await redisSource(target).read(ping, signal);
}
