import { toNumbers } from '../../sql/pgArray';
import type { Row, Snapshot } from '../../ports/database';
import type { FirstLook } from '../firstLook';
import { collectsInWorkers, sampleQuery } from './passSql';
import type { ScanStatement } from '../../sql/statement';
import type { GroupsRequest, TaskTable } from '../table';
import { type TextForm } from '../../sql/textForm';
import { readNames } from './names';
import { axisOf, type TimeAxis } from '../timeAxis';

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

/** A table of up to this is read without a look into it before: the pass gives all times then. */
const NOT_SAMPLED_BYTES = 32 * 1024 * 1024;
/** Pages that tell where most rows are: no less than some thousands of rows, read in a few milliseconds. */
const BYTES = { least: 4 * 1024 * 1024, most: 32 * 1024 * 1024 };

/** How far it pays to find out which rows are cut, so that fewer are collected. */
interface Worth {
  /** One in so many: a cut type then has so many times `limit` rows that may be among its newest, and are collected. */
  readonly pages: number;
  /** A row is compared with the names of the cut types one after the other. */
  readonly cuts: number;
  /** When only this part of the rows is left, further cuts save nothing. */
  readonly rest: number;
}

/**
 * By who collects (measured at 10 million rows). In workers that is cheap: to look at more than this costs more than it saves (18). Before,
 * each row that is collected is a group of its own, and 140,000 of them were half a second of one process in a pass of 2.7 s (15).
 */
const WORTH: Readonly<Record<'inWorkers' | 'alone', Worth>> = {
  inWorkers: { pages: 400, cuts: 24, rest: 0.02 },
  alone: { pages: 130, cuts: 64, rest: 0.005 },
};
/** Fewer sampled rows than these do not say where the others are. */
const FEWEST_TIMES = 200;
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
  const rows = (await snapshot.query(statement.text, statement.values)).map((row) => readNames(table.text, row));
  const times = rows.flatMap((row) => toNumbers(row.times));
  if (times.length < FEWEST_TIMES) return undefined;
  const asked = rows.filter(({ status }) => request.statuses.includes(status ?? ''));
  return {
    axis: axisOf(times, request.cutoffSeconds, rows.length),
    cuts: cutsOf(rows, worthOf(request), table.text),
    look: {
      share: sampledBytes(table, request) / table.bytes,
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
    values: [request.cutoff, (100 * sampledBytes(table, request)) / table.bytes, newestWanted(request)],
  };
}

function worthOf({ serverVersion }: GroupsRequest): Worth {
  return WORTH[collectsInWorkers(serverVersion) ? 'inWorkers' : 'alone'];
}

function sampledBytes({ bytes }: TaskTable, request: GroupsRequest): number {
  return Math.min(BYTES.most, Math.max(BYTES.least, bytes / worthOf(request).pages));
}

/** The newest row of a type says when it was stuck last, so one is read even where no samples are wanted. */
export function newestWanted({ limit }: Pick<GroupsRequest, 'limit'>): number {
  return Math.max(1, limit);
}

function cutsOf(rows: readonly Row[], worth: Worth, text: TextForm): Cut[] {
  const all = rows.reduce((sum, { count }) => sum + Number(count), 0);
  const largest = [...rows].sort((a, b) => Number(b.count) - Number(a.count));
  const cuts: Cut[] = [];
  let cut = 0;
  for (const { status, task_module: taskModule, task_name: taskName, count, cut: time } of largest) {
    if (cuts.length === worth.cuts || all - cut <= worth.rest * all) break;
    if (status == null || taskModule == null || taskName == null || time == null) continue;
    if (![status, taskModule, taskName].every((name) => text.fits(name))) continue;
    cuts.push({ status, taskModule, taskName, time });
    cut += Number(count);
  }
  return cut < LEAST_CUT * all ? [] : cuts;
}
