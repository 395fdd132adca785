import type { RowOutcome } from '../model/judgedRow';
import type { Broker } from '../brokers/broker';
import type { ResultBackend } from '../results/results';
import type { EffectRule } from '../model/effectRule';
import type { ScanOptions } from '../tables/scan';
import type { SnapshotSource } from '../ports/database';
import type { StuckRow } from '../model/stuckRow';
import type { Problem } from '../base/problem';
import type { OnProgress } from '../model/progress';

/** The systems that one check may look at. A Problem is one that is named but cannot be used; it is reported as unavailable. */
export interface CheckSources {
  readonly postgres: SnapshotSource;
  /** Where Celery's messages are. */
  readonly broker?: Broker | Problem;
  /** Where Celery's results are, unless they are in a database. */
  readonly results?: ResultBackend | Problem;
  /** Where Celery's results are in a PostgreSQL database other than that of the tasks, whose tables are looked into anyway. */
  readonly resultsDatabase?: SnapshotSource | Problem;
}

/** What verification may do. */
export interface VerificationOptions {
  /** Whether workers may be asked, which publishes to them. */
  readonly askWorkers: boolean;
  /** Messages that are read at most, over all queues. */
  readonly maxQueueScan: number;
  /** Stuck rows that are judged at most; beyond that a random sample of each type. Absent or 0: all. */
  readonly verifyAtMost?: number;
  /** Rules for effects, the user's own before the built-in ones. */
  readonly effects: readonly EffectRule[];
  /** False leaves the rules untested, to measure what their tests cost. */
  readonly testsRules?: false;
}

export interface CheckOptions extends ScanOptions {
  /** Absent: nothing but PostgreSQL's task table is contacted. */
  readonly verification?: VerificationOptions;
}

/** Who asked for a check: it can end the check, and hears how far it is. */
export interface Caller {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Called once for every stuck row that was judged, shown or not, with the row as it was then: a fix recognises it by that. */
  readonly onJudged?: (row: StuckRow, outcome: RowOutcome) => void;
}
