/** A moment as seconds since 1970 in UTC, with fractions. */
export type Seconds = number;

/**
 * What a row's status says of its task, in words that every kind of task table has: not begun, begun without an end, waiting between two
 * runs, ended as the row records, or something else that is open.
 */
export type RowState = 'queued' | 'running' | 'waiting' | 'ended' | 'open';

/**
 * What a row says of the runs of its task, in words that every kind of task table has. The kind of table works it out from its columns;
 * rows that are alike share one object. Where a kind does not record one of these, it says what excludes least.
 */
export interface RowRuns {
  /** False: the row shows that its message was never published. */
  readonly published: boolean;
  /** A run may be going on, as far as the row tells. */
  readonly mayRun: boolean;
  /** A run entered the task's body. */
  readonly bodyEntered: boolean;
  /** False: it counts as begun although no run of it set that; somebody did (an operator's Resume), or a retry left it so. */
  readonly begunByRun: boolean;
  /** Its last run may have asked for another one (a retry) by a message of its own. */
  readonly mayHaveAskedAgain: boolean;
  /** Several runs make up the task, one after the other. */
  readonly inParts: boolean;
  /** One of these runs began, and not the last of them. */
  readonly partsLeft: boolean;
  /** A run began after the one whose end the row records. */
  readonly begunAfterEnd: boolean;
  /** `taskId` is the id of its last run. False: its runs have ids of their own, and there was one after the first. */
  readonly hasIdOfLastRun: boolean;
}

/** Columns that one library has. A type of the table's folder says which; `kind` tells them apart. */
export interface LibraryRow {
  readonly kind: string;
}

/** One stuck row, as narrow as the rules need it. A column that cannot be read is null. */
export interface StuckRow {
  readonly id: number;
  readonly taskModule: string;
  readonly taskName: string;
  /** As the table writes it. */
  readonly status: string;
  readonly state: RowState;
  readonly runs: RowRuns;
  /** Celery's id of the message that was published for this row; '' where none was recorded. */
  readonly taskId: string;
  /** The runs that began, also without an end. */
  readonly attempts: number | null;
  readonly lastRun: Seconds;
  readonly createdAt: Seconds | null;
  readonly startedAt: Seconds | null;
  readonly updatedAt: Seconds | null;
  /** What rules of one library read; null where the table is no library's. */
  readonly library: LibraryRow | null;
  /** `xmax` of this version of the row as the server writes it; absent where it is 0 or cannot be read. */
  readonly xmax?: string;
}
