import { number } from '../../base/numbers';
import { postgresSnapshots } from '../../connect/postgres/postgresClient';
import { openCelery } from '../../connect/openCelery';
import { type ConnectionProfile } from '../../connect/profile';
import type { PostgresTarget } from '../../connect/postgres/postgresUrl';
import { Problem } from '../../base/problem';
import type { Broker } from '../../brokers/broker';
import type { ResultBackend } from '../../results/results';
import { databaseResults } from '../../results/databaseResults';
import { hidingText } from '../../sql/hiding';
import { findTable } from '../../tables/taskManager/table';
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
 * @returns an answer of each server, PostgreSQL's first; a broker that fails is an answer too, because a check works without it
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
  const found = Object.values(await openCelery(await connections.celery(profile, held)));
  const servers = new Map(found.map((source) => [source instanceof Problem ? source : source.server, source]));
  const celery = await Promise.all([...servers.values()].map((source) => testCelery(source, signal)));
  const results = await connections.resultsDatabase(profile, held);
  return [{ says, failed: false }, ...celery, ...(results ? [await testResults(results, signal)] : [])];
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
async function testCelery(source: Broker | ResultBackend | Problem, signal: AbortSignal): Promise<TestAnswer> {
  if (source instanceof Problem) return { says: source.message, failed: false };
  try {
    await source.ping(signal);
    return { says: `${source.name} answers.`, failed: false };
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
