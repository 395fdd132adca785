import type { CheckParameters } from '../diagnosis/parameters';
import type { Clock } from './clock';
import { toNumbers } from './pgArray';
import type { Row, Snapshot } from './snapshot';
import type { FirstLook } from './firstLook';
import { sampleQuery } from './passSql';
import type { ScanStatement } from './statement';
import type { TaskTable } from './table';
import { axisOf, type TimeAxis } from './timeAxis';

/** A status and task type with many rows: those that ran last before its time are not among its newest. */
export interface Cut {
  readonly status: string;
  readonly taskModule: string;
  readonly taskName: string;
  /** As the server wrote it: of a row of that type, than which enough are newer. */
  readonly time: string;
}

/** What some pages of a large table tell before the pass over it. */
export interface TableSample {
  readonly axis: TimeAxis;
  /** Of the largest types, the largest first; none where many types have few rows each. */
  readonly cuts: readonly Cut[];
  /** Absent where no pages were looked at. */
  readonly look?: FirstLook;
}

/** Which rows count, and how many of the newest of a type are samples. */
export type GroupsRequest = Clock & Pick<CheckParameters, 'statuses' | 'limit'>;

/** A table of up to this is read without a look into it before: the pass gives all times then. */
const NOT_SAMPLED_BYTES = 32 * 1024 * 1024;
/**
 * Pages that tell where most rows are. Of a large table one in 400: a type then has 400 times `limit` rows that may be among its newest,
 * and reading more pages would cost more than collecting fewer rows saves. No less than some thousands of rows, read in a few milliseconds.
 */
const BYTES = { least: 4 * 1024 * 1024, most: 32 * 1024 * 1024 };
const PAGES_A_SAMPLE = 400;
/** Fewer sampled rows than these do not say where the others are. */
const FEWEST_TIMES = 200;
/** A row is compared with the names of the cut types one after the other. */
const MOST_CUTS = 24;
/** When only this part of the rows is left, further cuts save nothing. */
const SMALL_REST = 0.02;
/** Of fewer rows than this part it costs more to find out that they are cut than it saves. */
const LEAST_CUT = 0.5;

/** @returns undefined for a table that is small, has no pages of its own as a view, or whose pages told of few rows @throws Problem */
export async function sampleTable(
  snapshot: Snapshot,
  table: TaskTable,
  request: GroupsRequest,
): Promise<TableSample | undefined> {
  const statement = sampleStatement(table, request);
  if (!statement) return undefined;
  const rows = await snapshot.query(statement.text, statement.values);
  const times = rows.flatMap((row) => toNumbers(row.times));
  if (times.length < FEWEST_TIMES) return undefined;
  const asked = rows.filter(({ status }) => request.statuses.includes(status ?? ''));
  return {
    axis: axisOf(times, request.cutoffSeconds, rows.length),
    cuts: cutsOf(rows),
    look: {
      share: sampledBytes(table) / table.bytes,
      types: asked.map((row) => ({
        taskModule: row.task_module ?? '',
        taskName: row.task_name ?? '',
        rows: Number(row.count),
      })),
    },
  };
}

/** The look into some pages; undefined where there is none. */
export function sampleStatement(table: TaskTable, request: GroupsRequest): ScanStatement | undefined {
  if (table.bytes <= NOT_SAMPLED_BYTES) return undefined;
  return {
    name: 'the look into some pages of the table for when most rows stopped',
    text: sampleQuery(table, request.statuses),
    values: [request.cutoff, (100 * sampledBytes(table)) / table.bytes, newestWanted(request)],
  };
}

function sampledBytes({ bytes }: TaskTable): number {
  return Math.min(BYTES.most, Math.max(BYTES.least, bytes / PAGES_A_SAMPLE));
}

/** The newest row of a type says when it was stuck last, also where nobody wants samples. */
export function newestWanted({ limit }: Pick<GroupsRequest, 'limit'>): number {
  return Math.max(1, limit);
}

function cutsOf(rows: readonly Row[]): Cut[] {
  const all = rows.reduce((sum, { count }) => sum + Number(count), 0);
  const largest = [...rows].sort((a, b) => Number(b.count) - Number(a.count));
  const cuts: Cut[] = [];
  let cut = 0;
  for (const { status, task_module: taskModule, task_name: taskName, count, cut: time } of largest) {
    if (cuts.length === MOST_CUTS || all - cut <= SMALL_REST * all) break;
    if (status == null || taskModule == null || taskName == null || time == null) continue;
    cuts.push({ status, taskModule, taskName, time });
    cut += Number(count);
  }
  return cut < LEAST_CUT * all ? [] : cuts;
}
