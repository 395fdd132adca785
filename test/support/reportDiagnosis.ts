import type { Diagnosis, OutcomeCount, RowDetails, TaskType } from '../../src/model/diagnosis';
import type { Cause, Confidence, EvidenceSource, Verdict } from '../../src/model/verdict';
import { A_BROKEN_RULE_TEST, A_RULE_TEST, AN_UNTESTED_RULE_TEST } from './ruleTests';

/** A repeatable source of numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const OUTCOMES: readonly { verdict: Verdict; cause?: Cause; confidence: Confidence; twin?: true }[] = [
  { verdict: 'unknown', confidence: 'possible' },
  { verdict: 'lost', cause: 'never-published', confidence: 'likely' },
  { verdict: 'lost', cause: 'never-published', confidence: 'likely', twin: true },
  { verdict: 'lost', cause: 'message-missing', confidence: 'likely' },
  { verdict: 'finished', cause: 'effect-found', confidence: 'proven' },
  { verdict: 'finished', cause: 'lost-update', confidence: 'likely' },
  { verdict: 'waiting', cause: 'backlog', confidence: 'proven' },
  { verdict: 'failed', cause: 'result-failure', confidence: 'proven' },
  { verdict: 'held', cause: 'eta', confidence: 'proven' },
  { verdict: 'running', confidence: 'proven' },
];

const START = Date.parse('2026-08-01T00:00:00Z');
const BIN_SECONDS = 12 * 3600;
const BINS = 100;
const MODULES = ['notify', 'assignments', 'payments', 'events', 'admissions', 'marketing', 'monitoring', 'activity'];
const SOURCES: readonly EvidenceSource[] = ['row', 'results', 'broker', 'workers', 'effects', 'redis', 'sessions'];

interface Shape {
  readonly types: number;
  readonly rows: number;
  readonly samples: number;
  readonly verified: boolean;
}

/** A Diagnosis of any size whose parts agree with each other, the same for the same shape. Not of a real database. */
export function makeDiagnosis(shape: Partial<Shape> = {}): Diagnosis {
  const { types, rows, samples, verified } = { types: 40, rows: 20_000, samples: 3, verified: true, ...shape };
  const next = random(types * 31 + rows);
  const shares = Array.from({ length: types }, (_, index) => 1 / (index + 1));
  const all = shares.reduce((a, b) => a + b, 0);
  let id = 1;
  let exampleId = 1_000_001;
  const taskTypes = shares.map((share, index): TaskType => {
    const count = Math.max(1, Math.round((rows * share) / all));
    const outcomes = split(count, next);
    const lastRuns = sumBins(outcomes.map((outcome) => outcome.lastRuns));
    const bins = Object.keys(lastRuns).map(Number);
    const oldest = START + Math.min(...bins) * BIN_SECONDS * 1000;
    const newest = START + Math.max(...bins) * BIN_SECONDS * 1000 + 3_600_000;
    const verdicts: Partial<Record<Verdict, number>> = {};
    for (const outcome of outcomes) verdicts[outcome.verdict] = (verdicts[outcome.verdict] ?? 0) + outcome.count;
    const shown = Array.from({ length: Math.min(samples, count) }, () => sample(id++, newest, outcomes[0]!, verified));
    const shownAs = new Set(shown.length > 0 ? [causeKey(outcomes[0]!)] : []);
    const others = outcomes.filter((each) => !shownAs.has(causeKey(each)) && shownAs.add(causeKey(each)));
    const examples = verified ? others.map((each) => sample(exampleId++, newest, each, verified)) : [];
    return {
      taskModule: `breathecode.${MODULES[index % MODULES.length]!}.tasks`,
      taskName: index === 0 ? 'execute_signal' : `async_task_${String(index)}`,
      count,
      maxHoursStuck: (Date.parse('2026-11-23T10:00:00Z') - oldest) / 3_600_000,
      oldestLastRun: time(oldest),
      newestLastRun: time(newest),
      byStatus: { SCHEDULED: count },
      ...(verified ? { verdicts, outcomes } : {}),
      lastRuns,
      samples: shown,
      ...(examples.length > 0 ? { examples } : {}),
    };
  });
  taskTypes.sort((a, b) => b.count - a.count);
  const total = (wanted: (outcome: OutcomeCount) => boolean): number =>
    taskTypes
      .flatMap((type) => type.outcomes ?? [])
      .filter(wanted)
      .reduce((sum, { count }) => sum + count, 0);
  return {
    schemaVersion: 1,
    generatedAt: '2026-11-23T10:00:00.123456Z',
    elapsedMs: 5912,
    cost: {
      steps: [
        { name: 'Connecting', ms: 38 },
        { name: 'Querying database for stuck tasks', ms: 1210 },
        ...(verified ? [{ name: 'Searching the queues of the broker', ms: 4120 }] : []),
        { name: 'Writing recommendations', ms: 3 },
      ],
      postgres: {
        connections: verified ? 2 : 1,
        queries: verified ? 61 : 9,
        rows: rows + 12,
        receivedBytes: rows * 310,
        waitedMs: 1405,
        longestQueryMs: 1198,
      },
      ...(verified
        ? { redis: { connections: 1, commands: 153, receivedBytes: 12_300_000, waitedMs: 840, longestWaitMs: 9 } }
        : {}),
    },
    parameters: {
      hours: 906,
      olderThan: '2026-10-16T16:00:00Z',
      statuses: ['SCHEDULED'],
      limit: samples,
      checkExecution: verified,
    },
    timeline: { start: time(START), binSeconds: BIN_SECONDS, bins: BINS },
    taskTypes,
    otherStatuses: [{ status: 'PENDING', count: 912, maxHoursStuck: 1200.5, taskTypes: [] }],
    sources: verified
      ? [
          { name: 'postgres', state: 'ok', detail: 'PostgreSQL 18.4 at db.example:5432/app' },
          { name: 'broker', state: 'ok', detail: 'Redis at redis.example:6379/0, 3 queues, all 12,000 messages read' },
          {
            name: 'workers',
            state: 'unavailable',
            detail: 'workers were not asked: turn on celeryTasks.askWorkers',
            gaps: [{ kind: 'not-asked', setting: 'celeryTasks.askWorkers', says: 'workers were not asked' }],
          },
          { name: 'results', state: 'ok', detail: 'Redis at redis.example:6379/0' },
          { name: 'effects', state: 'not-configured', detail: 'no rule for these tasks' },
          { name: 'redis', state: 'ok', detail: 'Redis 7.0.15' },
        ]
      : [{ name: 'postgres', state: 'ok', detail: 'PostgreSQL 18.4 at db.example:5432/app' }],
    infrastructure: {
      postgres: {
        serverVersion: '18.4',
        address: 'db.example:5432/app',
        table: '"public"."task_manager_taskmanager"',
        estimatedRows: 200_000,
        tableBytes: 83_000_000,
        replica: false,
      },
      ...(verified
        ? {
            redis: {
              address: 'redis.example:6379/0',
              role: 'broker and results' as const,
              version: '7.0.15',
              startedAt: '2026-10-02T10:00:00Z',
              usedMemoryBytes: 120_000_000,
              maxMemoryBytes: 0,
              evictionPolicy: 'noeviction',
              evictedKeys: 0,
              flushes: 1,
              appendOnly: false,
              lastSaveAt: '2026-11-23T09:00:00Z',
              replica: false,
            },
            queues: [
              {
                name: 'celery',
                length: 11_000,
                priorities: [
                  { priority: 0, length: 10_000 },
                  { priority: 5, length: 1000 },
                ],
                unacked: 12,
                consumed: true,
              },
              {
                name: 'emails',
                length: 1000,
                priorities: [{ priority: 0, length: 1000 }],
                unacked: 0,
                consumed: false,
              },
            ],
            workers: [
              {
                name: 'celery@worker-1',
                seen: 'answered' as const,
                queues: ['celery'],
                active: 4,
                reserved: 8,
                scheduled: 3,
                concurrency: 4,
                uptimeSeconds: 86_400,
              },
            ],
          }
        : {}),
    },
    ...(verified ? { rules: [A_RULE_TEST, A_BROKEN_RULE_TEST, AN_UNTESTED_RULE_TEST] } : {}),
    recommendations: [
      {
        id: 'add-effect-rules',
        title: 'Say what these tasks leave in the database',
        why: 'A row whose message is gone looks the same whether it ran or not.',
        evidence: ['By task: execute_signal 4,000', 'For example rows 1, 2, 3'],
        actions: ['Add rules for these task types in celeryTasks.effects (--effects FILE)'],
        rows: total(({ verdict }) => verdict === 'unknown'),
        ...(verified ? { about: { verdicts: ['unknown'] as const } } : {}),
        links: [
          { title: 'Effect rules', url: 'https://github.com/celery-task-diagnostics/celery-task-diagnostics#effects' },
        ],
      },
      {
        id: 'dispatch-lost',
        title: 'Dispatch the lost rows again: they will never run by themselves',
        why: 'They have no message and no worker, and no sign that they ran.',
        evidence: ['By queue: celery 900'],
        actions: [
          'Make sure that the Redis that was searched is the broker of these tasks',
          "Never use the admin's Resume for it",
        ],
        rows: total(({ verdict, twin }) => verdict === 'lost' && twin !== true),
        ...(verified ? { about: { verdicts: ['lost'] as const, twin: false } } : {}),
        snippets: [
          {
            language: 'sql',
            title: 'Copy the query for these rows',
            text: 'select id, status from task_manager_taskmanager where id in (1, 2, 3)',
          },
        ],
      },
    ],
  };
}

function causeKey({ verdict, cause }: OutcomeCount): string {
  return `${verdict}/${cause ?? ''}`;
}

function split(count: number, next: () => number): OutcomeCount[] {
  const kinds = OUTCOMES.filter((_, index) => index === 0 || next() < 0.45);
  let left = count;
  const out: OutcomeCount[] = [];
  kinds.forEach((kind, index) => {
    const rows = index === kinds.length - 1 ? left : Math.floor(left * next());
    left -= rows;
    if (rows > 0) out.push({ ...kind, count: rows, lastRuns: bins(rows, next) });
  });
  return out.sort((a, b) => b.count - a.count);
}

/** A backlog that grows, and an incident of a day and a half. */
function bins(rows: number, next: () => number): Record<number, number> {
  const out: Record<number, number> = {};
  const parts = Math.min(rows, 40);
  for (let part = 0; part < parts; part++) {
    const bin = next() < 0.5 ? 70 + Math.floor(next() * 3) : Math.floor(Math.sqrt(next()) * BINS);
    const share = Math.floor(rows / parts) + (part < rows % parts ? 1 : 0);
    out[bin] = (out[bin] ?? 0) + share;
  }
  return out;
}

function sumBins(all: readonly Readonly<Record<number, number>>[]): Record<number, number> {
  const out: Record<number, number> = {};
  for (const counts of all)
    for (const [bin, rows] of Object.entries(counts)) out[Number(bin)] = (out[Number(bin)] ?? 0) + rows;
  return out;
}

function sample(id: number, newest: number, outcome: OutcomeCount, verified: boolean): RowDetails {
  const { verdict, cause, confidence } = outcome;
  return {
    id,
    status: 'SCHEDULED',
    arguments: {
      rawJSON: `{"args": [${String(id)}, "Webhook"], "kwargs": {"task_manager_id": ${String(id)}, "token": "***"}}`,
    },
    lastRun: time(newest - (id % 1_000_000) * 1000),
    startedAt: time(newest - (id % 1_000_000) * 1000),
    createdAt: time(newest - (id % 1_000_000) * 1000 - 5000),
    updatedAt: time(newest - (id % 1_000_000) * 1000 + 20),
    taskId: `6f0c1f5e-0000-4000-8000-${String(id).padStart(12, '0')}`,
    statusMessage: id % 3 === 0 ? null : '',
    attempts: 1,
    currentPage: 1,
    totalPages: 1,
    priority: 5,
    ...(verified
      ? {
          celeryState: null,
          verification: {
            verdict,
            ...(cause === undefined ? {} : { cause }),
            confidence,
            evidence: SOURCES.map((source) => ({
              source,
              says: `what the ${source} told of row ${String(id)}, in a sentence of usual length that names times and ids`,
              ...(source === 'row' ? { supports: verdict } : {}),
              ...(source === 'effects' ? { untested: true as const } : {}),
            })),
            ...(verdict === 'unknown'
              ? {
                  readings: [
                    {
                      verdict: 'finished' as const,
                      cause: 'lost-update' as const,
                      why: 'it ran and its first save undid the last one',
                      decidedBy: "check the worker's log",
                    },
                    {
                      verdict: 'lost' as const,
                      cause: 'message-missing' as const,
                      why: 'its message was lost',
                      decidedBy: 'an effect rule',
                    },
                  ],
                }
              : {}),
          },
        }
      : {}),
  };
}

function time(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('.000Z', 'Z')
    .replace(/\.(\d{3})Z$/, '.$1000Z');
}
