import type { BinCounts, YoungerRows } from '../../model/diagnosis';
import type { Clock } from '../clock';
import type { CheckParameters } from '../../model/parameters';
import type { FirstLook } from '../firstLook';
import { isoTime } from '../../sql/isoTime';
import type { Row, Snapshot } from '../../ports/database';
import { toNumbers } from '../../sql/pgArray';
import { collectsInWorkers, passQuery } from './passSql';
import type { ScanStatement } from '../../sql/statement';
import type { Group, Groups, GroupsRequest, TaskTable } from '../table';
import { newestWanted, sampleStatement, sampleTable, type TableSample } from './tableSample';
import { readNames } from './names';
import { axisOf, countTimes, type GroupTimes } from '../timeAxis';

/** What one pass found. */
interface Found {
  /** One row a group of old rows. */
  readonly rows: readonly Row[];
  readonly younger: readonly YoungerRows[];
}

/**
 * Counts all open rows that are old enough by status and task type, and the younger ones of the chosen statuses, in one pass over the table.
 * @param onLook hears what some pages of a large table say of it, before the pass begins
 * @throws Problem
 */
export async function readGroups(
  snapshot: Snapshot,
  table: TaskTable,
  clock: Clock,
  { statuses, limit }: CheckParameters,
  onLook: (look: FirstLook) => void,
): Promise<Groups> {
  const request = { ...clock, statuses, limit };
  let sample = await sampleTable(snapshot, table, request);
  if (sample?.look) onLook(sample.look);
  const passes: ScanStatement[] = [];
  const pass = async (): Promise<Found> => {
    const statement = passStatement(table, request, sample);
    passes.push(statement);
    const answer = await snapshot.query(statement.text, statement.values);
    const rows = answer.map((row) => readNames(table.text, row));
    return { rows: rows.filter((row) => !isYounger(row)), younger: rows.filter(isYounger).map(toYounger) };
  };
  let { rows, younger } = await pass();
  if (!sample && rows.some((row) => isAsked(row, request) && row.times == null)) {
    // More rows than their times may leave the server, in a relation that cannot be sampled, or whose pages told of few.
    const ends = rows.filter((row) => isAsked(row, request)).map(toTimes);
    const times = ends.flatMap(({ oldest, newest }) => [oldest, newest]);
    sample = { axis: axisOf(times, request.cutoffSeconds, rows.length), cuts: [] };
    ({ rows, younger } = await pass());
  }
  const asked = rows.filter((row) => isAsked(row, request));
  const counted = countTimes(asked.map(toTimes), sample?.axis);
  const bins = new Map(asked.map((row, index) => [row, counted?.bins[index]]));
  return {
    groups: rows.map((row) => toGroup(row, bins.get(row), limit)),
    younger,
    timeline: counted?.timeline,
    passes,
  };
}

/**
 * The statements of `readGroups`, as it would send them, the pass last.
 * @param looks whether pages of a large table are looked into, on which the pass then depends
 * @throws Problem
 */
export async function scanStatements(
  snapshot: Snapshot,
  table: TaskTable,
  request: GroupsRequest,
  looks: boolean,
): Promise<ScanStatement[]> {
  if (!looks) return [passStatement(table, request, undefined)];
  const pass = passStatement(table, request, await sampleTable(snapshot, table, request));
  return [sampleStatement(table, request), pass].filter((statement) => statement !== undefined);
}

/** The pass over the whole table. */
export function passStatement(
  table: TaskTable,
  request: GroupsRequest,
  sample: TableSample | undefined,
): ScanStatement {
  const { axis, cuts = [] } = sample ?? {};
  const edges = (axis?.edges ?? []).map((edge) => new Date(edge * 1000).toISOString());
  const ofCuts = cuts.flatMap(({ status, taskModule, taskName, time }) => [taskName, status, taskModule, time]);
  return {
    name: 'the one pass that groups stuck rows by status, task type and time, and counts younger ones',
    text: passQuery(table, request.statuses, {
      cuts: cuts.length,
      withTimes: !sample,
      collectsInWorkers: collectsInWorkers(request.serverVersion),
    }),
    values: [request.cutoff, newestWanted(request), edges, ...ofCuts],
  };
}

/** A row of the answer that counts the younger rows of a status has no task type. */
function isYounger(row: Row): boolean {
  return row.task_module == null;
}

function toYounger(row: Row): YoungerRows {
  return { status: row.status ?? '', count: Number(row.count), oldestLastRun: isoTime(row.oldest ?? '') };
}

function isAsked(row: Row, { statuses }: GroupsRequest): boolean {
  return statuses.includes(row.status ?? '');
}

function toTimes(row: Row): GroupTimes {
  return {
    oldest: Number(row.oldest_seconds),
    newest: Number(row.newest_seconds),
    ...(row.times == null ? {} : { times: toNumbers(row.times) }),
    counts: countsOf(toNumbers(row.bins), toNumbers(row.counts)),
  };
}

/** A bin may be there twice: its rows that may be the newest, and the others. */
function countsOf(bins: readonly number[], counts: readonly number[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const [index, bin] of bins.entries()) sums.set(bin, (sums.get(bin) ?? 0) + (counts[index] ?? 0));
  return sums;
}

function toGroup(row: Row, lastRuns: BinCounts | undefined, limit: number): Group {
  return {
    status: row.status ?? '',
    taskModule: row.task_module ?? '',
    taskName: row.task_name ?? '',
    count: Number(row.count),
    maxHours: Number(row.max_hours),
    oldest: isoTime(row.oldest ?? ''),
    newest: isoTime(row.newest ?? ''),
    newestIds: toNumbers(row.newest_ids).slice(0, limit),
    lastRuns,
  };
}
