import type { Diagnosis, RowDetails, TaskType } from '../../src/model/diagnosis';
import { recommend } from '../../src/verdicts/advice/scanAdvice';
import type { Verification } from '../../src/model/verdict';

/** One shown row with the values that most tests do not care about. */
export function aSample(fields: Partial<RowDetails> = {}): RowDetails {
  return {
    id: 1,
    status: 'SCHEDULED',
    arguments: { rawJSON: '{}' },
    lastRun: '2025-02-15T10:23:45Z',
    startedAt: null,
    createdAt: '2025-02-15T10:23:44Z',
    updatedAt: null,
    taskId: '87d6f3a5-c612-49b3-9fe1-23456789abcd',
    statusMessage: null,
    attempts: 1,
    currentPage: 0,
    totalPages: 1,
    priority: null,
    ...fields,
  };
}

export function aTaskType(fields: Partial<TaskType> = {}): TaskType {
  return {
    taskModule: 'shop.tasks',
    taskName: 'send',
    count: 3,
    maxHoursStuck: 1000.128,
    oldestLastRun: '2025-02-01T00:00:00Z',
    newestLastRun: '2025-02-15T10:23:45Z',
    byStatus: { SCHEDULED: 3 },
    samples: [aSample()],
    ...fields,
  };
}

/** What was verified of a row that two causes leave alike. */
export function aVerification(fields: Partial<Verification> = {}): Verification {
  return {
    verdict: 'unknown',
    confidence: 'possible',
    evidence: [
      { source: 'row', says: 'It was published, and its body was not entered.' },
      { source: 'broker', says: 'Its message is in none of 3 queues.', supports: 'lost' },
    ],
    readings: [
      { verdict: 'lost', cause: 'message-missing', why: 'Its message is gone.', decidedBy: 'an effect rule' },
      {
        verdict: 'finished',
        cause: 'lost-update',
        why: 'It ran, and its row was overwritten.',
        decidedBy: 'the logs.',
      },
    ],
    ...fields,
  };
}

/** A Diagnosis with everything that verification adds: two types, a sample each, every kind of system. */
export function aVerifiedDiagnosis(fields: Partial<Diagnosis> = {}): Diagnosis {
  const lost = aVerification({
    verdict: 'lost',
    cause: 'never-published',
    confidence: 'likely',
    evidence: [{ source: 'row', says: 'Its task_id is empty.', supports: 'lost' }],
  });
  const plain = aDiagnosis();
  return {
    ...plain,
    parameters: { ...plain.parameters, checkExecution: true },
    taskTypes: [
      aTaskType({
        verdicts: { unknown: 2, lost: 1 },
        samples: [aSample({ id: 7, celeryState: 'SENT', verification: aVerification() })],
      }),
      aTaskType({
        taskName: 'deliver',
        count: 1,
        byStatus: { SCHEDULED: 1 },
        verdicts: { lost: 1 },
        samples: [aSample({ id: 8, taskId: '', celeryState: null, verification: withoutReadings(lost) })],
      }),
    ],
    sources: [
      ...plain.sources,
      { name: 'broker', state: 'ok', detail: '3 queues with 1,234 messages at localhost:6379/0' },
      { name: 'workers', state: 'not-configured', detail: '' },
      { name: 'results', state: 'unavailable', detail: 'Connection refused at localhost:6380/0' },
    ],
    infrastructure: {
      ...plain.infrastructure,
      redis: {
        address: 'localhost:6379/0',
        role: 'broker',
        version: '7.0.15',
        startedAt: '2025-02-14T00:00:00Z',
        usedMemoryBytes: 12_345_678,
        maxMemoryBytes: 0,
        evictionPolicy: 'noeviction',
        evictedKeys: 0,
        flushes: 1,
        appendOnly: false,
        lastSaveAt: null,
        replica: false,
      },
      queues: [
        {
          name: 'celery',
          length: 1200,
          priorities: [
            { priority: 0, length: 1000 },
            { priority: 3, length: 200 },
          ],
          unacked: 12,
          consumed: true,
        },
        { name: 'mail', length: 34, priorities: [{ priority: 0, length: 34 }], unacked: 0, consumed: false },
        { name: 'idle', length: 0, priorities: [], unacked: 0, consumed: null },
      ],
      workers: [
        {
          name: 'celery@one',
          seen: 'answered',
          queues: ['celery'],
          active: 4,
          reserved: 8,
          scheduled: 0,
          concurrency: 4,
          uptimeSeconds: 3600,
        },
        {
          name: 'celery@two',
          seen: 'heartbeat',
          queues: null,
          active: 1,
          reserved: null,
          scheduled: null,
          concurrency: null,
          uptimeSeconds: null,
        },
      ],
    },
    recommendations: [
      {
        id: 'start-consumer',
        title: 'Start a worker for the queue mail',
        why: '34 rows wait in it, and no worker consumes it.',
        evidence: ['The queue mail holds 34 messages.'],
        actions: ['celery -A <project> worker -Q mail', 'for id in ids:\n    print(id)'],
      },
      { id: 'wait', title: 'Do nothing about 12 rows', why: 'They come back at 14:07.', evidence: [], actions: [] },
    ],
    ...fields,
  };
}

function withoutReadings({ verdict, cause, confidence, evidence }: Verification): Verification {
  return { verdict, confidence, evidence, ...(cause === undefined ? {} : { cause }) };
}

/** A whole Diagnosis; its recommendations follow from its task types as in a real one. */
export function aDiagnosis(fields: Partial<Diagnosis> = {}): Diagnosis {
  const taskTypes = fields.taskTypes ?? [aTaskType()];
  return {
    schemaVersion: 1,
    generatedAt: '2025-03-25T05:00:00Z',
    parameters: {
      hours: 906,
      olderThan: '2025-02-15T11:00:00Z',
      statuses: ['SCHEDULED'],
      limit: 5,
      checkExecution: false,
    },
    taskTypes,
    otherStatuses: [],
    sources: [{ name: 'postgres', state: 'ok', detail: 'PostgreSQL 18.4 at localhost:5432/shop' }],
    infrastructure: {
      postgres: {
        serverVersion: '18.4',
        address: 'localhost:5432/shop',
        table: '"public"."task_manager_taskmanager"',
        estimatedRows: 10,
        tableBytes: 8192,
        replica: false,
      },
    },
    recommendations: recommend(taskTypes),
    ...fields,
  };
}
