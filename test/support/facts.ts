import { NO_WORKERS } from '../../src/brokers/noWorkers';
import { lossesOf } from '../../src/brokers/redis/server';
import type { RedisServer } from '../../src/model/diagnosis';
import type { SourceReport } from '../../src/model/sources';
import { taskManagerTables } from '../../src/tables/taskManager';
import { NO_HISTORY } from '../../src/tables/taskManager/histories';
import type { TaskManagerFacts, TaskManagerRow } from '../../src/tables/taskManager/row';
import { toStuckRow } from '../../src/tables/taskManager/rowState';
import type {
  BrokerMessage,
  BrokerView,
  ResultRecord,
  ShownFacts,
  StuckRow,
  TypeHistory,
  WorkersView,
  WorkerTask,
  World,
} from '../../src/model/facts';
import type { EffectFinding } from '../../src/model/effectFacts';
import type { SessionsView } from '../../src/model/sessionFacts';

/** The server's clock in these tests: 2026-11-23 12:00:00 UTC. */
export const NOW = 1_795_435_200;
export const HOUR = 3600;

/** The task table, as queries for people need it. */
export const TABLE = {
  kind: taskManagerTables,
  sql: '"public"."task_manager_taskmanager"',
  columns: new Set(['id', 'task_module', 'task_name', 'status', 'task_id', 'status_message', 'attempts', 'last_run']),
};

/** The columns of a row of celery-task-manager, side by side. */
type Columns = Omit<StuckRow, 'state' | 'runs' | 'library'> & Omit<TaskManagerRow, 'kind'>;
type Row = TaskManagerFacts['row'];

const PUBLISHED: Columns = {
  id: 7,
  taskModule: 'shop.tasks',
  taskName: 'send',
  status: 'SCHEDULED',
  taskId: '00000000-0000-4000-8000-000000000007',
  managerIdInArguments: true,
  message: 'null',
  attempts: 1,
  currentPage: 0,
  totalPages: 1,
  killed: false,
  exception: false,
  lastRun: NOW - 1000 * HOUR,
  createdAt: NOW - 1000 * HOUR,
  startedAt: null,
  updatedAt: NOW - 1000 * HOUR,
};

/** A SCHEDULED row of 1,000 hours ago whose message was published, as the library leaves it. */
export function row(change: Partial<Columns> = {}): Row {
  const { managerIdInArguments, message, currentPage, totalPages, killed, exception, ...columns } = {
    ...PUBLISHED,
    ...change,
  };
  const kind = 'celery-task-manager';
  return toStuckRow({
    ...columns,
    library: { kind, managerIdInArguments, message, currentPage, totalPages, killed, exception },
  });
}

/** The row with other values in some columns. */
export function changed({ library, ...columns }: Row, change: Partial<Columns>): Row {
  return row({ ...columns, ...library, ...change });
}

/** The same after its body was entered. */
export function pending(change: Partial<Columns> = {}): Row {
  return row({ status: 'PENDING', message: 'empty', currentPage: 1, startedAt: PUBLISHED.lastRun, ...change });
}

/** The row of a first message that was never published on. */
export function unpublished(change: Partial<Columns> = {}): Row {
  return row({ taskId: '', managerIdInArguments: false, ...change });
}

export function facts(change: Partial<ShownFacts> = {}): ShownFacts {
  return {
    row: row(),
    messages: [],
    tasks: [],
    result: null,
    effect: null,
    twin: null,
    rival: null,
    session: null,
    ...change,
  };
}

const ok = (name: string): SourceReport => ({ name, state: 'ok', detail: `${name} was read` });

/** Everything was searched, nothing was found, no worker is connected, and tasks of the type usually end within a minute. */
export function world(
  change: {
    broker?: Partial<BrokerView>;
    workers?: Partial<WorkersView>;
    /** The broker's server, with Unix seconds; null: it could not be asked. */
    redis?: (Partial<Omit<RedisServer, 'startedAt'>> & { readonly startedAt?: number | null }) | null;
    sessions?: Partial<SessionsView>;
  } & Partial<Pick<World, 'histories' | 'results' | 'effects' | 'now' | 'elsewhere'>> = {},
): World {
  return {
    now: change.now ?? NOW,
    broker: { ...emptyBroker(), ...change.broker },
    workers: { ...noWorkers(), ...change.workers },
    results: change.results ?? ok('results'),
    effects: change.effects ?? ok('effects'),
    sessions: { ...noSessions(), ...change.sessions },
    losses: lossesOf(change.redis === null ? null : redis(change.redis)),
    histories: change.histories ?? new Map([['shop.tasks.send', history()]]),
    elsewhere: change.elsewhere ?? null,
  };
}

function emptyBroker(): BrokerView {
  return {
    report: ok('broker'),
    found: true,
    contents: 'read',
    incompleteBecause: null,
    queues: [{ name: 'celery', prefix: '', length: 0, priorities: [], unacked: 0 }],
    unacked: 0,
    searched: '1 queue with 0 messages and 0 unacknowledged messages',
    find: () => [],
    firstMessages: new Map(),
    managerIds: [],
    prefixes: [''],
    byId: () => [],
    taskNames: new Set(),
    numbered: () => [],
    drawn: () => new Map(),
    managerIdsExcept: () => [],
    locks: [],
  };
}

function noSessions(): SessionsView {
  const untold = { tasks: new Set<string>(), anyTask: 0 };
  return { report: ok('sessions'), doubt: null, untold, since: null, killed: null, abandoned: null, find: () => [] };
}

function noWorkers(): WorkersView {
  return {
    ...NO_WORKERS,
    report: ok('workers'),
    none: true,
    settled: true,
    says: 'No worker is connected',
  };
}

/** One worker that was asked, answered, and consumes `celery`. */
export const ANSWERED: Partial<WorkersView> = {
  asked: true,
  none: false,
  settled: true,
  says: 'The only worker answered',
  workers: [
    {
      name: 'celery@one',
      seen: 'answered',
      queues: ['celery'],
      active: 0,
      reserved: 0,
      scheduled: 0,
      concurrency: 4,
      uptimeSeconds: 60,
    },
  ],
  consumedQueues: new Set(['celery']),
  registered: new Set(['shop.tasks.send']),
  revoked: new Set(),
};

/** Workers are connected and were not asked. */
export const NOT_ASKED: Partial<WorkersView> = { none: false, settled: false, says: 'The workers were not asked' };

function redis({
  startedAt = NOW - 5000 * HOUR,
  ...change
}: NonNullable<NonNullable<Parameters<typeof world>[0]>['redis']> = {}): RedisServer {
  return {
    address: 'localhost:6379/0',
    role: 'broker and results',
    version: '7.0.15',
    startedAt: startedAt === null ? null : new Date(startedAt * 1000).toISOString(),
    usedMemoryBytes: 1_000_000,
    maxMemoryBytes: 0,
    evictionPolicy: 'noeviction',
    evictedKeys: 0,
    flushes: 0,
    appendOnly: true,
    lastSaveAt: null,
    replica: false,
    ...change,
  };
}

/** A hundred tasks of the type ended within minutes of their making, and none of them shows anything unusual. */
export function history(change: Partial<TypeHistory> = {}): TypeHistory {
  return { ...NO_HISTORY, done: 100, shortestWait: 0.1, longestRun: 60, ...change };
}

/** The row's message in the queue `celery`. */
export function message(change: Partial<BrokerMessage> = {}): BrokerMessage {
  return {
    place: 'queue',
    queue: 'celery',
    priority: 0,
    position: 1,
    listLength: 1,
    deliveredAt: null,
    taskId: row().taskId,
    task: 'shop.tasks.send',
    managerId: 7,
    eta: null,
    expires: null,
    redelivered: false,
    libraryAttempts: null,
    retries: 0,
    match: 'id',
    ...change,
  };
}

/** The row's message in the hands of a worker. */
export function takenMessage(change: Partial<BrokerMessage> = {}): BrokerMessage {
  return message({
    place: 'unacked',
    priority: null,
    position: null,
    listLength: null,
    deliveredAt: NOW - 2 * HOUR,
    ...change,
  });
}

export function workerTask(change: Partial<WorkerTask> = {}): WorkerTask {
  return {
    state: 'active',
    worker: 'celery@one',
    taskId: row().taskId,
    task: 'shop.tasks.send',
    managerId: 7,
    match: 'id',
    eta: null,
    startedAt: NOW - 5,
    ...change,
  };
}

export function result(state: string, change: Partial<ResultRecord> = {}): ResultRecord {
  return {
    backend: 'redis',
    state,
    exceptionType: null,
    exceptionMessage: null,
    returnedValue: null,
    byWorker: true,
    doneAt: NOW - HOUR,
    note: null,
    ...change,
  };
}

export function effect(says: EffectFinding['says'], strength: EffectFinding['strength'] = 'proven'): EffectFinding {
  return { says, strength, text: `The effect says ${says}.` };
}
