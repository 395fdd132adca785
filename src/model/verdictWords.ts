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
  'eta-blocked',
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
  'dead-lettered',
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

export const CONFIDENCES = ['proven', 'likely', 'possible'] as const;

/** `proven`: directly observed; `likely`: nothing else explains the evidence well; `possible`: one of several explanations. */
export type Confidence = (typeof CONFIDENCES)[number];

export const EVIDENCE_SOURCES = [
  'row',
  'postgres',
  'results',
  'broker',
  'workers',
  'effects',
  'redis',
  'sessions',
] as const;

export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number];
