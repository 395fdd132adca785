/**
 * What the rules know of a row and of the world around it: plain facts, no text for people where a word will do.
 * Where each fact comes from in Celery, kombu and the library is said beside the code that reads it.
 */
import type { RabbitNames } from './brokerWords';
import type { BrokerCondition, Worker } from './diagnosis';
import type { EffectFinding, EffectSign, Twin } from './effectFacts';
import type { SessionSign, SessionsView } from './sessionFacts';
import type { SourceReport } from './sources';
import type { Seconds, StuckRow } from './stuckRow';
import type { Sought, Telling } from './sought';
import type { EvidenceSource } from './verdict';

export type { Seconds, StuckRow };

/**
 * Why a message or a worker's task counts as the row's, the surest first (`belongs.ts` decides).
 * - `id`: it has the row's Celery id.
 * - `number-and-arguments`: the row's number in its keyword arguments, the task's name and the arguments are the row's.
 * - `number-and-name`: number and name are the row's; the arguments could not be compared. At most likely.
 * - `number`: number and arguments are the row's under another name, which may be that of a `name=` decorator; or number and name, in a
 *   page with arguments of its own. At most possible.
 */
export type Match = 'id' | 'number-and-arguments' | 'number-and-name' | 'number';

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
  /**
   * Where in the library's wrapper the exception arose, read from the traceback: `last-save` after the body had returned, `handling` after
   * the body had raised, `before-body` before it was entered. Absent where the traceback is missing or does not say.
   */
  readonly raisedIn?: 'last-save' | 'handling' | 'before-body';
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
  /** The number of its row, as its keyword arguments give it. */
  readonly managerId: number | null;
  readonly eta: Seconds | null;
  readonly expires: Seconds | null;
  readonly redelivered: boolean;
  /** `kwargs.attempts`, which only the library's own retries carry. */
  readonly libraryAttempts: number | null;
  /** `headers.retries`: Celery's own. */
  readonly retries: number;
  /** Why it counts as the row's. */
  readonly match: Match;
  /**
   * The key is not one that Celery's bindings or workers name: a list or hash that only looks like a queue or like taken messages, such as
   * a copy that somebody made. Absent: it is.
   */
  readonly inferred?: true;
}

/** A lock that keeps workers from bringing taken messages back (kombu 5.6.2 transport/redis.py `restore_visible`). */
export interface RestoreLock {
  readonly key: string;
  /** Seconds until it goes away by itself; null: never. */
  readonly expiresIn: number | null;
}

/**
 * How many messages of tasks there can be in a broker that shows none of them. They are about all tasks together: which task has one of
 * these messages they do not say.
 */
export interface MessageBounds {
  /** Waiting or taken: a message that moved meanwhile counts once. */
  readonly somewhereAtMost: number;
  /** In queues that workers take tasks from. */
  readonly waitingAtMost: number;
  /** Taken by a worker and not acknowledged. A task that acknowledged its message early may run besides. */
  readonly heldAtMost: number;
  /** Rejected, expired or delivered too often, and kept in a queue for such messages. Absent: no queue is one. */
  readonly deadLetteredAtMost?: number;
  /** In queues of the broker that keep tasks until their time. Absent: no queue is one. */
  readonly delayedAtMost?: number;
}

/**
 * Where messages are only counted, and leave their queue in the order in which they came: there is one queue of tasks, or there are several
 * and tasks of one type come into one of them. A message that a worker gave back is the exception: it is next in line.
 */
export type MessageOrder = 'one-queue' | 'by-type';

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
  /** What else the queue is for than tasks that wait their turn. Absent: only for these. */
  readonly keeps?: 'dead-letters' | 'delayed';
  /** Of RabbitMQ: classic, quorum or stream. */
  readonly type?: string;
  /** What the server calls its state where it does not work. */
  readonly state?: string;
  /** Null: not known. Absent where a broker does not count them. */
  readonly consumers?: number | null;
  /** How old the numbers may have been when they were read. */
  readonly numbersAgeSeconds?: Seconds;
  /** Arguments and policies that decide about its messages. */
  readonly arguments?: Readonly<Record<string, string | number | boolean>>;
}

/** The broker as it was searched. */
export interface BrokerView {
  readonly report: SourceReport;
  /** Celery uses this server as its broker. */
  readonly found: boolean;
  /**
   * How far messages are known.
   * - `read`: every message that is queued or taken. Only then a message that was not found is nowhere.
   * - `part`: some of them; others may be there.
   * - `counted`: queues and numbers. The broker shows no message, or not without changing it.
   */
  readonly contents: 'read' | 'part' | 'counted';
  /** Why not all of them were read, as the end of a sentence; null when they were. */
  readonly incompleteBecause: string | null;
  readonly queues: readonly QueueFacts[];
  /** Messages that workers took, over all queues. */
  readonly unacked: number;
  /** Where they were only counted, and so that nothing escaped the count: every queue, before and after the rows were read. */
  readonly bounds?: MessageBounds;
  /** With `bounds`. Absent: they may leave in another order. */
  readonly order?: MessageOrder;
  /**
   * With `bounds`: so many seconds before the second count, every queue had been empty at least once since, so that no message published
   * before is in any of them. Absent: not known.
   */
  readonly emptySecondsAgo?: Seconds;
  /** What keeps tasks from running, loses them, or says where their messages may be; absent where the broker has no such words. */
  readonly conditions?: readonly BrokerCondition[];
  /** Where the broker is RabbitMQ, read or not: what sentences and commands name. Absent: Redis, or none is named. */
  readonly rabbit?: RabbitNames;
  /** What was searched, in words: `3 queues with 3,275 messages and 678 unacknowledged messages`. */
  readonly searched: string;
  /**
   * By Celery's id and by the row's number in the keyword arguments; queued ones first. Without `telling`, numbers and names alone decide.
   * @param strangers gets the task names of messages with the row's number that are not the row's
   */
  find(row: Sought, telling?: Telling, strangers?: Set<string>): readonly BrokerMessage[];
  /** By Celery's id alone; null where other messages have the row's number: whose they are, names and arguments tell. */
  byId(row: Pick<Sought, 'id' | 'taskId'>): readonly BrokerMessage[] | null;
  /** Every task name seen. */
  readonly taskNames: ReadonlySet<string>;
  /** Some messages of each task name that have a number. @param each of one name at most; @param names at most */
  numbered(
    each: number,
    names: number,
  ): readonly { readonly task: string; readonly taskId: string; readonly managerId: number }[];
  /**
   * Numbers of rows by task name, drawn by a hash of the number, so that they come from all of the queue. @param each of one name at most
   */
  drawn(tasks: ReadonlySet<string>, each: number): ReadonlyMap<string, readonly number[]>;
  /** First messages by task name: those without the number of a row, which make their row when they run. `again`: delivered before. */
  readonly firstMessages: ReadonlyMap<string, { readonly queued: number; readonly again: number }>;
  /** Every number of a row seen in keyword arguments. */
  readonly managerIds: Iterable<number>;
  /** The same without those of tasks with these names. */
  managerIdsExcept(names: ReadonlySet<string>): Iterable<number>;
  /** `global_keyprefix`es that the application uses, '' among them where keys have none; results may have them too. */
  readonly prefixes: readonly string[];
  /** Locks that keep taken messages from coming back: without expiry, or for far longer than kombu's five minutes. */
  readonly locks: readonly RestoreLock[];
}

/** A time at which the broker lost messages, or may have lost some. */
export interface Loss {
  readonly kind: 'restarted' | 'flushed' | 'evicted';
  /** When; null: at some time since its server started, so that it may concern every row. */
  readonly at: Seconds | null;
  /** Messages that waited went. Otherwise they may have stayed: the server may have kept them on its disk, or what went were other keys. */
  readonly certain: boolean;
  /** One sentence for evidence and recommendations. */
  readonly says: string;
}

/** What the broker may have lost. */
export interface Losses {
  readonly seen: readonly Loss[];
  /** The broker says when it started, so that a restart which is not in `seen` did not happen. */
  readonly complete: boolean;
  /** Under which source evidence names them. */
  readonly source: EvidenceSource;
}

/** A sign that a worker was there. */
export interface WorkerSign {
  /** When; null where the sign has no time. */
  readonly at: Seconds | null;
  /**
   * - `heartbeat`: one was heard while we listened. Proves that it lives; says nothing of what it does.
   * - `delivery`: it took a message at that time, by its own clock. Proves that it lived then, and nothing of now.
   * - `result`: it wrote a result at that time. The same.
   * - `mailbox`: it started since the last flush, and did not end in good order: it lives and lost its connection, is ending its last
   *   tasks, or was killed. It cannot tell these apart, and has no time.
   * - `reply`: it answered somebody's `inspect` since the last flush, who did not take the answer. It has no time.
   */
  readonly by: 'heartbeat' | 'delivery' | 'result' | 'mailbox' | 'reply';
}

/** A task that a worker reported. */
export interface WorkerTask {
  readonly state: 'active' | 'reserved' | 'scheduled';
  readonly worker: string;
  readonly taskId: string;
  /** As Celery calls it; '' where the worker did not say. */
  readonly task: string;
  readonly managerId: number | null;
  /** Why it counts as the row's. */
  readonly match: Match;
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
  /**
   * None is connected: no client that waits for tasks, and nobody received the question where one was asked. That does not prove that none
   * works: one whose connection was closed, and one that ends its last tasks after SIGTERM, is not connected and runs on. See `recentlySeen`.
   */
  readonly none: boolean;
  /**
   * The latest sign that a worker was there, as far as the broker and results tell. Null: there is no such sign, which proves nothing, because a worker
   * that took its messages with early acknowledgement leaves none.
   */
  readonly recentlySeen: WorkerSign | null;
  /** All that received the question answered, or there are none: what they do not report, no worker has. */
  readonly settled: boolean;
  /** In words without a full stop, for evidence: `Both workers answered`, `No worker is connected`, `The workers were not asked`. */
  readonly says: string;
  readonly workers: readonly WorkerFacts[];
  /** Clients that wait for tasks but do not answer, not even to be counted: restart them. */
  readonly deaf: number;
  /** Without `telling`, numbers and names alone decide. */
  find(row: Sought, telling?: Telling): readonly WorkerTask[];
  /** Whether a task has the row's number and another id. */
  hasNumber(row: Pick<Sought, 'id' | 'taskId'>): boolean;
  /** Queues that a worker consumes; null where that is not known. */
  readonly consumedQueues: ReadonlySet<string> | null;
  /** Task names that the workers know; null where that is not known. */
  readonly registered: ReadonlySet<string> | null;
  /** Ids that a worker will throw away; null where that is not known. */
  readonly revoked: ReadonlySet<string> | null;
  /** Seconds until a taken message comes back; null where no worker said it (Celery's default is 3600). */
  readonly visibilityTimeout: number | null;
}

/** The rows of one task type that ended or began: how its tasks usually run, and how often the library's races leave traces. */
export interface TypeHistory {
  /** Rows that record a good end. */
  readonly done: number;
  /** Those of them without a Celery id: the first message's save came before, and was overwritten. */
  readonly doneWithoutTaskId: number;
  /** Rows that record an error. */
  readonly errors: number;
  /** There may be others, which this role does not see: a number of zero says nothing. */
  readonly partial?: true;
  /** When the last of all these ran; null where none did. */
  readonly lastRun: Seconds | null;
  /** Rows on their second or a later attempt: tasks of this type ask for retries. */
  readonly retried: number;
  /** Rows that entered their body on the first attempt, have no part left and record no end: their runs were cut off, or still go on. */
  readonly cutOff: number;
  /** Rows with a good end whose task has several parts. */
  readonly pagedDone: number;
  /** Rows that stand before their last part. */
  readonly pagesLeft: number;
  /** The shortest time from a row's creation to its first run, of rows with a good end, in seconds; null where no row has both times. */
  readonly shortestWait: Seconds | null;
  /** The longest time from the first run to the last save, of rows with a good end, in seconds; null where no row has both times. */
  readonly longestRun: Seconds | null;
  /** How far its tasks have come in their queue; absent where no row with both times is known. */
  readonly line?: TaskLine;
}

/** The newest tasks that began: where a queue keeps its order, older ones have left it. */
export interface TaskLine {
  /** When the newest row of the type was made whose first run began; null where there is none. */
  readonly newestBegun: Seconds | null;
  /** The same of all types together. */
  readonly newestBegunOfAny: Seconds;
  /** The longest time from a first run to the last save in any type, in seconds; null where it is not known. */
  readonly longestRunOfAny: Seconds | null;
}

/** Everything known of one row. */
export interface RowFacts {
  readonly row: StuckRow;
  /** Those that are the row's, certainly or most likely. */
  readonly messages: readonly BrokerMessage[];
  readonly tasks: readonly WorkerTask[];
  /** Those of which that is possible and no more (`match` is `number`); absent where there are none. */
  readonly doubtful?: { readonly messages: readonly BrokerMessage[]; readonly tasks: readonly WorkerTask[] };
  /** Names of other tasks whose messages have the row's number; absent where there are none. */
  readonly sameNumber?: readonly string[];
  /** What the result backends have; null: no record, which is evidence of nothing. */
  readonly result: ResultRecord | null;
  /** Null where no rule speaks of this task type, its table is not there, or a message or run was seen, which decides without it. */
  readonly effect: EffectSign | null;
  readonly twin: Twin | null;
  /**
   * Another row with the same type and arguments that was saved after this one was made, so that an effect may be that row's. Looked for
   * where an effect was found; `unsearched` where that was not possible.
   */
  readonly rival: Twin | 'unsearched' | null;
  /** Null where no session names it and no transaction touches it, which is evidence of nothing: a body that uses the database shows other statements. */
  readonly session: SessionSign | null;
}

/** The same of a row whose evidence is put into words. */
export interface ShownFacts extends RowFacts {
  readonly effect: EffectFinding | null;
}

/** Rows of one type that are stuck alike. */
export interface AlikeRows {
  readonly rows: number;
  /** Those of them that ran last after the row in question; absent where that was not counted. */
  readonly younger?: number;
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
  /** What the broker may have lost. */
  readonly losses: Losses;
  /** By `module.name`. */
  readonly histories: ReadonlyMap<string, TypeHistory>;
  /** How many rows are stuck by `module.name`, where messages are only counted; absent where that is not known. */
  readonly alike?: ReadonlyMap<string, AlikeRows>;
  /** Why the broker that was searched may not be that of these tasks, as a clause; null where something of theirs is there. */
  readonly elsewhere: string | null;
}

/** Looks results up. */
export interface ResultReader {
  readonly report: SourceReport;
  /** By task id; an id without a record is not in it. @throws Problem when the source failed */
  find(taskIds: readonly string[]): Promise<ReadonlyMap<string, ResultRecord>>;
}
