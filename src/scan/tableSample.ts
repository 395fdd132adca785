import type { CheckParameters } from '../diagnosis/parameters';
import type { Clock } from './clock';
import { toNumbers } from './pgArray';
import type { Row, Snapshot } from './snapshot';
import { sampleQuery } from './sql';
import type { ScanStatement } from './statement';
import type { TaskTable } from './table';
import { axisOf, type TimeAxis } from './timeAxis';

/** Rows of a type that ran last before its time are not among its newest. */
export interface Cuts {
  /** Of statuses and task types, ascending. */
  readonly keys: readonly number[];
  /** As the server wrote them. */
  readonly times: readonly string[];
}

/** What some pages of a large table tell before the pass over it. */
export interface TableSample {
  readonly axis: TimeAxis;
  /** Absent where they would leave too many rows. */
  readonly cuts?: Cuts;
}

/** Which rows count, and how many of the newest of a type are samples. */
export type GroupsRequest = Clock & Pick<CheckParameters, 'statuses' | 'limit'>;

/** A table of up to this is read without a look into it before: the pass gives all times then. */
const NOT_SAMPLED_BYTES = 32 * 1024 * 1024;
/** Bytes of the table that tell where most rows are: some thousands of rows, read in a few milliseconds. */
const LEAST_BYTES = 4 * 1024 * 1024;
/** Of a larger table one in so many pages: a type then has `limit` times as many rows that may be among its newest. */
const PAGES_A_SAMPLE = 100;
/** Fewer sampled rows than these do not say where the others are. */
const FEWEST_TIMES = 200;
/** Cuts that leave a larger part of the rows save nothing: each of these is a group of its own. */
const MOST_PICKED = 0.1;

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
  const cuts = cutsOf(rows, request.limit);
  return { axis: axisOf(times, request.cutoffSeconds, rows.length), ...(cuts ? { cuts } : {}) };
}

/** The look into some pages; undefined where there is none. */
export function sampleStatement(table: TaskTable, request: GroupsRequest): ScanStatement | undefined {
  if (table.bytes <= NOT_SAMPLED_BYTES) return undefined;
  const bytes = Math.max(LEAST_BYTES, table.bytes / PAGES_A_SAMPLE);
  return {
    name: 'the look into some pages of the table for when most rows stopped',
    text: sampleQuery(table, request.statuses),
    values: [request.cutoff, (100 * bytes) / table.bytes, request.limit],
  };
}

function cutsOf(rows: readonly Row[], limit: number): Cuts | undefined {
  const cuts = new Map<number, string | null>();
  let [all, picked] = [0, 0];
  for (const { key, count, cut } of rows) {
    all += Number(count);
    picked += Math.min(Number(count), limit);
    if (key == null) continue;
    // Two types of one key: none of them is cut.
    cuts.set(Number(key), cuts.has(Number(key)) ? null : (cut ?? null));
  }
  if (limit === 0 || picked > all * MOST_PICKED) return undefined;
  const known = [...cuts].flatMap(([key, time]) => (time === null ? [] : [{ key, time }]));
  known.sort((a, b) => a.key - b.key);
  return { keys: known.map(({ key }) => key), times: known.map(({ time }) => time) };
}
