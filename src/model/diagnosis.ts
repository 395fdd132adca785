/**
 * The Diagnosis: everything one check found, as plain data. Views know only this.
 * Its exported form is `schemas/diagnosis.schema.json` (schemaVersion 1); `report/diagnosisJson.ts` writes it.
 */
import type { JsonText } from '../base/jsonText';
import type { SourceReport } from './sources';
import type { Cause, Confidence, Verdict, Verification } from './verdict';

export type { SourceGap, SourceReport } from './sources';

/** A moment as ISO 8601 in UTC, with microseconds only where they are not zero: `2025-02-15T10:23:45.5Z` never, `…45.500000Z` yes. */
export type Timestamp = string;

/** One row of the table as it is shown. Columns that this release of the library does not have are null (`priority`: absent). */
export interface RowDetails {
  readonly id: number;
  readonly status: string;
  readonly arguments: JsonText | null;
  readonly lastRun: Timestamp;
  readonly startedAt: Timestamp | null;
  readonly createdAt: Timestamp | null;
  readonly updatedAt: Timestamp | null;
  readonly taskId: string | null;
  readonly statusMessage: string | null;
  readonly attempts: number | null;
  readonly currentPage: number | null;
  readonly totalPages: number | null;
  readonly priority?: number | null;
  /** With checkExecution: the state in the result backend as AsyncResult names it; null: no record there, which says nothing. */
  readonly celeryState?: string | null;
  readonly verification?: Verification;
}

/** Rows by the bin of the Diagnosis's `timeline` that their `lastRun` is in; bins without rows are absent. */
export type BinCounts = Readonly<Record<number, number>>;

/** Rows of one task type that were judged alike. */
export interface OutcomeCount {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  /** Another row with the same task and arguments was made within a day: it may have got the work of these. */
  readonly twin?: true;
  readonly count: number;
  /** Sums to `count`. */
  readonly lastRuns: BinCounts;
}

/** The stuck rows of one task type (module + name). */
export interface TaskType {
  readonly taskModule: string;
  readonly taskName: string;
  readonly count: number;
  readonly maxHoursStuck: number;
  readonly oldestLastRun: Timestamp;
  readonly newestLastRun: Timestamp;
  readonly byStatus: Readonly<Record<string, number>>;
  /**
   * With checkExecution, where there were too many to judge all (celeryTasks.verifyAtMost): how many were, drawn at random. Then
   * `verdicts` and `outcomes` are estimates, and a view shows none without its margin (`model/estimate.ts`).
   */
  readonly judged?: number;
  /** Where `judged` is there: rows by which `verdicts` may be wrong to either side, with 95 % certainty. */
  readonly margins?: Readonly<Partial<Record<Verdict, number>>>;
  /** With checkExecution: every stuck row of the type by verdict; sums to `count`. Verdicts that no row has are absent. */
  readonly verdicts?: Readonly<Partial<Record<Verdict, number>>>;
  /** With checkExecution: the same rows by verdict, cause and confidence, most rows first; sums to `count`. */
  readonly outcomes?: readonly OutcomeCount[];
  /** When these rows stopped; sums to `count`. Absent in older exports. */
  readonly lastRuns?: BinCounts;
  /** Newest `lastRun` first. */
  readonly samples: readonly RowDetails[];
  /**
   * With checkExecution: one row of each outcome (verdict, cause) of the type that no sample has, in the order of `outcomes`; the same
   * form as samples. At most 3,000 in a Diagnosis, those of the biggest outcomes: an outcome may have none.
   */
  readonly examples?: readonly RowDetails[];
}

/** Rows as old as the stuck ones, in a non-terminal status that was not asked for. */
export interface OtherStatus {
  readonly status: string;
  readonly count: number;
  readonly maxHoursStuck: number;
  /** The same rows by task type, for browsing; not part of the exported JSON. */
  readonly taskTypes: readonly TaskType[];
}

export interface PostgresFacts {
  /** As the server prints it: `18.4`. */
  readonly serverVersion: string;
  /** `host:port/database`, never with a user's password. */
  readonly address: string;
  /** Schema-qualified and quoted as SQL needs it. */
  readonly table: string;
  /** The planner's estimate of all rows in the table; null where it was never analyzed. */
  readonly estimatedRows: number | null;
  readonly tableBytes: number;
  /** True on a read replica: its rows can lag behind the primary. */
  readonly replica: boolean;
}

/** A Redis server that was asked. */
export interface RedisServer {
  /** `host:port/db`, never with a password. */
  readonly address: string;
  readonly role: 'broker and results' | 'broker' | 'results';
  /** What the server is called where it is not Redis: Valkey, KeyDB, Dragonfly. */
  readonly product?: string;
  /** Of that product. */
  readonly version: string | null;
  readonly startedAt: Timestamp | null;
  readonly usedMemoryBytes: number | null;
  /** 0: no limit. */
  readonly maxMemoryBytes: number | null;
  readonly evictionPolicy: string | null;
  readonly evictedKeys: number | null;
  /** FLUSHDB and FLUSHALL calls since the server started. */
  readonly flushes: number | null;
  readonly appendOnly: boolean | null;
  readonly lastSaveAt: Timestamp | null;
  readonly replica: boolean | null;
}

/** A queue of the broker. */
export interface Queue {
  readonly name: string;
  /** Messages over all priority lists. */
  readonly length: number;
  readonly priorities: readonly { readonly priority: number; readonly length: number }[];
  /** Messages of this queue that workers took and have not acknowledged. */
  readonly unacked: number;
  /** Whether a worker consumes it; null where that is not known. */
  readonly consumed: boolean | null;
}

/** A worker that answered or whose heartbeat was heard. */
export interface Worker {
  readonly name: string;
  readonly seen: 'answered' | 'heartbeat';
  readonly queues: readonly string[] | null;
  readonly active: number | null;
  readonly reserved: number | null;
  readonly scheduled: number | null;
  readonly concurrency: number | null;
  readonly uptimeSeconds: number | null;
}

/** How the time in which stuck rows stopped is cut into bins of equal width. */
export interface Timeline {
  /** Where bin 0 begins; it also holds rows that are older. A whole multiple of `binSeconds` in UTC, a Monday where that is weeks. */
  readonly start: Timestamp;
  readonly binSeconds: number;
  /** At most 120. */
  readonly bins: number;
}

/** The rows that a recommendation is about: those whose outcome has all that is named here. */
export interface AboutRows {
  readonly verdicts?: readonly Verdict[];
  /** null: an outcome without a cause. */
  readonly causes?: readonly (Cause | null)[];
  readonly proven?: boolean;
  readonly twin?: boolean;
}

/** Something to copy and run elsewhere; it only reads, or a person has to decide about it first. */
export interface Snippet {
  readonly language: 'shell' | 'sql' | 'python' | 'json';
  /** What it does, for the button: `Copy the query for these rows`. */
  readonly title: string;
  readonly text: string;
}

export interface Recommendation {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly evidence: readonly string[];
  readonly actions: readonly string[];
  /** Stuck rows that it helps. */
  readonly rows?: number;
  /** Where `rows` is an estimate: by how many rows it may be wrong to either side, with 95 % certainty. */
  readonly margin?: number;
  /** Which these are; absent where it is about no rows in particular. */
  readonly about?: AboutRows;
  readonly snippets?: readonly Snippet[];
  readonly links?: readonly { readonly title: string; readonly url: string }[];
}

/** What was asked of one kind of server, over all connections to it. */
export interface ServerCost {
  readonly connections: number;
  /** Over the line; null where that was not counted. */
  readonly receivedBytes: number | null;
  /** How long at least one answer was waited for. */
  readonly waitedMs: number;
}

/** What one check cost the servers and the person. */
export interface CheckCost {
  /** In the order in which they were announced; `ms` until the next one began. */
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
  /** The tasks' database, and that of the results where it is another one. */
  readonly postgres: ServerCost & {
    /** Messages with statements; without those that open and end a transaction. */
    readonly queries: number;
    readonly rows: number;
    readonly longestQueryMs: number;
  };
  /** Broker and results together; absent where none was contacted. */
  readonly redis?: ServerCost & {
    readonly commands: number;
    /** The longest wait for an answer, of one command or of several that were sent together. */
    readonly longestWaitMs: number;
  };
}

export interface Diagnosis {
  readonly schemaVersion: 1;
  /** The PostgreSQL server's clock at the start of the snapshot. */
  readonly generatedAt: Timestamp;
  /** How long the check took. Absent in older exports. */
  readonly elapsedMs?: number;
  /** Absent in older exports. */
  readonly cost?: CheckCost;
  readonly parameters: {
    readonly hours: number;
    readonly olderThan: Timestamp;
    readonly statuses: readonly string[];
    readonly limit: number;
    readonly checkExecution: boolean;
  };
  /** The axis of every `lastRuns`; absent where nothing is stuck, and in older exports. */
  readonly timeline?: Timeline;
  /** Most stuck first; equal counts by name. */
  readonly taskTypes: readonly TaskType[];
  readonly otherStatuses: readonly OtherStatus[];
  readonly sources: readonly SourceReport[];
  readonly infrastructure: {
    readonly postgres: PostgresFacts;
    /** With checkExecution: the broker's server, or where only results could be read, theirs. */
    readonly redis?: RedisServer;
    /** With checkExecution: the server of the results where it is another one. */
    readonly resultsRedis?: RedisServer;
    readonly queues?: readonly Queue[];
    readonly workers?: readonly Worker[];
  };
  readonly recommendations: readonly Recommendation[];
}

/** `module.name`, the way people and Celery write a task type. */
export function taskTypeName(type: { readonly taskModule: string; readonly taskName: string }): string {
  return `${type.taskModule}.${type.taskName}`;
}

/** All stuck rows of all types. */
export function totalStuck({ taskTypes }: { readonly taskTypes: readonly Pick<TaskType, 'count'>[] }): number {
  return taskTypes.reduce((sum, type) => sum + type.count, 0);
}
