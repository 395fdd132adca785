/** The contract of task tables: what a check asks of the rows of tasks, whichever library or project keeps them. */
import type { ArgumentMarks } from '../base/argumentMarks';
import type { CeleryNames } from '../model/celeryNames';
import type { BinCounts, RowDetails, Snippet, TaskType, Timeline, YoungerRows } from '../model/diagnosis';
import type { AlikeRows, BrokerView, Seconds, StuckRow, TypeHistory } from '../model/facts';
import type { Twin } from '../model/effectFacts';
import type { SessionsView } from '../model/sessionFacts';
import type { FixRow } from '../model/fix';
import type { JudgedRow } from '../model/judgedRow';
import type { CheckParameters } from '../model/parameters';
import type { Snapshot } from '../ports/database';
import type { Hiding } from '../sql/hiding';
import type { ScanStatement } from '../sql/statement';
import type { TextForm } from '../sql/textForm';
import type { Clock } from './clock';
import type { FirstLook } from './firstLook';

/** The statuses of a kind of task table. A status in no list is one of a row that is open. */
export interface TableStatuses {
  /** The task was not begun. */
  readonly queued: readonly string[];
  /** The task was begun, and the row records no end. */
  readonly running: readonly string[];
  /** The task waits between two runs. */
  readonly waiting: readonly string[];
  /** The row records how the task ended. */
  readonly ended: readonly string[];
  /** Further ones that are known by name. */
  readonly open: readonly string[];
}

/** What is known of a kind of task table without a database. The registry lists these: they cost nothing at start-up. */
export interface TableKind {
  readonly id: string;
  /** What people call such a table, after "a": `task-manager table`. */
  readonly called: string;
  /** The name of the table where the project gives it no other. */
  readonly table: string;
  readonly statuses: TableStatuses;
  /** The statuses that count as stuck where no others are named. */
  readonly stuck: readonly string[];
  /** Characters that a status has at most. */
  readonly longestStatus: number;
  /** The columns by which the kind is recognised; nothing can be read without them. */
  readonly required: readonly string[];
  /** Loads the code that reads such tables. */
  readonly load: () => Promise<TaskTables>;
}

/** A task table as it is in this database. */
export interface TaskTable {
  /** How it is read. */
  readonly kind: TaskTables;
  /** Quoted and schema-qualified: goes into SQL as it is. */
  readonly sql: string;
  /** Columns that this role may read. */
  readonly columns: ReadonlySet<string>;
  /** Their types, without length: `character varying`. A domain counts as what it stands for. */
  readonly types: ReadonlyMap<string, string>;
  readonly estimatedRows: number | null;
  /**
   * The size of its rows on disk. 0 where it is unknown, because they are elsewhere: a view, a foreign table or partition, a table with
   * children (partitioning by inheritance, TimescaleDB), whose own file is empty.
   */
  readonly bytes: number;
  /** Its rows have a `xmax` that this role may read: a table of this server, with SELECT on all of it. */
  readonly hasXmax: boolean;
  /** What may hide rows of it from this role; empty where every row is seen. */
  readonly hiding: readonly Hiding[];
  /** How its texts travel. */
  readonly text: TextForm;
  /** The role that reads it, quoted. */
  readonly role: string;
}

/** What a query for people needs to know of the table. */
export type QueriedTable = Pick<TaskTable, 'kind' | 'sql' | 'columns'>;

export type TypeNames = Pick<TaskType, 'taskModule' | 'taskName'>;

/**
 * How a kind of task table is read. Every function is a question to one snapshot and keeps nothing, so that a table that was found in one
 * snapshot can be read in another. All of them throw a Problem when PostgreSQL fails.
 */
export interface TaskTables {
  readonly id: string;
  /** Names of the columns that others join with: the effects of tasks are found by their arguments. */
  readonly columns: CommonColumns;
  /**
   * Counts all open rows that are old enough, by status and task type, and the younger rows of the chosen statuses, in one pass over the
   * table.
   */
  readonly groups: (
    snapshot: Snapshot,
    table: TaskTable,
    clock: Clock,
    parameters: CheckParameters,
    onLook: (look: FirstLook) => void,
  ) => Promise<Groups>;
  /**
   * The statements of `groups` that read many rows, as it would send them, the pass last.
   * @param looks whether pages of a large table are looked into before, as `groups` does: the pass depends on what they hold
   */
  readonly statements: (
    snapshot: Snapshot,
    table: TaskTable,
    request: GroupsRequest,
    looks: boolean,
  ) => Promise<ScanStatement[]>;
  /** The rows that count as stuck, in no order, in batches. The consumer may ask the snapshot other questions between two of them. */
  readonly rows: (snapshot: Snapshot, table: TaskTable, request: StuckRowsRequest) => AsyncGenerator<StuckRow[]>;
  /** The rows with these ids, in no order; one that does not exist is not among them. */
  readonly rowsById: (snapshot: Snapshot, table: TaskTable, ids: readonly number[]) => Promise<StuckRow[]>;
  /** Everything shown of the rows with these ids, by id. @param maskedKeys argument keys whose values never leave the scan */
  readonly samples: (
    snapshot: Snapshot,
    table: TaskTable,
    ids: readonly number[],
    maskedKeys: readonly string[],
  ) => Promise<Map<number, RowDetails>>;
  /** The ids of the next rows of one task type, newest first. */
  readonly page: (snapshot: Snapshot, table: TaskTable, request: RowsPage) => Promise<number[]>;
  /** Judged rows as they are now, with their exact times, for a script; without those that changed since. */
  readonly again: (snapshot: Snapshot, table: TaskTable, judged: Iterable<JudgedRow>) => Promise<FixRows>;
  /** A query that shows these rows, for people; none where the table's name could steer the terminal that it is pasted into. */
  readonly rowsQuery: (table: QueriedTable, ids: readonly number[]) => Snippet[];
  readonly extras: TableExtras;
}

/** The columns of a task table that other questions join with. A column that a kind does not have is absent. */
export interface CommonColumns {
  readonly id: string;
  /** JSON with `args` and `kwargs`. */
  readonly arguments?: string;
  readonly created?: string;
}

/** What only some kinds of task tables can tell. A check goes on without the others. */
export interface TableExtras {
  /**
   * The last statements of other sessions, as far as they save rows of this table. It must be the first question of a snapshot.
   * A source that fails is in the view's report.
   */
  readonly sessions?: (snapshot: Snapshot, table: TaskTable) => Promise<SessionsView>;
  /**
   * How tasks of these types ran and ended, in one pass over the table. @param drawn types of which some rows with a known outcome are
   * wanted too
   */
  readonly histories?: (
    snapshot: Snapshot,
    table: TaskTable,
    types: readonly TypeNames[],
    drawn?: readonly TypeNames[],
  ) => Promise<Histories>;
  /** Of the newest rows alone, when tasks of this type ended last: what `histories` tells where a pass over the table is too much. */
  readonly lately?: (snapshot: Snapshot, table: TaskTable, type: TypeNames) => Promise<TypeHistory | undefined>;
  readonly celeryIds?: CeleryIdQuestions;
  /** Under which names Celery knows these types, learnt from rows whose message is in the broker. */
  readonly celeryNames?: (
    snapshot: Snapshot,
    table: TaskTable,
    broker: Pick<BrokerView, 'numbered' | 'taskNames'>,
    types: ReadonlySet<string>,
    registered: ReadonlySet<string> | null,
  ) => Promise<CeleryNames>;
  /** Marks of the arguments of some rows, by id; null where they cannot be read. */
  readonly arguments?: (
    snapshot: Snapshot,
    table: TaskTable,
    ids: readonly number[],
  ) => Promise<ReadonlyMap<number, ArgumentMarks | null>>;
  readonly twins?: TwinQuestions;
  /** How many rows of these ids, which messages carry, do not exist. */
  readonly deletedRows?: (snapshot: Snapshot, table: TaskTable, ids: readonly number[]) => Promise<number>;
  /** Whether the rows with these ids came here in one transaction, as a restored dump does, and no message is one of theirs. */
  readonly oneTransaction?: (
    snapshot: Snapshot,
    table: TaskTable,
    broker: Pick<BrokerView, 'numbered'>,
    ids: readonly number[],
  ) => Promise<boolean>;
  /** How many rows of a row's type and status ran last so long ago, in one pass over the table; undefined where that cannot be asked. */
  readonly alike?: (
    snapshot: Snapshot,
    table: TaskTable,
    row: StuckRow,
    least: Seconds,
  ) => Promise<AlikeRows | undefined>;
  readonly scanIndex?: ScanIndex;
}

/** What a pass over the table tells of some types. */
export interface Histories {
  /** By `module.name`. */
  readonly histories: ReadonlyMap<string, TypeHistory>;
  readonly drawn: DrawnRows;
}

/** Ids of rows whose outcome their own columns tell, by `module.name`, drawn by a hash: some thousands of a type, in no order. */
export interface DrawnRows {
  /** The task ran to a good end. */
  readonly finished: ReadonlyMap<string, readonly number[]>;
  /** Its message may never have been published: the row as a whole tells (`RowRuns.published`). */
  readonly neverPublished: ReadonlyMap<string, readonly number[]>;
}

/** Rows by the Celery id of their message. */
export interface CeleryIdQuestions {
  /** Whether an index spares the look-up the whole table. */
  readonly indexed: (snapshot: Snapshot, table: TaskTable) => Promise<boolean>;
  /** The ids of the rows with this Celery id, newest first, in one statement; null where the column cannot be read. */
  readonly find: (snapshot: Snapshot, table: TaskTable, celeryId: string) => Promise<readonly number[] | null>;
}

/** Rows of the same type with equal arguments. */
export interface TwinQuestions {
  /** Whether the columns that rows are compared by can be read. */
  readonly comparable: (snapshot: Snapshot, table: TaskTable) => Promise<boolean>;
  /** The next row that was made within a day after each of these, by id. */
  readonly find: (snapshot: Snapshot, table: TaskTable, ids: readonly number[]) => Promise<Map<number, Twin>>;
  /** Another row that may have left the effect of each of these, by id; undefined where that is unknown. */
  readonly rivals: (
    snapshot: Snapshot,
    table: TaskTable,
    ids: readonly number[],
  ) => Promise<Map<number, Twin> | undefined>;
}

/** The partial index that spares a check the whole table. */
export interface ScanIndex {
  /** Whether it can be made on this table, and no index serves already. */
  readonly wanted: (snapshot: Snapshot, table: TaskTable) => Promise<boolean>;
  /** The statements that make and drop it, in this order; none where the table's name could steer a terminal. */
  readonly snippets: (table: Pick<TaskTable, 'sql'>) => Snippet[];
}

/** Which rows count, and how many of the newest of a type are samples. */
export type GroupsRequest = Clock & Pick<CheckParameters, 'statuses' | 'limit'>;

/** The rows of one status and task type, old enough to be stuck. */
export interface Group {
  readonly status: string;
  readonly taskModule: string;
  readonly taskName: string;
  readonly count: number;
  readonly maxHours: number;
  readonly oldest: string;
  readonly newest: string;
  readonly newestIds: readonly number[];
  /** Undefined in a status that was not chosen. */
  readonly lastRuns: BinCounts | undefined;
}

export interface Groups {
  /** In no order. */
  readonly groups: readonly Group[];
  /** The rows of the chosen statuses that are not old enough, by status, in no order; also those whose time is in the future. */
  readonly younger: readonly YoungerRows[];
  /** The axis of their `lastRuns`. */
  readonly timeline: Timeline | undefined;
  /** The pass as it was sent, once or twice. */
  readonly passes: readonly ScanStatement[];
}

export interface StuckRowsRequest {
  readonly hours: number;
  readonly statuses: readonly string[];
  /** Absent: all rows. */
  readonly sample?: RowSample | undefined;
}

/** A random part of the rows of each type. */
export interface RowSample {
  readonly types: readonly TypeNames[];
  /** What part of the rows of each type is wanted, 0 to 1; rows of types that are not named are left out. */
  readonly shares: readonly number[];
}

/** Where a page of samples ends: the keys of its last row. */
export interface PageStart {
  readonly lastRun: string;
  readonly id: number;
}

export interface RowsPage {
  readonly type: TypeNames;
  readonly statuses: readonly string[];
  /** The bound of the check that is being browsed, so that pages belong to its rows. */
  readonly olderThan: string;
  /** The last row already shown; absent for the first page. */
  readonly after?: PageStart;
  readonly size: number;
}

export interface FixRows {
  /** Those that are as they were judged. */
  readonly rows: readonly FixRow[];
  /** Asked rows that another session changed or deleted since the check. */
  readonly moved: number;
}
