import { number } from '../diagnosis/numbers';
import { postgresSnapshots } from '../connection/postgresClient';
import { redisAddress } from '../connection/redisUrl';
import { pingRedis } from '../connection/redisClient';
import { openTargets } from '../connection/celeryUrl';
import { type ConnectionProfile } from '../connection/profile';
import type { PostgresTarget } from '../connection/postgresUrl';
import type { RedisTarget } from '../connection/redisUrl';
import { Problem } from '../diagnosis/problem';
import { findTable } from '../scan/table';
import { toProblem } from './problems';
import type { Connections } from './connections';
import { tableSetting } from './settings';

const TEST_TIMEOUT_MS = 10_000;

/**
 * Connects to every server of a profile and reads what a check will need first.
 * @returns one sentence a server; a Redis that fails is a sentence too, because a check works without it
 * @throws Problem when PostgreSQL fails: no check can work then
 */
export async function testConnection(
  connections: Connections,
  profile: ConnectionProfile,
  signal: AbortSignal,
): Promise<string[]> {
  const table = profile.table ?? tableSetting();
  const database = await testDatabase(await connections.database(profile), table, signal);
  const found = openTargets(await connections.redis(profile), (target) => target);
  const redis = await Promise.all([...new Set(Object.values(found))].map(testRedis));
  return [database, ...redis];
}

/** @throws Problem */
export async function testDatabase(target: PostgresTarget, table: string, signal: AbortSignal): Promise<string> {
  const postgres = postgresSnapshots(target, {
    statementTimeoutMs: TEST_TIMEOUT_MS,
    connectTimeoutMs: TEST_TIMEOUT_MS,
  });
  const found = await postgres.read((snapshot) => findTable(snapshot, table), signal);
  const rows = found.estimatedRows === null ? '' : `, about ${number(found.estimatedRows)} rows`;
  return `PostgreSQL at ${postgres.address} is ready: ${found.sql} can be read${rows}.`;
}

/** @returns a sentence, also about a Redis that cannot be read */
async function testRedis(target: RedisTarget | Problem): Promise<string> {
  try {
    if (target instanceof Problem) return target.message;
    await pingRedis(target);
    return `Redis at ${redisAddress(target)} answers.`;
  } catch (error) {
    return toProblem(error).message;
  }
}
