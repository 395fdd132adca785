import { CONTRADICTS } from '../../src/model/verdict';
import type { TaskStory } from '../../src/model/story';

const ID = '4f0c5a0e-8a7d-4a53-9c2f-0d9b1f6d7c11';

/** The story of a lost task, with the longest of everything that is usual. */
export const LOST_STORY: TaskStory = {
  schemaVersion: 1,
  generatedAt: '2026-11-30T10:00:00Z',
  asked: { id: ID, by: 'celery' },
  others: [4698],
  task: {
    taskModule: 'breathecode.notify.tasks',
    taskName: 'async_deliver_hook',
    id: 4711,
    status: 'SCHEDULED',
    arguments: {
      rawJSON:
        '{"args": ["https://hooks.example.org/standard/a/very/long/path/without/a/space"], "kwargs": {"task_manager_id": 4711}}',
    },
    lastRun: '2026-10-23T16:00:00Z',
    startedAt: null,
    createdAt: '2026-10-23T16:00:00Z',
    updatedAt: '2026-10-23T16:00:01.250000Z',
    taskId: ID,
    statusMessage: null,
    attempts: 1,
    currentPage: 1,
    totalPages: 1,
    celeryState: null,
  },
  verification: {
    verdict: 'lost',
    cause: 'broker-wiped',
    confidence: 'likely',
    evidence: [
      { source: 'effects', says: 'Hook 2298 got its last answer before this task was made.', supports: 'lost' },
      { source: 'row', says: 'SCHEDULED since 2026-10-23 16:00:00 UTC.' },
      { source: 'broker', says: 'Message not found in 3 queues (3,283 messages) or among 670 unacknowledged ones.' },
      { source: 'workers', says: 'No worker is connected.' },
      {
        source: 'results',
        says: `The result backend has a result.${CONTRADICTS}`,
        supports: 'finished',
        contradicts: true,
      },
      { source: 'redis', says: "The broker's Redis started at 2026-11-23 22:28:04 UTC, after the last run." },
    ],
  },
  recommendations: [
    {
      id: 'start-workers',
      phase: 'now',
      title: 'Start the workers',
      why: 'No worker is connected, so nothing that is sent again would run.',
      evidence: [],
      actions: ['Start the service that runs celery worker'],
    },
    {
      id: 'dispatch-lost',
      phase: 'then',
      after: ['start-workers'],
      title: 'Dispatch 1 task again: it is probably lost',
      why: 'Its message is gone, and nothing shows that it ran.',
      evidence: [],
      actions: ['Before this: start the workers', 'Generate Fix Script makes a script that dispatches it'],
      snippets: [{ language: 'sql', title: 'Copy a query that shows it', text: 'select 1' }],
    },
  ],
  sources: [
    { name: 'postgres', state: 'ok', detail: 'PostgreSQL 18' },
    { name: 'sessions', state: 'not-configured', detail: 'the role may not see other sessions' },
  ],
};

/** An id that no row has, and a queue has. */
export const NO_TASK_STORY: TaskStory = {
  schemaVersion: 1,
  generatedAt: '2026-11-30T10:00:00Z',
  asked: { id: ID, by: 'celery' },
  task: null,
  elsewhere: {
    known: ['broker'],
    evidence: [
      { source: 'broker', says: 'Its message is in queue celery, 3 of 120.', supports: 'waiting' },
      { source: 'workers', says: 'No worker is connected.' },
      { source: 'results', says: "No result stored (or it expired); that doesn't tell whether the task ran." },
    ],
  },
  recommendations: [],
  sources: [{ name: 'broker', state: 'ok', detail: 'Redis' }],
};
