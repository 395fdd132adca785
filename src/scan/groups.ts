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
 * Bytes of the table that tell where the rows are, before the pass: some ten thousand rows, read in a few milliseconds. A table of
 * up to four times as much is not sampled: the pass gives all times then.
 */
const SAMPLED_BYTES = 8 * 1024 * 1024;
const NOT_SAMPLED_BYTES = 4 * SAMPLED_BYTES;
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

async function sampleAxis(
  snapshot: Snapshot,
  table: TaskTable,
  { cutoff, cutoffSeconds, statuses }: GroupsRequest,
): Promise<TimeAxis | undefined> {
  if (table.bytes <= NOT_SAMPLED_BYTES) return undefined;
  const percent = (100 * SAMPLED_BYTES) / table.bytes;
  const [row] = await snapshot.query(sampleTimesQuery(table, statuses), [cutoff, percent]);
  const times = toNumbers(row?.times);
  return times.length < FEWEST_TIMES ? undefined : axisOf(times, cutoffSeconds);
}

async function pass(
  snapshot: Snapshot,
  table: TaskTable,
  { cutoff, statuses, limit }: GroupsRequest,
  axis: TimeAxis | undefined,
): Promise<Row[]> {
  const edges = (axis?.edges ?? []).map((edge) => new Date(edge * 1000).toISOString());
  return await snapshot.query(groupsQuery(table, statuses, axis === undefined), [cutoff, limit, edges]);
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
