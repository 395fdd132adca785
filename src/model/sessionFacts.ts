/** What PostgreSQL shows of the sessions that run tasks, as the rules use it. */
import type { SourceReport } from './sources';
import type { Seconds, StuckRow } from './stuckRow';

/** What a save of the whole row says, by the values it writes. */
export type SaveKind =
  /** The body comes next. At a retry or a further part the run's first save looks the same, milliseconds earlier. */
  | 'before-body'
  /** A run's first save, or that of a person who resumes the task. */
  | 'begun'
  /** It ended well. */
  | 'done'
  /** It failed or was called off. */
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
  /**
   * When the oldest of the other sessions began; `none` where there is no other one. Null where that says nothing, because some are hidden
   * or pooled, or the server ended some whose clients may work on: until PostgreSQL 14 that is not known.
   */
  readonly since: Seconds | 'none' | null;
  /** Sessions of this database that an operator ended, and whose client vanished, since its counters began (PostgreSQL 14); null: not known. */
  readonly killed: number | null;
  readonly abandoned: number | null;
  find(row: Pick<StuckRow, 'id' | 'taskId'>): readonly SessionSave[];
}
