/** Inputs that people reported, as Redis commands, rows and the verdicts that are right (test/fixtures/reported). */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Redis } from 'ioredis';
import { openCelery } from '../../src/connect/openCelery';
import type { RedisTarget } from '../../src/connect/redis/redisUrl';
import { diagnose } from '../../src/check/diagnose';
import type { Diagnosis, RowDetails } from '../../src/model/diagnosis';
import type { EffectRule } from '../../src/model/effectRule';
import type { SnapshotSource } from '../../src/ports/database';
import type { TestDatabase } from './database';
import { OPTIONS } from './scans';
import { insertTasks, TABLE } from './taskTable';

export interface ReportedCase {
  readonly case: string;
  readonly redis: readonly (readonly (string | number)[])[];
  readonly rows: readonly (Readonly<Record<string, unknown>> & { readonly id: number; readonly ageDays: number })[];
  readonly effect?: string;
  /** By row id; `not X`: any other one. */
  readonly expect: Readonly<Record<string, string>>;
}

export function reportedCases(file: string): ReportedCase[] {
  const lines = readFileSync(resolve('test/fixtures/reported', file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ReportedCase);
}

/** Puts the keys into the client's database and the rows in place of those of the table. */
export async function makeReported(
  { redis, rows }: Pick<ReportedCase, 'redis' | 'rows'>,
  client: Redis,
  database: TestDatabase,
): Promise<void> {
  await client.flushdb();
  for (const [name = '', ...args] of redis)
    await client.call(String(name), ...args.map((arg) => (arg === '$now' ? String(Date.now() / 1000) : String(arg))));
  await database.run(`truncate ${TABLE}`);
  await insertTasks(
    database,
    rows.map(({ ageDays, ...row }) => ({
      attempts: 1,
      current_page: 0,
      total_pages: 1,
      ...row,
      arguments: JSON.stringify(row.arguments ?? { args: [], kwargs: {} }),
      hoursAgo: ageDays * 24,
      created_at: daysAgo(ageDays),
      updated_at: daysAgo(ageDays),
    })),
  );
}

/** They were saved when they ran last. */
function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}

/** A rule that says of every row of this task that nothing happened: the table has nothing. */
export function nothingHappened(task: string): EffectRule {
  return {
    task,
    table: 'nothing_happened',
    find: { id: 'args[0]' },
    outcomes: [{ when: [{ column: 'id', null: false }], says: 'executed', strength: 'proven', text: 'It is there.' }],
    noRow: { says: 'not-executed', text: 'It is not there.' },
  };
}

/** A check of all statuses, with every row as a sample. */
export async function checkAll(
  postgres: SnapshotSource,
  broker: RedisTarget,
  more: { readonly effects?: readonly EffectRule[]; readonly askWorkers?: boolean; readonly hours?: number } = {},
  table = OPTIONS.table,
): Promise<Diagnosis> {
  const { effects = [], askWorkers = false, hours = 0 } = more;
  return await diagnose(
    { postgres, ...(await openCelery({ broker, results: broker })) },
    {
      ...OPTIONS,
      table,
      hours,
      limit: 100,
      statuses: ['SCHEDULED', 'PENDING'],
      verification: { askWorkers, maxQueueScan: 100_000, effects },
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

export function samplesOf(diagnosis: Diagnosis): ReadonlyMap<number, RowDetails> {
  return new Map(diagnosis.taskTypes.flatMap(({ samples }) => samples).map((sample) => [sample.id, sample]));
}
