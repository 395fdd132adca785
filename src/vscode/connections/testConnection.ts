import { number } from '../../base/numbers';
import { postgresSnapshots } from '../../connect/postgres/postgresClient';
import { redisAddress } from '../../connect/redis/redisUrl';
import { pingRedis } from '../../connect/redis/redisClient';
import { openTargets } from '../../connect/celeryUrl';
import { type ConnectionProfile } from '../../connect/profile';
import type { PostgresTarget } from '../../connect/postgres/postgresUrl';
import type { RedisTarget } from '../../connect/redis/redisUrl';
import { Problem } from '../../base/problem';
import { databaseResults } from '../../results/databaseResults';
import { hidingText } from '../../sql/hiding';
import { findTable } from '../../tables/findTable';
import { toProblem } from '../problems/problems';
import { passwordRule, type Connections, type HeldPasswords } from './connections';
import { tableSetting } from '../shared/settings';

const TEST_TIMEOUT_MS = 10_000;

/** What one server answered, in a sentence. */
export interface TestAnswer {
  readonly says: string;
  /** It was asked and did not let us in, or did not answer. A broker that can never be read is none of this. */
  readonly failed: boolean;
}

/**
 * Connects to every server of a profile and reads what a check will need first.
 * @param held passwords that are not stored yet
 * @returns an answer of each server, PostgreSQL's first; a Redis that fails is an answer too, because a check works without it
 * @throws Problem when PostgreSQL fails: no check can work then
 */
export async function testConnection(
  connections: Connections,
  profile: ConnectionProfile,
  signal: AbortSignal,
  held?: HeldPasswords,
): Promise<TestAnswer[]> {
  const table = profile.table ?? tableSetting();
  const says = await testDatabase(await connections.database(profile, held), profile, table, signal);
  const found = openTargets(await connections.redis(profile, held), (target) => target);
  const redis = await Promise.all([...new Set(Object.values(found))].map((target) => testRedis(target, signal)));
  const results = await connections.resultsDatabase(profile, held);
  return [{ says, failed: false }, ...redis, ...(results ? [await testResults(results, signal)] : [])];
}

/** @throws Problem */
async function testDatabase(
  target: PostgresTarget,
  profile: ConnectionProfile,
  table: string,
  signal: AbortSignal,
): Promise<string> {
  const postgres = postgresSnapshots(target, {
    statementTimeoutMs: TEST_TIMEOUT_MS,
    connectTimeoutMs: TEST_TIMEOUT_MS,
    passwords: passwordRule(profile),
  });
  const found = await postgres.read((snapshot) => findTable(snapshot, table), signal);
  const rows = found.estimatedRows === null ? '' : `, about ${number(found.estimatedRows)} rows`;
  const hidden = found.hiding.length === 0 ? '' : `, but rows may be missing (${hidingText(found.hiding)})`;
  const note = postgres.note === undefined ? '' : ` ${postgres.note}`;
  return `PostgreSQL at ${postgres.address} is ready: ${found.sql} can be read${rows}${hidden}.${note}`;
}

/** @throws Problem `cancelled` */
async function testRedis(target: RedisTarget | Problem, signal: AbortSignal): Promise<TestAnswer> {
  if (target instanceof Problem) return { says: target.message, failed: false };
  try {
    await pingRedis(target, signal);
    return { says: `Redis at ${redisAddress(target)} answers.`, failed: false };
  } catch (error) {
    return failure(error);
  }
}

/** @throws Problem `cancelled` */
async function testResults(target: PostgresTarget | Problem, signal: AbortSignal): Promise<TestAnswer> {
  if (target instanceof Problem) return { says: target.message, failed: false };
  const results = postgresSnapshots(target, { statementTimeoutMs: TEST_TIMEOUT_MS, connectTimeoutMs: TEST_TIMEOUT_MS });
  try {
    const tables = await results.read(databaseResults, signal);
    const says = tables ? 'has results' : 'has no table of results that this role may see';
    return { says: `PostgreSQL at ${results.address} ${says}.`, failed: tables === undefined };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): TestAnswer {
  const problem = toProblem(error);
  if (problem.kind === 'cancelled') throw problem;
  return { says: problem.message, failed: true };
}
