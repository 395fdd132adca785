import { number } from '../../base/numbers';
import type { ConnectionProfile } from '../../connect/profile';
import { Problem, toProblem } from '../../base/problem';
import type { SnapshotSource } from '../../ports/database';
import type { Broker } from '../../brokers/broker';
import type { ResultBackend } from '../../results/results';
import { databaseResults } from '../../results/databaseResults';
import { hidingText } from '../../sql/hiding';
import { findTable } from '../../tables/findTable';
import type { Connections, HeldPasswords } from './connections';
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
  const sources = await connections.open(profile, { verified: true, held, timeoutMs: TEST_TIMEOUT_MS });
  const { postgres, broker, results, resultsDatabase } = sources;
  const says = await testDatabase(postgres, profile.table ?? tableSetting(), signal);
  const named = [broker, results].filter((source) => source !== undefined);
  // Broker and results may be on one server.
  const celery = new Map(named.map((source) => [source instanceof Problem ? source : source.server, source]));
  const answers = await Promise.all([...celery.values()].map((source) => testCelery(source, signal)));
  const others = resultsDatabase ? [await testResults(resultsDatabase, signal)] : [];
  return [{ says, failed: false }, ...answers, ...others];
}

/** @throws Problem */
async function testDatabase(postgres: SnapshotSource, table: string, signal: AbortSignal): Promise<string> {
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
async function testResults(source: SnapshotSource | Problem, signal: AbortSignal): Promise<TestAnswer> {
  if (source instanceof Problem) return { says: source.message, failed: false };
  try {
    const tables = await source.read(databaseResults, signal);
    const says = tables ? 'has results' : 'has no table of results that this role may see';
    return { says: `PostgreSQL at ${source.address} ${says}.`, failed: tables === undefined };
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): TestAnswer {
  const problem = toProblem(error);
  if (problem.kind === 'cancelled') throw problem;
  return { says: problem.message, failed: true };
}
