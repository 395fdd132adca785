import { Client } from 'pg';
import { diagnose } from '../../src/check/diagnose';
import { openCelery } from '../../src/connect/openCelery';
import { parseRedisUrl } from '../../src/connect/redis/redisUrl';
import { rabbitBroker } from '../../src/brokers/rabbitmq';
import type { Diagnosis } from '../../src/model/diagnosis';
import type { EffectRule } from '../../src/model/effectRule';
import type { Outcome } from '../../src/model/verdict';
import { OPTIONS, snapshots } from './scans';

/** The demo's incident, judged, and what its author knows of each row. */
export interface JudgedIncident {
  readonly diagnosis: Diagnosis;
  readonly verdicts: ReadonlyMap<number, Outcome>;
  readonly truth: readonly { readonly id: number; readonly situation: number }[];
  /** `module.name` of each row that was judged. */
  readonly tasks: ReadonlyMap<number, string>;
  readonly situations: Readonly<Record<number, { name: string; truth: string[] }>>;
}

/** Where an incident is. */
export interface IncidentServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Of the broker, where it is a RabbitMQ. */
  readonly rabbitUrl?: string;
}

export const INCIDENT: IncidentServers = {
  databaseUrl: process.env.TEST_DATABASE_URL ?? '',
  redisUrl: process.env.TEST_REDIS_URL ?? '',
};

/** Checks and verifies every stuck row of the incident, with these rules about effects. */
export async function judgeIncident(
  effects: readonly EffectRule[],
  { databaseUrl, redisUrl, rabbitUrl }: IncidentServers = INCIDENT,
  askWorkers = false,
): Promise<JudgedIncident> {
  const { SITUATIONS: situations } = await import('../../tools/demo/index.mjs');
  const redis = parseRedisUrl(redisUrl, 'TEST_REDIS_URL');
  const celery = await openCelery({ broker: redis, results: redis });
  const verdicts = new Map<number, Outcome>();
  const diagnosis = await diagnose(
    {
      postgres: snapshots(databaseUrl),
      ...celery,
      ...(rabbitUrl === undefined ? {} : { broker: rabbitBroker(rabbitUrl) }),
    },
    {
      ...OPTIONS,
      statuses: ['SCHEDULED', 'PENDING', 'PAUSED'],
      verification: { askWorkers, maxQueueScan: 1_000_000, effects },
    },
    {
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onJudged: ({ id }, outcome) => verdicts.set(id, outcome),
    },
  );
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; situation: number; task: string }>(
      `select id::text, situation, task_module || '.' || task_name as task
         from demo.demo_truth join task_manager_taskmanager using (id) where id = any($1)`,
      [[...verdicts.keys()]],
    );
    return {
      diagnosis,
      verdicts,
      situations,
      truth: rows.map(({ id, situation }) => ({ id: Number(id), situation })),
      tasks: new Map(rows.map(({ id, task }) => [Number(id), task])),
    };
  } finally {
    await client.end();
  }
}

/** A line of the table of verdicts: situation, what is right, what was said. */
export function lineOf({ verdicts, situations }: JudgedIncident, id: number, situation: number): string {
  const { verdict, cause, confidence } = verdicts.get(id)!;
  const { name, truth } = situations[situation]!;
  return `| ${String(situation)} ${name} | ${truth.join(', ')} | ${[verdict, cause ?? '-', confidence].join(' / ')} |`;
}

/** Rows whose verdict is not true, each with its task and its line. Undetermined is never false. */
export function falseVerdicts(judged: JudgedIncident): string[] {
  const { verdicts, truth, tasks, situations } = judged;
  return truth.flatMap(({ id, situation }) => {
    const { verdict } = verdicts.get(id)!;
    if (verdict === 'unknown' || situations[situation]!.truth.includes(verdict)) return [];
    return [`row ${String(id)} of ${tasks.get(id) ?? '?'}: ${lineOf(judged, id, situation)}`];
  });
}

export function undetermined({ verdicts }: JudgedIncident): number {
  return [...verdicts.values()].filter(({ verdict }) => verdict === 'unknown').length;
}
