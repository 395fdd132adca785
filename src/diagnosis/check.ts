import type { RedisSource } from '../evidence/redisReader';
import type { EffectRule } from '../evidence/effects/rule';
import type { ScanOptions } from '../scan/scan';
import type { SnapshotSource } from '../scan/snapshot';
import type { Seconds, StuckRow } from '../scan/stuckRow';
import type { Problem } from './problem';
import type { OnProgress } from './progress';
import type { Cause, Confidence, Verdict } from './verification';

/** The systems that one check may look at. A Problem stands for one that is named and cannot be used; it is reported as unavailable. */
export interface CheckSources {
  readonly postgres: SnapshotSource;
  /** Where Celery's messages are. */
  readonly broker?: RedisSource | Problem;
  /** Where Celery's results are; the same object as `broker` where it is the same database. */
  readonly results?: RedisSource | Problem;
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
  /** Rules for effects, the person's own before the built-in ones. */
  readonly effects: readonly EffectRule[];
}

export interface CheckOptions extends ScanOptions {
  /** Absent: nothing but PostgreSQL's task table is contacted. */
  readonly verification?: VerificationOptions;
}

export interface CheckRun {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Called once for every stuck row that was judged, also for those that are no samples. */
  readonly onVerdict?: (id: number, verdict: Verdict, cause: Cause | undefined, confidence: Confidence) => void;
  /** Called for the same rows, with each as it was when it was judged: by that a fix knows it again. */
  readonly onJudged?: (row: StuckRow, as: JudgedAs) => void;
}

/** What was found of a row, as far as a fix depends on it. */
export interface JudgedAs {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  /** Another row with the same task and arguments was made within a day: it may have got the work of this one. */
  readonly twin?: true;
  /** When it resolves by itself, where that is known. */
  readonly resolvesAt?: Seconds;
}
