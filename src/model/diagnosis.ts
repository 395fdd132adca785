/**
 * The Diagnosis: everything one check found, as plain data. Views know only this.
 * `contract/` declares its exported form (schemaVersion 1); `npm run schemas` writes `schemas/diagnosis.schema.json` from that.
 */
import type { Read } from '../base/shape';
import type { aboutRows, PHASES, recommendation, snippet } from './contract/advice';
import type { exportedDiagnosis } from './contract/diagnosis';
import type {
  brokerCondition,
  brokerServer,
  cost,
  postgresFacts,
  queue,
  redisServer,
  serverCostShape,
  worker,
} from './contract/systems';
import type { lastRuns, otherStatus, outcome, rowDetails, taskType, timeline, youngerRows } from './contract/taskTypes';

/** A moment as ISO 8601 in UTC, with microseconds only where they are not zero: `2025-02-15T10:23:45.5Z` never, `…45.500000Z` yes. */
export type Timestamp = string;

/** One row of the table as it is shown. Columns that this release of the library does not have are null (`priority`: absent). */
export type RowDetails = Read<typeof rowDetails>;

/** Rows by the bin of the Diagnosis's `timeline` that their `lastRun` is in; bins without rows are absent. */
export type BinCounts = Read<typeof lastRuns>;

/** Rows of one task type that were judged alike. */
export type OutcomeCount = Read<typeof outcome>;

/** The stuck rows of one task type (module + name). */
export type TaskType = Read<typeof taskType>;

/** Rows as old as the stuck ones, in a non-terminal status that was not asked for. */
export type OtherStatus = Read<typeof otherStatus> & {
  /** The same rows by task type, for browsing; not part of the exported JSON. */
  readonly taskTypes: readonly TaskType[];
};

/** Rows in a chosen status that are not old enough to count as stuck. */
export type YoungerRows = Read<typeof youngerRows>;

export type PostgresFacts = Read<typeof postgresFacts>;

/** A Redis server that was asked. */
export type RedisServer = Read<typeof redisServer>;

/** The server of a broker that is no Redis. */
export type BrokerServer = Read<typeof brokerServer>;

/** What keeps tasks from running, loses them, or says where their messages may be. */
export type BrokerCondition = Read<typeof brokerCondition>;

/** A queue of the broker. */
export type Queue = Read<typeof queue>;

/** A worker that answered or whose heartbeat was heard. */
export type Worker = Read<typeof worker>;

/** How the time in which stuck rows stopped is cut into bins of equal width. */
export type Timeline = Read<typeof timeline>;

/** The rows that a recommendation is about: those whose outcome has all that is named here. */
export type AboutRows = Read<typeof aboutRows>;

/** Something to copy and run elsewhere; it only reads, or a person has to decide about it first. */
export type Snippet = Read<typeof snippet>;

export type Recommendation = Read<typeof recommendation>;

/** When a recommendation is followed; `info`: nothing is to be done. */
export type Phase = (typeof PHASES)[number];

/** What was asked of one kind of server, over all connections to it. */
export type ServerCost = Read<typeof serverCostShape>;

/** What one check cost the servers and the person. */
export type CheckCost = Read<typeof cost>;

/** What an exported file holds. */
export type ExportedDiagnosis = Read<typeof exportedDiagnosis>;

export type Diagnosis = Omit<ExportedDiagnosis, 'otherStatuses'> & {
  readonly otherStatuses: readonly OtherStatus[];
};

/** `module.name`, the way people and Celery write a task type. */
export function taskTypeName(type: { readonly taskModule: string; readonly taskName: string }): string {
  return `${type.taskModule}.${type.taskName}`;
}

/** All stuck rows of all types. */
export function totalStuck({ taskTypes }: { readonly taskTypes: readonly Pick<TaskType, 'count'>[] }): number {
  return taskTypes.reduce((sum, type) => sum + type.count, 0);
}
