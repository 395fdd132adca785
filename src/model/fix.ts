import type { Snippet, Timestamp } from './diagnosis';
import type { Cause, Confidence, Verdict } from './verdict';

/** A stuck row as a fix needs it: what was judged, and how the row looked then. The table's kind reads it (`TaskTables.again`). */
export interface FixRow {
  readonly id: number;
  readonly status: string;
  /** As PostgreSQL holds it, in UTC with all six digits: `2025-02-15T10:23:45.000001Z`; null where the column cannot be read. */
  readonly updatedAt: Timestamp | null;
  readonly taskModule: string;
  readonly taskName: string;
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  /** Another row with the same task and arguments was made within a day: it may have got the work of this one. */
  readonly twin?: true;
  /** Whether there is such a row could not be told. */
  readonly twinUnknown?: true;
  /** When it resolves by itself, where that is known. */
  readonly resolvesAt?: Timestamp;
}

/** The check that a fix comes from. */
export interface FixCheck {
  /** The server's clock at the check's snapshot. */
  readonly generatedAt: Timestamp;
  /** The connection's name, as the person gave it. */
  readonly connection: string;
  /** `host:port/database`, never with a user's password. */
  readonly address: string;
  /** Where the broker was searched: `host:port/db`; absent where that is not known. */
  readonly broker?: string;
  /** The broker is RabbitMQ, which no script can search. */
  readonly onRabbit?: true;
  /** Names of the queues that were searched. */
  readonly queues?: readonly string[];
  readonly olderThan: Timestamp;
  /** The stuck statuses that were asked for. */
  readonly statuses: readonly string[];
  /** Quoted and schema-qualified, as `TaskTable.sql`: goes into SQL as it is. */
  readonly table: string;
  /** Statements that make and drop the partial index which makes checks fast; absent: none is offered. */
  readonly index?: readonly Pick<Snippet, 'text'>[];
}

/** What a script is about, in words: `every row judged lost`, `shop.tasks.send`, `12 selected rows`. */
export type FixSubject = string;

export type FixKind = 'sql' | 'inverse-sql' | 'django' | 'inverse-django' | 'dispatch' | 'cure' | 'index';

/** A document for a person to read and to run. Nothing here runs it. */
export interface FixScript {
  readonly kind: FixKind;
  /** What it does, for a pick: `SQL: mark 12 rows as done`. */
  readonly title: string;
  readonly language: 'sql' | 'python' | 'diff' | 'markdown';
  readonly text: string;
  /** Rows that it would change; 0 for a cure and an index. */
  readonly rows: number;
}

/** Rows for which there is no script, and why. */
export interface FixRefusal {
  readonly verdict: Verdict;
  readonly rows: number;
  /** Sentences: why nothing is offered, when it resolves, or what would decide it. */
  readonly why: string;
}

export interface FixPlan {
  /** In the order in which they are offered. */
  readonly scripts: readonly FixScript[];
  readonly refused: readonly FixRefusal[];
}
