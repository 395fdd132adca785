import type { BinCounts, Timeline } from '../model/diagnosis';
import { BIN_WIDTHS, binOf, FIRST_BIN_SECONDS, MOST_BINS, NARROWER, OLD_SHARE, originOf } from '../model/timeline';

/** Narrow bins over where most rows are expected, made before the pass so that it can count by them. Times are seconds since 1970. */
export interface TimeAxis {
  readonly width: number;
  /** Where bins begin, ascending; what is older than the first is in a bin of its own. */
  readonly edges: readonly number[];
  /** Bins from the edge with this index on lie in bins of this width. */
  readonly wider: { readonly from: number; readonly width: number };
}

/** Rows of one group by edge: index 0 is before the first edge, index n begins at edge n - 1. */
export type EdgeCounts = ReadonlyMap<number, number>;

/** What the pass knows of the times of a group: each of them, or how many are between the edges. */
export interface GroupTimes {
  readonly oldest: number;
  readonly newest: number;
  readonly times?: readonly number[];
  readonly counts?: EdgeCounts;
}

/** Groups that the pass may have of as many types as the sample knew, and bins that it has at least, however many types there are. */
const MOST_GROUPS = 12_000;
const FEWEST_BINS = 12;

/**
 * An axis from a sample of the rows' times. It has room on both sides, and goes on to `last` in wider bins: a few rows that are newer
 * than all of the sample are then still counted in the right bin of the final timeline.
 * @param sample at least one time
 * @param last no row is newer
 * @param types how many there are: each may have a group in each bin, and too many groups cost more than the bins are worth
 */
export function axisOf(sample: readonly number[], last: number, types: number): TimeAxis {
  const sorted = clamped(sample);
  const newest = sorted.at(-1) ?? 0;
  const most = Math.min(MOST_BINS, Math.max(FEWEST_BINS, Math.floor(MOST_GROUPS / types)));
  const { start, width } = narrowest(begin(sorted), newest, BIN_WIDTHS, most);
  const room = Math.ceil(most / 10) * width;
  const edges: number[] = [];
  for (let edge = start - room; edge <= Math.min(newest + room, last); edge += width) edges.push(edge);
  const wide = narrowest(start, Math.max(last, newest), multiplesOf(width)).width;
  const from = edges.length;
  const origin = originOf(wide);
  // The first of the wider bins begins where the narrow ones end, and ends where one of that width does.
  for (let edge = (edges.at(-1) ?? start) + width; edge <= last;) {
    edges.push(edge);
    edge = origin + (Math.floor((edge - origin) / wide) + 1) * wide;
  }
  return { width, edges, wider: { from, width: wide } };
}

/**
 * The timeline of all groups and each group's rows by bin, in the order of the groups.
 * @param axis that of the counts; undefined where every group has its times
 * @returns undefined where there is no group
 */
export function countTimes(
  groups: readonly GroupTimes[],
  axis: TimeAxis | undefined,
): { readonly timeline: Timeline; readonly bins: readonly BinCounts[] } | undefined {
  if (groups.length === 0) return undefined;
  const timeline = axis ? timelineOfCounts(groups, axis) : timelineOfTimes(groups);
  const bin = binOf(timeline);
  const starts = axis && [-Infinity, ...axis.edges];
  return {
    timeline,
    bins: groups.map(({ times, counts }) => {
      const bins: Record<number, number> = {};
      const add = (seconds: number, rows: number): void => {
        const at = bin(seconds);
        bins[at] = (bins[at] ?? 0) + rows;
      };
      for (const time of times ?? []) add(time, 1);
      for (const [edge, rows] of counts ?? []) add(starts?.[edge] ?? -Infinity, rows);
      return bins;
    }),
  };
}

function timelineOfTimes(groups: readonly GroupTimes[]): Timeline {
  const sorted = clamped(groups.flatMap(({ times }) => times ?? []));
  return toTimeline(narrowest(begin(sorted), sorted.at(-1) ?? 0), sorted.at(-1) ?? 0);
}

function timelineOfCounts(groups: readonly GroupTimes[], { width, edges, wider }: TimeAxis): Timeline {
  const rows = new Array<number>(edges.length + 1).fill(0);
  for (const { counts } of groups) for (const [edge, n] of counts ?? []) rows[edge] = (rows[edge] ?? 0) + n;
  const newest = Math.max(...ends(groups.map((group) => group.newest)));
  const oldest = Math.min(...ends(groups.map((group) => group.oldest)));
  const first = edges[0] ?? oldest;
  const most = edges[shareAt(rows) - 1] ?? first;
  // Rows before the first edge were in no sample: they are few, and count in bin 0 as old ones do.
  const from = (newest - most) * NARROWER <= newest - oldest ? most : Math.max(oldest, first);
  // Counts begin at edges, so that edge n has index n + 1 among them.
  const anyWide = rows.some((n, edge) => n > 0 && edge > wider.from);
  return toTimeline(narrowest(from, newest, multiplesOf(anyWide ? wider.width : width)), newest);
}

/** Not the whole list in one call: a function takes some ten thousand arguments and there may be more groups. */
function ends(times: readonly number[]): [number, number] {
  return times.reduce<[number, number]>(
    ([low, high], time) => [Math.min(low, inRange(time)), Math.max(high, inRange(time))],
    [Infinity, -Infinity],
  );
}

/** The edge by which the oldest two in a hundred rows are counted. */
function shareAt(rows: readonly number[]): number {
  const wanted = Math.ceil(rows.reduce((sum, n) => sum + n, 0) * OLD_SHARE);
  let seen = 0;
  return Math.max(
    1,
    rows.findIndex((n) => (seen += n) >= wanted && seen > 0),
  );
}

/** Where the axis begins: at the oldest row, or where a few old ones would squeeze all others, behind those. */
function begin(sorted: readonly number[]): number {
  const [oldest = 0, newest = 0] = [sorted[0], sorted.at(-1)];
  const most = sorted[Math.ceil(sorted.length * OLD_SHARE) - 1] ?? oldest;
  return (newest - most) * NARROWER <= newest - oldest ? most : oldest;
}

function narrowest(
  from: number,
  to: number,
  widths = BIN_WIDTHS,
  most = MOST_BINS,
): { readonly start: number; readonly width: number } {
  for (const width of widths) {
    const first = Math.floor((from - originOf(width)) / width);
    if (Math.floor((to - originOf(width)) / width) - first < most)
      return { start: first * width + originOf(width), width };
  }
  throw new Error('no width of a bin is enough');
}

/** Widths whose bins are made of whole bins of `width`. */
function multiplesOf(width: number): number[] {
  return BIN_WIDTHS.filter((each) => each % width === 0 && (originOf(each) - originOf(width)) % width === 0);
}

function toTimeline({ start, width }: { readonly start: number; readonly width: number }, newest: number): Timeline {
  const bins = Math.floor((newest - start) / width) + 1;
  return { start: new Date(start * 1000).toISOString().replace('.000Z', 'Z'), binSeconds: width, bins };
}

/** Ascending, none before the first time that a bin may have. */
function clamped(times: readonly number[]): number[] {
  return Array.from(Float64Array.from(times, inRange).sort());
}

function inRange(time: number): number {
  return Math.max(time, FIRST_BIN_SECONDS);
}
