import type { BinCounts, Timeline } from '../diagnosis/model';
import type { Clock } from './clock';
import type { CheckParameters } from '../diagnosis/parameters';
import { isoTime } from './isoTime';
import type { Row, Snapshot } from './snapshot';
import { toNumbers } from './pgArray';
import { groupsQuery, newestQuery, sampleQuery } from './sql';
import type { ScanStatement } from './statement';
import type { TaskTable } from './table';
import { sampleTable, type GroupsRequest, type TableSample } from './tableSample';
import { axisOf, countTimes, type GroupTimes } from './timeAxis';

/** The rows of one status and task type, old enough to be stuck. */
export interface Group {
  readonly status: string;
  readonly taskModule: string;
  readonly taskName: string;
  readonly count: number;
  readonly maxHours: number;
  readonly oldest: string;
  readonly newest: string;
  readonly newestIds: readonly number[];
  /** Undefined in a status that was not chosen. */
  readonly lastRuns: BinCounts | undefined;
}

/** Counts all open rows by status and task type, in one pass over the table. @returns in no order, and the axis of their `lastRuns` */
export async function readGroups(
  snapshot: Snapshot,
  table: TaskTable,
  clock: Clock,
  { statuses, limit }: CheckParameters,
): Promise<{ readonly groups: readonly Group[]; readonly timeline: Timeline | undefined }> {
  const request = { ...clock, statuses, limit };
  let sample = await sampleTable(snapshot, table, request);
  let rows = await pass(snapshot, table, request, sample);
  if (!sample && rows.some((row) => isAsked(row, request) && row.times == null)) {
    // More rows than their times may leave the server, in a relation that cannot be sampled, or whose pages told of few.
    const ends = rows.filter((row) => isAsked(row, request)).map(toTimes);
    const times = ends.flatMap(({ oldest, newest }) => [oldest, newest]);
    sample = { axis: axisOf(times, request.cutoffSeconds, rows.length) };
    rows = await pass(snapshot, table, request, sample);
  }
  const asked = rows.filter((row) => isAsked(row, request));
  const counted = countTimes(asked.map(toTimes), sample?.axis);
  const bins = new Map(asked.map((row, index) => [row, counted?.bins[index]]));
  const groups = rows.map((row) => toGroup(row, bins.get(row)));
  return { groups: await withNewest(snapshot, table, request, groups), timeline: counted?.timeline };
}

/** The pass over the whole table. */
export function passStatement(
  table: TaskTable,
  { cutoff, statuses, limit }: GroupsRequest,
  sample: TableSample | undefined,
): ScanStatement {
  const cuts = sample?.cuts;
  const edges = (sample?.axis.edges ?? []).map((edge) => new Date(edge * 1000).toISOString());
  return {
    name: 'the one pass that groups stuck rows by status, task type and time',
    text: groupsQuery(table, statuses, cuts ? 'picks' : sample ? 'arrays' : 'times'),
    values: [cutoff, limit, edges, ...(cuts ? [cuts.keys, cuts.times] : [])],
  };
}

/** The texts of the statements that a pass may be made of. */
export function passTexts(table: TaskTable, statuses: readonly string[]): string[] {
  const passes = (['arrays', 'picks', 'times'] as const).map((collecting) => groupsQuery(table, statuses, collecting));
  return [sampleQuery(table, statuses), newestQuery(table), ...passes];
}

async function pass(
  snapshot: Snapshot,
  table: TaskTable,
  request: GroupsRequest,
  sample: TableSample | undefined,
): Promise<Row[]> {
  const { text, values } = passStatement(table, request, sample);
  return await snapshot.query(text, values);
}

/** Rows of a type that no sampled page had may be hidden behind the cut of one with the same key: such a type is asked for again. */
async function withNewest(
  snapshot: Snapshot,
  table: TaskTable,
  { cutoff, limit }: GroupsRequest,
  groups: readonly Group[],
): Promise<readonly Group[]> {
  const lacking = groups.filter(({ count, newestIds }) => newestIds.length < Math.min(count, limit));
  if (lacking.length === 0) return groups;
  const keys = [
    lacking.map(({ status }) => status),
    lacking.map(({ taskModule }) => taskModule),
    lacking.map(({ taskName }) => taskName),
  ];
  const rows = await snapshot.query(newestQuery(table), [cutoff, ...keys, limit]);
  const found = new Map(rows.map((row) => [lacking[Number(row.place) - 1], toNumbers(row.newest_ids)]));
  return groups.map((group) => ({ ...group, newestIds: found.get(group) ?? group.newestIds }));
}

function isAsked(row: Row, { statuses }: GroupsRequest): boolean {
  return statuses.includes(row.status ?? '');
}

function toTimes(row: Row): GroupTimes {
  const counts = toNumbers(row.counts);
  return {
    oldest: Number(row.oldest_seconds),
    newest: Number(row.newest_seconds),
    ...(row.times == null ? {} : { times: toNumbers(row.times) }),
    counts: new Map(toNumbers(row.bins).map((bin, index) => [bin, counts[index] ?? 0])),
  };
}

function toGroup(row: Row, lastRuns: BinCounts | undefined): Group {
  return {
    status: row.status ?? '',
    taskModule: row.task_module ?? '',
    taskName: row.task_name ?? '',
    count: Number(row.count),
    maxHours: Number(row.max_hours),
    oldest: isoTime(row.oldest ?? ''),
    newest: isoTime(row.newest ?? ''),
    newestIds: toNumbers(row.newest_ids),
    lastRuns,
  };
}
