/** What a source of evidence could not tell, as data: views decide by kind and setting, and only show the sentence. */
import type { Problem, ProblemKind } from '../base/problem';
import { withoutFullStop } from '../base/sentences';

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
  /** No effect rule speaks of these tasks. */
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

/** `partial`: it was read, and something of it could not be; `gaps` say what. */
export type SourceState = 'ok' | 'partial' | 'unavailable' | 'not-configured';

/** Something that a source could not tell. */
export interface SourceGap {
  readonly kind: GapKind;
  /** The setting that would let it be read. */
  readonly setting?: GapSetting;
  /** A clause without a full stop. */
  readonly says: string;
}

/** What could be read and what could not; a source that failed is named, never passed over. */
export interface SourceReport {
  readonly name: string;
  readonly state: SourceState;
  /** For people: no code decides anything by it. */
  readonly detail: string;
  /** Absent where there is none. */
  readonly gaps?: readonly SourceGap[];
}

/** The report of a source that was read. @param gaps what it could not tell */
export function readReport(name: string, detail: string, gaps: readonly SourceGap[]): SourceReport {
  return gaps.length === 0 ? { name, state: 'ok', detail } : { name, state: 'partial', detail, gaps };
}

/** Whether a source was read, at least in part. */
export function wasRead({ state }: Pick<SourceReport, 'state'>): boolean {
  return state === 'ok' || state === 'partial';
}

/** The state that a view shows: releases before `partial` exported `ok` for sources that had gaps. */
export function stateOf({ state, gaps = [] }: Pick<SourceReport, 'state' | 'gaps'>): SourceState {
  return state === 'ok' && gaps.length > 0 ? 'partial' : state;
}

/** A report with one more gap. @param detail the report's new detail */
export function withGap(report: SourceReport, gap: SourceGap, detail: string): SourceReport {
  const { name, state, gaps = [] } = report;
  return { name, state: state === 'ok' ? 'partial' : state, detail, gaps: [...gaps, gap] };
}

const KIND_OF_PROBLEM: Readonly<Record<ProblemKind, GapKind>> = {
  'not-configured': 'not-named',
  refused: 'unreachable',
  'host-not-found': 'unreachable',
  unreachable: 'unreachable',
  authentication: 'authentication',
  'database-missing': 'invalid',
  'table-missing': 'missing-table',
  'wrong-table': 'missing-table',
  permission: 'forbidden',
  'too-many-connections': 'failed',
  tls: 'failed',
  timeout: 'timeout',
  lock: 'failed',
  'connection-lost': 'connection-lost',
  cancelled: 'failed',
  invalid: 'invalid',
  unknown: 'other',
};

/** Gaps that another connection would close. */
const BY_CONNECTION: readonly GapKind[] = ['not-named', 'invalid', 'authentication'];

/** The gap that a failure leaves. */
export function gapOf({ kind: problem, message }: Problem): SourceGap {
  const kind = KIND_OF_PROBLEM[problem];
  const says = withoutFullStop(message);
  return BY_CONNECTION.includes(kind) ? { kind, setting: 'celeryTasks.connections', says } : { kind, says };
}

/** The report, without its name, of a source that a failure kept from being read. */
export function unavailable(problem: Problem): Omit<SourceReport, 'name'> {
  return { state: 'unavailable', detail: withoutFullStop(problem.message), gaps: [gapOf(problem)] };
}
