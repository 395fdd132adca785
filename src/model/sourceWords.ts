/** The words of source reports, as in the exported JSON (schemas/diagnosis.schema.json). */

export const SOURCE_STATES = ['ok', 'partial', 'unavailable', 'not-configured'] as const;

/** `partial`: it was read, and something of it could not be; `gaps` say what. */
export type SourceState = (typeof SOURCE_STATES)[number];

/** Why a source told less than it could. Exports hold these words: none is ever renamed. */
export const GAP_KINDS = [
  // Rows that this role may not see. Of the source `postgres`, the first five mean that rows may be missing from every number.
  'row-security',
  'view',
  'other-server',
  'other-schemas',
  'not-known',
  'hidden-rows',
  // It was read in part.
  /** Reading ended at a limit. */
  'capped',
  /** Something is in a form that is not read. */
  'undecodable',
  /** Messages that do not name their row. */
  'unmatched',
  /** A value is larger than the server can send, or than this check reads. */
  'too-large',
  /** Other brokers of a failover list were not read. */
  'failover-unread',
  /** A replica may lag, and nobody is connected to it. */
  'replica',
  /** Other servers of a cluster were not read. */
  'cluster',
  /** A key holds something else than its name says, or stands under a name of its own. */
  'unusual-key',
  /** Workers that were not asked. */
  'not-asked',
  /** Workers that were asked and did not answer. */
  'unanswered',
  /** The server does not record it. */
  'not-recorded',
  /** A pooler stands between. */
  'pooler',
  // It was not read.
  /** Nobody named it. */
  'not-named',
  /** What names it cannot be used. */
  'invalid',
  /** No effect rule covers these tasks. */
  'no-rule',
  /** An effect rule does not fit the database. */
  'unusable-rule',
  'missing-table',
  /** A right is missing. */
  'forbidden',
  'authentication',
  'unreachable',
  'connection-lost',
  /** A server did not answer. */
  'timeout',
  /** A question took longer than it may. */
  'slow',
  /** Another failure, whose sentence says what to do. */
  'failed',
  /** Another failure. */
  'other',
] as const;

export type GapKind = (typeof GAP_KINDS)[number];

/** Settings that a gap can name. */
export const GAP_SETTINGS = [
  'celeryTasks.askWorkers',
  'celeryTasks.connections',
  'celeryTasks.effects',
  'celeryTasks.maxQueueScan',
  'celeryTasks.statementTimeout',
] as const;

export type GapSetting = (typeof GAP_SETTINGS)[number];
