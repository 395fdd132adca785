/** The words of a verdict, as in the exported JSON (schemas/diagnosis.schema.json). */

export const VERDICTS = ['waiting', 'held', 'running', 'finished', 'failed', 'lost', 'unknown'] as const;

/**
 * What is true of a row now: `waiting` its message is in a queue; `held` a worker took the message and does not run it; `running` a
 * worker reports it active, or a session of PostgreSQL is at work on it; `finished` it ran to its end and the row was not updated; `failed` it ran and failed, or Celery threw its
 * message away; `lost` it will never run by itself; `unknown` the evidence cannot decide.
 */
export type Verdict = (typeof VERDICTS)[number];

export const CAUSES = [
  'backlog',
  'no-consumer',
  'priority-starved',
  'workers-down',
  'eta',
  'retry-wait',
  'prefetched',
  'redelivery-pending',
  'worker-lost',
  'crash-loop',
  'never-published',
  'broker-wiped',
  'message-missing',
  'unregistered',
  'revoked',
  'expired',
  'lost-update',
  'retry-not-recorded',
  'circuit-breaker',
  'page-interrupted',
  'empty-exception',
  'paused',
  'effect-found',
  'result-success',
  'result-failure',
] as const;

/** The named reason of a verdict. */
export type Cause = (typeof CAUSES)[number];

/** `proven`: direct observation of this row; `likely`: a sign that has hardly another reading; `possible`: one reading of several. */
export type Confidence = 'proven' | 'likely' | 'possible';

export type EvidenceSource = 'row' | 'postgres' | 'results' | 'broker' | 'workers' | 'effects' | 'redis' | 'sessions';

/** One observation from one source, as a sentence. */
export interface Evidence {
  readonly source: EvidenceSource;
  readonly says: string;
  /** The verdict that this observation speaks for, where it speaks for one. */
  readonly supports?: Verdict;
  /** It says the opposite of the verdict, and `says` ends with `CONTRADICTS`. Absent in older exports. */
  readonly contradicts?: true;
}

/** Ends the words of evidence that says the opposite of the verdict; a view with a sign of its own leaves it out. */
export const CONTRADICTS = ' This contradicts the verdict.';

/** One way in which the evidence can be read, where it cannot decide. */
export interface Reading {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly why: string;
  /** What would decide for or against it. */
  readonly decidedBy: string;
}

/** What is true of one row now, with its proof. */
export interface Verification {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  /** What was seen: first what speaks for the verdict, then the rest by source. */
  readonly evidence: readonly Evidence[];
  /** Readings that are left; only where the verdict (or its cause) is not decided. */
  readonly readings?: readonly Reading[];
}

const NOT_RUN: readonly Verdict[] = ['waiting', 'held', 'lost'];

/** Whether an observation says the opposite of the verdict. Nothing contradicts `unknown`, and `failed` fits what was not done. */
export function contradicts({ supports }: Pick<Evidence, 'supports'>, verdict: Verdict): boolean {
  if (supports === undefined || verdict === 'unknown' || supports === verdict) return false;
  if (supports === 'lost') return verdict === 'finished';
  return verdict === 'finished' || verdict === 'failed' || (NOT_RUN.includes(verdict) && !NOT_RUN.includes(supports));
}

/** What is known of every judged row, also of those whose evidence was not kept. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
}
