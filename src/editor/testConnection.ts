import { postgresSnapshots } from '../connection/postgresClient';
import { redisAddress } from '../connection/redisUrl';
import { pingRedis } from '../connection/redisClient';
import type { ConnectionProfile } from '../connection/profile';
import type { PostgresTarget } from '../connection/postgresUrl';
import type { RedisTarget } from '../connection/redisUrl';
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
  if (profile.redisUrl === undefined) return [database];
  try {
    const redis = await connections.redis(profile);
    return redis ? [database, await testRedis(redis)] : [database];
  } catch (error) {
    return [database, toProblem(error).message];
  }
}

/** @throws Problem */
export async function testDatabase(target: PostgresTarget, table: string, signal: AbortSignal): Promise<string> {
  const postgres = postgresSnapshots(target, {
    statementTimeoutMs: TEST_TIMEOUT_MS,
    connectTimeoutMs: TEST_TIMEOUT_MS,
  });
  const found = await postgres.read((snapshot) => findTable(snapshot, table), signal);
  const rows = found.estimatedRows === null ? '' : `, about ${found.estimatedRows.toLocaleString('en-US')} rows`;
  return `PostgreSQL at ${postgres.address} is ready: ${found.sql} can be read${rows}.`;
}

async function testRedis(target: RedisTarget): Promise<string> {
  await pingRedis(target);
  return `Redis at ${redisAddress(target)} answers.`;
}
