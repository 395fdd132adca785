import type { Diagnosis, Sample, TaskType } from '../../src/diagnosis/model';
import { recommend } from '../../src/diagnosis/recommendations';

/** One shown row with the values that most tests do not care about. */
export function aSample(fields: Partial<Sample> = {}): Sample {
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
