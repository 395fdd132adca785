/** A moment as seconds since 1970 in UTC, with fractions. */
export type Seconds = number;

/**
 * What a row's status says of its task, in words that every kind of task table has: not begun, begun without an end, waiting between two
 * runs, ended as the row records, or something else that is open.
 */
export type RowState = 'queued' | 'running' | 'waiting' | 'ended' | 'open';

/** One stuck row, as narrow as the rules need it. A column that cannot be read is null. */
export interface StuckRow {
  readonly id: number;
  readonly taskModule: string;
  readonly taskName: string;
  readonly status: string;
  /** Celery's id of the message that was published for this row; '' where none was recorded. */
  readonly taskId: string;
  /** Whether `arguments.kwargs.task_manager_id` is there: only the save after publishing puts it there. */
  readonly managerIdInArguments: boolean | null;
  /** What `status_message` is: the library writes '' just before the body, so null means that the body was not entered. */
  readonly message: 'null' | 'empty' | 'circuit-open' | 'text' | null;
  readonly attempts: number | null;
  readonly currentPage: number | null;
  readonly totalPages: number | null;
  /** The library found its message and threw it away, because the row was finished, cancelled or paused. */
  readonly killed: boolean | null;
  /** Whether `exception_name` is set. */
  readonly exception: boolean | null;
  readonly lastRun: Seconds;
  readonly createdAt: Seconds | null;
  readonly startedAt: Seconds | null;
  readonly updatedAt: Seconds | null;
  /** `xmax` of this version of the row as the server writes it; absent where it is 0 or cannot be read. */
  readonly xmax?: string;
}
