/**
 * What the rules know of a row and of the world around it: plain facts, no text for people where a word will do.
 * Where each fact comes from in Celery, kombu and the library is said beside the code that reads it.
 */
import type { SourceReport, Worker } from '../diagnosis/model';
import type { Seconds, StuckRow } from '../scan/stuckRow';

export type { Seconds, StuckRow };

/** What a result backend has under a task id. */
export interface ResultRecord {
  readonly backend: 'redis' | 'django_celery_results' | 'celery_taskmeta';
  /** As AsyncResult names it, also custom ones; null where the record could not be decoded (`note` says why). */
  readonly state: string | null;
  readonly exceptionType: string | null;
  readonly exceptionMessage: string | null;
  /** Whether a value other than None was returned; null where that cannot be told. */
  readonly returnedValue: boolean | null;
  /**
   * Whether a worker wrote it while it handled the message, and not somebody who only knew the id: then `children` is a list
   * (seen on Celery 5.2.6 and 5.6.3); null where that cannot be told.
   */
  readonly byWorker: boolean | null;
  readonly doneAt: Seconds | null;
  readonly note: string | null;
}

/** One message of the broker that belongs to a row. */
export interface BrokerMessage {
  /** `queue`: nobody has taken it. `unacked`: a worker took it and has not acknowledged it. */
  readonly place: 'queue' | 'unacked';
  readonly queue: string;
  /** The list's priority step (0: the queue's own list); null when unacked. */
  readonly priority: number | null;
  /** 1 is taken next; null when unacked. */
  readonly position: number | null;
  /** Messages in the same list; null when unacked. */
  readonly listLength: number | null;
  /** When a worker took it, by the worker's clock; null when queued. */
  readonly deliveredAt: Seconds | null;
  readonly taskId: string;
  /** `module.name` as Celery calls it. */
  readonly task: string;
  /** `kwargs.task_manager_id`. */
  readonly managerId: number | null;
  readonly eta: Seconds | null;
  readonly expires: Seconds | null;
  readonly redelivered: boolean;
  /** `kwargs.attempts`, which only the library's own retries carry. */
  readonly libraryAttempts: number | null;
  /** `headers.retries`: Celery's own. */
  readonly retries: number;
}

export interface QueueFacts {
  readonly name: string;
  /** `global_keyprefix` of the broker; '' mostly. */
  readonly prefix: string;
  /** Messages over all priority lists. */
  readonly length: number;
  /** Lists that hold something, most urgent first. */
  readonly priorities: readonly { readonly priority: number; readonly length: number }[];
  /** Messages of this queue that workers took. */
  readonly unacked: number;
}

/** The broker as it was searched. */
export interface BrokerView {
  readonly report: SourceReport;
  /** A `_kombu.binding.*` key exists: Celery uses this Redis as its broker. */
  readonly found: boolean;
  /** Every queue that exists, every priority list and all unacked messages were read, and every message could be. */
  readonly complete: boolean;
  /** Why the search is not complete, as the end of a sentence; null when it is. */
  readonly incompleteBecause: string | null;
  readonly queues: readonly QueueFacts[];
  /** Messages that workers took, over all queues. */
  readonly unacked: number;
  /** What was searched, in words: `3 queues with 3,275 messages and 678 messages that workers took`. */
  readonly searched: string;
  /** By Celery's id and by `kwargs.task_manager_id`; queued ones first. */
  find(row: Pick<StuckRow, 'id' | 'taskId'>): readonly BrokerMessage[];
  /** First messages by task name: those without `task_manager_id`, which make their row when they run. `again`: delivered before. */
  readonly firstMessages: ReadonlyMap<string, { readonly queued: number; readonly again: number }>;
  /** Every `kwargs.task_manager_id` seen. */
  readonly managerIds: Iterable<number>;
  /** `global_keyprefix`es found, '' among them where keys have none. */
  readonly prefixes: readonly string[];
}

/** A task that a worker reported. */
export interface WorkerTask {
  readonly state: 'active' | 'reserved' | 'scheduled';
  readonly worker: string;
  readonly taskId: string;
  readonly managerId: number | null;
  /** For scheduled ones. */
  readonly eta: Seconds | null;
  /** For active ones. */
  readonly startedAt: Seconds | null;
}

/** A worker that answered or was heard. */
export type WorkerFacts = Worker;

/** The workers, asked or only seen. */
export interface WorkersView {
  readonly report: SourceReport;
  readonly asked: boolean;
  /** Known to be none: no client that waits for tasks, and nobody received the question where one was asked. */
  readonly none: boolean;
  /** All that received the question answered, or there are none: what they do not report, no worker has. */
  readonly settled: boolean;
  /** In words without a full stop, for evidence: `Both workers answered`, `No worker is connected`, `The workers were not asked`. */
  readonly says: string;
  readonly workers: readonly WorkerFacts[];
  /** Clients that wait for tasks but do not answer, not even to be counted: restart them. */
  readonly deaf: number;
  find(row: Pick<StuckRow, 'id' | 'taskId'>): readonly WorkerTask[];
  /** Queues that a worker consumes; null where that is not known. */
  readonly consumedQueues: ReadonlySet<string> | null;
  /** Task names that the workers know; null where that is not known. */
  readonly registered: ReadonlySet<string> | null;
  /** Ids that a worker will throw away; null where that is not known. */
  readonly revoked: ReadonlySet<string> | null;
  /** Seconds until a taken message comes back; null where no worker said it (Celery's default is 3600). */
  readonly visibilityTimeout: number | null;
}

/** What a task left, or did not leave, in the application's own tables: as much as a verdict needs. */
export interface EffectSign {
  readonly says: 'executed' | 'failed' | 'not-executed' | 'cannot-say';
  readonly strength: 'proven' | 'likely';
}

/** The same for a row that is shown. */
export interface EffectFinding extends EffectSign {
  /** What was seen, as a sentence. */
  readonly text: string;
}

/** What a save of the whole row says, by the values it writes (celery-task-manager 1.11.4, core/decorators.py). */
export type SaveKind =
  /** PENDING and an empty message: the body comes next. At a retry or a further page the run's first save looks the same, milliseconds earlier. */
  | 'before-body'
  /** PENDING and no message: a run's first save, or the admin's Resume. */
  | 'begun'
  /** DONE. */
  | 'done'
  /** ERROR or ABORTED. */
  | 'failed';

/**
 * The last statement of a session that PostgreSQL has, where that is a save of one row. What it is worth depends on how the application
 * connects; `SessionsView.doubt` and these fields say as much of that as PostgreSQL knows:
 * - `in-transaction`: the client is between two statements of one transaction, or gone without the server's notice (a host that lost its
 *   power, until TCP keepalive ends the session: two hours by default). No connection that is kept or pooled looks like that without a client.
 * - `idle`: the client has it open. Django closes it after each task, unless CONN_MAX_AGE or Celery's CELERY_DB_REUSE_MAX keep it
 *   (Celery 5.6 closes it whatever CONN_MAX_AGE says). Kept, it shows the same after a body whose end the library does not save: an exception without a text,
 *   a retry, success after a retry, a page that is not the last. Through a pooler it outlives its client.
 * - `active`: the statement is under way, which for an UPDATE of one row means that it waits for a lock.
 */
export interface SessionSave {
  readonly save: SaveKind;
  readonly state: 'active' | 'idle' | 'in-transaction';
  /** It writes the whole row, as the library does; a statement by hand writes some columns. */
  readonly wholeRow: boolean;
  /**
   * Signs that its application closes sessions after each task: this one was not there long before the statement, of those with the same role and
   * application_name none rests after the end of a task, and another one is before a body too. Where sessions are kept, all these processes would have
   * ended their last task in one of the ways that the library does not save.
   */
  readonly closes: boolean;
  /** When the statement began, by the server's clock. */
  readonly at: Seconds;
}

/**
 * The transaction in the row's `xmax`, if anything follows from it. PostgreSQL does not say in SQL whether a transaction changed the row
 * or only locked it, except while it runs, by its locks.
 * - `in-progress`: some transaction has changed (`change`) or only locked (`lock`) this row and has not ended. A task that is one transaction looks so for
 *   as long as its body runs. So does a person's open transaction, and a batch that changes many rows (`alone` is false then).
 * - `rolled-back`: the last transaction that changed or locked this version of the row was rolled back: of a task that is one transaction, the
 *   save before its body, because its process ended or its body raised. A lock (SELECT FOR UPDATE) that was rolled back looks the same.
 * - `since`: changed or locked by a transaction that was committed after the check's snapshot: the row may already say something else.
 */
export interface RowTouch {
  readonly state: 'in-progress' | 'rolled-back' | 'since';
  /** How, where the transaction is in progress; null where its locks do not tell. */
  readonly by: 'change' | 'lock' | null;
  /** No other row of the same batch has the same transaction. */
  readonly alone: boolean;
}

/** What PostgreSQL's own sessions and transactions show of a row. */
export interface SessionSign {
  /** Saves of this row that are the last statements of sessions; what is furthest on its way first. */
  readonly saves: readonly SessionSave[];
  readonly touch: RowTouch | null;
}

/** The sessions of the tasks' database, other than ours, at the moment of the snapshot. */
export interface SessionsView {
  readonly report: SourceReport;
  /** Why an idle session does not say that its client is there, or that the row is this one, as a clause; null where nothing speaks against it. */
  readonly doubt: string | null;
  /** Saves that may be before a body, whose row cannot be told: the statement is cut, or its values are parameters. */
  readonly untold: {
    /** `module.name` of the tasks, where the statement shows that. */
    readonly tasks: ReadonlySet<string>;
    /** Sessions that show not even that. */
    readonly anyTask: number;
  };
  /** Sessions of this database that an operator ended, and whose client vanished, since its counters began (PostgreSQL 14); null: not known. */
  readonly killed: number | null;
  readonly abandoned: number | null;
  find(row: Pick<StuckRow, 'id' | 'taskId'>): readonly SessionSave[];
}

/** INFO of a Redis server, as far as it matters; null where it was not given. */
export interface RedisFacts {
  /** `host:port/db`, never a password. */
  readonly address: string;
  readonly role: 'broker and results' | 'broker' | 'results';
  readonly version: string | null;
  readonly startedAt: Seconds | null;
  readonly usedMemoryBytes: number | null;
  /** 0: no limit. */
  readonly maxMemoryBytes: number | null;
  readonly evictionPolicy: string | null;
  readonly evictedKeys: number | null;
  /** FLUSHDB and FLUSHALL calls since the server started. */
  readonly flushes: number | null;
  readonly appendOnly: boolean | null;
  readonly lastSaveAt: Seconds | null;
  readonly replica: boolean | null;
  readonly keys: number | null;
}

/** Another row with the same type and arguments, made after this one. */
export interface Twin {
  readonly id: number;
  readonly status: string;
  readonly createdAt: Seconds;
}

/** Finished rows of one task type: how often the library's races leave traces in it. */
export interface TypeHistory {
  readonly done: number;
  /** DONE rows with an empty task_id: the first message's save came before, and was overwritten. */
  readonly doneWithoutTaskId: number;
  readonly errors: number;
  /** The newest `last_run` among them. */
  readonly lastRun: Seconds | null;
}

/** Everything known of one row. */
export interface RowFacts {
  readonly row: StuckRow;
  readonly messages: readonly BrokerMessage[];
  readonly tasks: readonly WorkerTask[];
  /** What the result backends have; null: no record, which is evidence of nothing. */
  readonly result: ResultRecord | null;
  /** Null where no rule speaks of this task type, its table is not there, or a message or run was seen, which decides without it. */
  readonly effect: EffectSign | null;
  readonly twin: Twin | null;
  /** Null where no session names it and no transaction touches it, which is evidence of nothing: a body that uses the database shows other statements. */
  readonly session: SessionSign | null;
}

/** The same of a row whose evidence is put into words. */
export interface ShownFacts extends RowFacts {
  readonly effect: EffectFinding | null;
}

/** Everything known around the rows. */
export interface World {
  /** The PostgreSQL server's clock at the snapshot. */
  readonly now: Seconds;
  readonly broker: BrokerView;
  readonly workers: WorkersView;
  readonly results: SourceReport;
  readonly effects: SourceReport;
  readonly sessions: SessionsView;
  /** The broker's server; null where it could not be asked. */
  readonly redis: RedisFacts | null;
  /** By `module.name`. */
  readonly histories: ReadonlyMap<string, TypeHistory>;
  /** Why the broker that was searched may not be that of these tasks, as a clause; null where something of theirs is there. */
  readonly elsewhere: string | null;
}

/** Looks results up. */
export interface ResultReader {
  readonly report: SourceReport;
  /** By task id; an id without a record is not in it. @throws Problem when the source failed */
  find(taskIds: readonly string[]): Promise<ReadonlyMap<string, ResultRecord>>;
}

/** Looks for what tasks left in the application's tables. */
export interface EffectReader {
  readonly report: SourceReport;
  /** By row id; rows that no rule speaks of are not in it. One query a rule, whose answer grows with the outcomes. @throws Problem */
  signs(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectSign>>;
  /** The same in words, for rows that are shown. @throws Problem */
  find(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectFinding>>;
}
