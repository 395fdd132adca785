/** Builds a situation on real servers and checks it with the built command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { Verdict, Verification } from '../../src/model/verdict';
import { runCommand } from '../support/commandLine';
import { TestDatabase } from '../support/database';
import { startOwnRedis } from '../support/redisServers';
import { schemaErrors } from '../support/schema';
import { pgbouncerUrl } from '../support/servers';
import { fillRedis, standIn } from './broker';
import type { Capture } from './capture';
import { openSessions } from './sessions';
import { fillTables } from './tables';

/** Of every row that is stuck. */
const CHECK = [
  '--hours',
  '0',
  '--status',
  'SCHEDULED,PENDING',
  '--check-execution',
  '--format',
  'json',
  '--limit',
  '1000',
];

export interface Replayed {
  readonly diagnosis: Diagnosis;
  /** By row id. */
  readonly verifications: ReadonlyMap<number, Verification>;
}

/** @param serverUrl a PostgreSQL server; the Redis is one of its own, whose counters begin with the situation */
export async function replay(serverUrl: string, capture: Capture): Promise<Replayed> {
  const ends: (() => unknown)[] = [];
  try {
    const folder = mkdtempSync(join(tmpdir(), 'truth-'));
    ends.push(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const database = await TestDatabase.create(serverUrl);
    ends.push(() => database.drop());
    // With a file that is appended to: the rows are older than the server, whose start would have emptied another one.
    const redis = await startOwnRedis({ config: ['appendonly yes'] });
    ends.push(() => redis.stop());
    const redisUrl = `redis://:${encodeURIComponent(redis.password)}@127.0.0.1:${String(redis.port)}`;
    await fillTables(database, capture);
    await fillRedis(redisUrl, capture);
    ends.push(await openSessions(database, capture));
    ends.push(await standIn(redisUrl, capture));
    const effects = join(folder, 'effects.json');
    writeFileSync(effects, JSON.stringify(capture.effects));
    const flags = capture.effects.length > 0 ? [...capture.flags, '--effects', effects] : capture.flags;
    const run = await runCommand([...CHECK, ...flags], {
      DATABASE_URL: capture.world.pooler ? throughPooler(serverUrl, database) : database.url,
      CELERY_BROKER_URL: `${redisUrl}/0`,
      CELERY_RESULT_BACKEND: `${redisUrl}/1`,
    });
    if (run.code !== 0) throw new Error(run.stderr);
    const diagnosis = JSON.parse(run.stdout) as Diagnosis;
    const errors = schemaErrors(diagnosis);
    if (errors.length > 0) throw new Error(errors.join('\n'));
    const samples = diagnosis.taskTypes.flatMap((type) => type.samples);
    const verifications = new Map(
      samples.flatMap(({ id, verification }) => (verification ? [[id, verification]] : [])),
    );
    return { diagnosis, verifications };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

function throughPooler(serverUrl: string, database: TestDatabase): string {
  const url = new URL(pgbouncerUrl(serverUrl));
  url.pathname = `/${database.name}`;
  return url.href;
}

/** Why what is said of a row is a lie; undefined where it is true, or `unknown` with the truth among its readings. */
export function lie(said: Verification | undefined, right: readonly Verdict[]): string | undefined {
  if (!said) return 'it is not in the report';
  if (right.includes(said.verdict)) return undefined;
  const readings = said.readings?.map(({ verdict }) => verdict) ?? [];
  if (said.verdict === 'unknown' && readings.some((verdict) => right.includes(verdict))) return undefined;
  const as = said.verdict === 'unknown' ? `unknown (${readings.join(', ')})` : `${said.verdict}, ${said.confidence}`;
  return `${as}, and it is ${right.join(' or ')}`;
}
