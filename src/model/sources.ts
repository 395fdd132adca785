/** What a source of evidence could not tell, as data: views decide by kind and setting, and only show the sentence. */
import type { Problem, ProblemKind } from '../base/problem';
import { withoutFullStop } from '../base/sentences';
import type { Read } from '../base/shape';
import type { sourceGap, sourceReport } from './contract/systems';
import type { GapKind, SourceState } from './sourceWords';

export { GAP_KINDS, GAP_SETTINGS, type GapKind, type GapSetting, type SourceState } from './sourceWords';

/** Something that a source could not tell. */
export type SourceGap = Read<typeof sourceGap>;

/** What could be read and what could not; a source that failed is named, never passed over. */
export type SourceReport = Read<typeof sourceReport>;

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
