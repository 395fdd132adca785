import type { BinCounts, Timeline } from '../diagnosis/model';
import type { Clock } from './clock';
import type { CheckParameters } from '../diagnosis/parameters';
import { isoTime } from './isoTime';
import type { Row, Snapshot } from './snapshot';
import { groupsQuery, sampleTimesQuery } from './sql';
import type { TaskTable } from './table';
import { axisOf, countTimes, type GroupTimes, type TimeAxis } from './timeAxis';

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

/** Which rows count, and how many of the newest are samples. */
type GroupsRequest = Pick<Clock, 'cutoff' | 'cutoffSeconds'> & Pick<CheckParameters, 'statuses' | 'limit'>;

/**
 * Bytes of the table that tell where the rows are, before the pass: some thousands of rows, read in a few milliseconds. A table of
 * up to eight times as much is not sampled: the pass gives all times then.
 */
const SAMPLED_BYTES = 4 * 1024 * 1024;
const NOT_SAMPLED_BYTES = 8 * SAMPLED_BYTES;
/** Fewer sampled rows than these do not say where the others are. */
const FEWEST_TIMES = 200;

/** Counts all open rows by status and task type, in one pass over the table. @returns in no order, and the axis of their `lastRuns` */
export async function readGroups(
  snapshot: Snapshot,
  table: TaskTable,
  clock: Clock,
  { statuses, limit }: CheckParameters,
): Promise<{ readonly groups: readonly Group[]; readonly timeline: Timeline | undefined }> {
  const request = { ...clock, statuses, limit };
  let axis = await sampleAxis(snapshot, table, request);
  let rows = await pass(snapshot, table, request, axis);
  if (!axis && rows.some((row) => isAsked(row, request) && row.times == null)) {
    // More rows than their times may leave the server, in a relation that cannot be sampled, or whose pages told of few.
    const ends = rows.filter((row) => isAsked(row, request)).map(toTimes);
    axis = axisOf(
      ends.flatMap(({ oldest, newest }) => [oldest, newest]),
      request.cutoffSeconds,
    );
    rows = await pass(snapshot, table, request, axis);
  }
  const asked = rows.filter((row) => isAsked(row, request));
  const counted = countTimes(asked.map(toTimes), axis);
  const bins = new Map(asked.map((row, index) => [row, counted?.bins[index]]));
  return { groups: rows.map((row) => toGroup(row, bins.get(row))), timeline: counted?.timeline };
}

/** One statement that reads the table, in whole or in part. */
export interface ScanStatement {
  /** What it is for, as the end of a sentence. */
  readonly name: string;
  /** With $1, $2, ... for its values. */
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Looks into some pages of a large table. @returns undefined where all times come with the pass */
export async function sampleAxis(
  snapshot: Snapshot,
  table: TaskTable,
  request: Pick<GroupsRequest, 'cutoff' | 'cutoffSeconds' | 'statuses'>,
): Promise<TimeAxis | undefined> {
  const statement = sampleStatement(table, request);
  if (!statement) return undefined;
  const [row] = await snapshot.query(statement.text, statement.values);
  const times = toNumbers(row?.times);
  return times.length < FEWEST_TIMES ? undefined : axisOf(times, request.cutoffSeconds);
}

/** The look into some pages; undefined for a table that is small, or has no pages of its own, as a view. */
export function sampleStatement(
  table: TaskTable,
  { cutoff, statuses }: Pick<GroupsRequest, 'cutoff' | 'statuses'>,
): ScanStatement | undefined {
  if (table.bytes <= NOT_SAMPLED_BYTES) return undefined;
  const percent = (100 * SAMPLED_BYTES) / table.bytes;
  return {
    name: 'the look into some pages of the table for when most rows stopped',
    text: sampleTimesQuery(table, statuses),
    values: [cutoff, percent],
  };
}

/** The pass over the whole table. */
export function passStatement(
  table: TaskTable,
  { cutoff, statuses, limit }: Pick<GroupsRequest, 'cutoff' | 'statuses' | 'limit'>,
  axis: TimeAxis | undefined,
): ScanStatement {
  const edges = (axis?.edges ?? []).map((edge) => new Date(edge * 1000).toISOString());
  return {
    name: 'the one pass that groups stuck rows by status, task type and time',
    text: groupsQuery(table, statuses, axis === undefined),
    values: [cutoff, limit, edges],
  };
}

/** The texts of the statements that a pass may be made of. */
export function passTexts(table: TaskTable, statuses: readonly string[]): string[] {
  return [
    sampleTimesQuery(table, statuses),
    ...[true, false].map((withTimes) => groupsQuery(table, statuses, withTimes)),
  ];
}

async function pass(
  snapshot: Snapshot,
  table: TaskTable,
  request: GroupsRequest,
  axis: TimeAxis | undefined,
): Promise<Row[]> {
  const { text, values } = passStatement(table, request, axis);
  return await snapshot.query(text, values);
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

/** An array of PostgreSQL as text: `{1,2}`. */
function toNumbers(text: string | null | undefined): number[] {
  return (text ?? '{}').slice(1, -1).split(',').filter(Boolean).map(Number);
}
