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
  readonly problem?: Problem;
  /** For whoever runs the server: they give what is missing, or take what is too much. */
  readonly commands?: readonly string[];
  /** Addresses of the broker's API for administrators that were tried in vain. */
  readonly tried?: readonly string[];
}

/**
 * Connects to every server of a profile and reads what a check will need first.
 * @param held passwords that are not stored yet
 * @returns an answer of each server, PostgreSQL's first
 * @throws Problem `cancelled`, or naming a part of the connection that cannot be used
 */
export async function testConnection(
  connections: Connections,
  profile: ConnectionProfile,
  signal: AbortSignal,
  held?: HeldPasswords,
): Promise<TestAnswer[]> {
  const sources = await connections.open(profile, { verified: true, held, timeoutMs: TEST_TIMEOUT_MS });
  const { postgres, broker, results, resultsDatabase } = sources;
  const named = [broker, results].filter((source) => source !== undefined);
  // Broker and results may be on one server.
  const celery = new Map(named.map((source) => [source instanceof Problem ? source : source.server, source]));
  return await Promise.all([
    testDatabase(postgres, profile.table ?? tableSetting(), signal),
    ...[...celery.values()].map((source) => testCelery(source, signal)),
    ...(resultsDatabase ? [testResults(resultsDatabase, signal)] : []),
  ]);
}

/** The same for the database alone. @throws Problem `cancelled` */
export async function tryDatabase(
  connections: Connections,
  profile: ConnectionProfile,
  signal: AbortSignal,
  held?: HeldPasswords,
): Promise<TestAnswer> {
  const { postgres } = await connections.open(profile, { verified: false, held, timeoutMs: TEST_TIMEOUT_MS });
  return await testDatabase(postgres, profile.table ?? tableSetting(), signal);
}

/** The same for the broker alone. @throws Problem `cancelled` */
export async function tryBroker(
  connections: Connections,
  profile: ConnectionProfile,
  signal: AbortSignal,
  held?: HeldPasswords,
): Promise<TestAnswer> {
  const { broker } = await connections.open(profile, { verified: true, held, timeoutMs: TEST_TIMEOUT_MS });
  return broker ? await testCelery(broker, signal) : { says: 'No broker is named.' };
}

/** @throws Problem `cancelled` */
async function testDatabase(postgres: SnapshotSource, table: string, signal: AbortSignal): Promise<TestAnswer> {
  try {
    const found = await postgres.read((snapshot) => findTable(snapshot, table), signal);
    const rows = found.estimatedRows === null ? '' : `, about ${number(found.estimatedRows)} rows`;
    const hidden = found.hiding.length === 0 ? '' : `, but rows may be missing (${hidingText(found.hiding)})`;
    const note = postgres.note === undefined ? '' : ` ${postgres.note}`;
    return { says: `PostgreSQL at ${postgres.address} is ready: ${found.sql} can be read${rows}${hidden}.${note}` };
  } catch (error) {
    return failure(error);
  }
}

/** @throws Problem `cancelled` */
async function testCelery(source: Broker | ResultBackend | Problem, signal: AbortSignal): Promise<TestAnswer> {
  if (source instanceof Problem) return { says: source.message };
  try {
    if ('access' in source && source.access) return await source.access(signal);
    await source.ping(signal);
    return { says: `${source.name} answers.` };
  } catch (error) {
    return failure(error);
  }
}

/** @throws Problem `cancelled` */
async function testResults(source: SnapshotSource | Problem, signal: AbortSignal): Promise<TestAnswer> {
  if (source instanceof Problem) return { says: source.message };
  try {
    if (await source.read(databaseResults, signal)) return { says: `PostgreSQL at ${source.address} has results.` };
    const says = `PostgreSQL at ${source.address} has no table of results that this role may see.`;
    return failure(new Problem('table-missing', says));
  } catch (error) {
    return failure(error);
  }
}

/** @throws Problem `cancelled` */
function failure(error: unknown): TestAnswer {
  const problem = toProblem(error);
  if (problem.kind === 'cancelled') throw problem;
  const { message, commands, tried } = problem;
  return { says: message, problem, ...(commands.length === 0 ? {} : { commands }), ...(tried ? { tried } : {}) };
}
