import { count, number } from '../../base/numbers';
import type { Timeline } from '../../model/diagnosis';
import type { Verdict } from '../../model/verdict';
import type { DiagnosisHead } from '../../report/panelMessages';
import type { BinRange, Filters } from './filters';
import { verdictOrder } from './figures';
import { selectBins } from './select';
import { PART_OF_SPAN, standout, type Standout } from './peak';
import { beforeText, binEnd, binStart, clock, dayAndClock, dayOf, rangeText, spanText } from './time';
import { READER, type Zone } from './zone';

/** Rows of one bin that share a verdict; null: not judged. */
export interface Part {
  readonly verdict: Verdict | null;
  readonly count: number;
}

export interface Bin {
  readonly total: number;
  /** In the order of the legend, bottom first; none is empty. */
  readonly parts: readonly Part[];
}

/** What the picture of when they stopped is drawn from. */
export interface Stopped {
  readonly timeline: Timeline;
  readonly bins: readonly Bin[];
  /** The fullest bin. */
  readonly max: number;
  readonly total: number;
  /** In the order of all pictures. */
  readonly verdicts: readonly (Verdict | null)[];
  /** Whether the first bin may also hold rows that are older than its beginning. */
  readonly earlier: boolean;
  /** Milliseconds from the oldest row to the end of the last bin. */
  readonly reach: number;
  /** Milliseconds: rows whose last run is later were not asked for. */
  readonly until: number;
}

/** The rows that all filters but the range leave, by the bin in which they stopped; null where the Diagnosis does not tell. */
export function stoppedOf(head: DiagnosisHead, filters: Filters): Stopped | null {
  const { timeline } = head;
  if (!timeline || timeline.bins < 1) return null;
  const others = { ...filters, range: null };
  const byVerdict = selectBins(head, others);
  const layers = [...verdictOrder(head), null].flatMap((verdict) => {
    const counts = byVerdict.get(verdict);
    return counts && sumOf(counts) > 0 ? [{ verdict, counts }] : [];
  });
  const bins = Array.from({ length: timeline.bins }, (_, index): Bin => {
    const parts = layers
      .map(({ verdict, counts }) => ({ verdict, count: counts[index] ?? 0 }))
      .filter(({ count }) => count > 0);
    return { parts, total: parts.reduce((sum, { count }) => sum + count, 0) };
  });
  const start = Date.parse(timeline.start);
  const oldest = head.taskTypes.reduce((first, type) => Math.min(first, Date.parse(type.oldestLastRun)), start);
  return {
    timeline,
    bins,
    max: bins.reduce((max, { total }) => Math.max(max, total), 0),
    total: bins.reduce((sum, { total }) => sum + total, 0),
    verdicts: layers.map(({ verdict }) => verdict),
    earlier: (bins[0]?.total ?? 0) > 0 && oldest < start,
    until: Date.parse(head.parameters.olderThan),
    reach: start - oldest + timeline.bins * timeline.binSeconds * 1000,
  };
}

/** The time that stands out: a run of high bins, or all bins but the first where nearly all rows are in them and the others far behind. */
export function standoutOf({ bins, timeline, earlier, reach, total }: Stopped): Standout | null {
  const found = standout(bins.map((bin) => bin.total));
  if (found !== null || !earlier || bins.length < 2) return found;
  const count = total - (bins[0]?.total ?? 0);
  const isShort = timeline.bins * timeline.binSeconds * 1000 <= reach * PART_OF_SPAN;
  return isShort && count >= total * NEARLY_ALL
    ? { range: { from: 1, to: bins.length - 1 }, count, share: count / total }
    : null;
}

const NEARLY_ALL = 0.9;

/** The part of a bin as a rectangle; `y` is measured from the top of the picture. */
export interface Box extends Part {
  readonly y: number;
  readonly height: number;
}

/** The least height of a bin that is not empty, so that no row is invisible. */
export const LEAST = 1;

/** One bin's rectangles on a linear scale, its first part at the bottom. */
export function stack(bin: Bin, max: number, height: number): Box[] {
  if (bin.total === 0) return [];
  const whole = Math.max(LEAST, (bin.total / max) * height);
  let top = height;
  return bin.parts.map((part) => {
    const share = (part.count / bin.total) * whole;
    top -= share;
    return { ...part, y: top, height: share };
  });
}

/** Bins with fewer rows than this are drawn higher than the scale says; null where there is none. */
export function raisedBelow({ bins, max }: Stopped, height: number): number | null {
  const limit = (LEAST / height) * max;
  return bins.some(({ total }) => total > 0 && total < limit) ? Math.ceil(limit) : null;
}

/** Rows in these bins, by verdict. */
export function rowsIn({ bins, verdicts }: Stopped, { from, to }: BinRange): Bin {
  const within = bins.slice(from, to + 1);
  const parts = verdicts
    .map((verdict) => ({ verdict, count: sumOf(within.map((bin) => countOf(bin, verdict))) }))
    .filter(({ count }) => count > 0);
  return { parts, total: sumOf(within.map(({ total }) => total)) };
}

/** The time of these bins in words; the first bin may reach back further than its beginning. */
export function whenText({ timeline, earlier, until }: Stopped, range: BinRange, zone: Zone = READER): string {
  return earlier && range.from === 0
    ? beforeText(timeline, range.to, until, zone)
    : rangeText(timeline, range, until, zone);
}

/** Behind `61% stopped`: `within 12 h, 2026-09-05 00:00 to 12:00 UTC`. */
export function standoutText(stopped: Stopped, range: BinRange, zone: Zone = READER): string {
  const when = whenText(stopped, range, zone);
  if (stopped.earlier && range.from === 0) return when;
  const { timeline, until } = stopped;
  const seconds = Math.ceil((binEnd(timeline, range.to, until) - binStart(timeline, range.from)) / 1000);
  return `within ${spanText(seconds)}, ${when}`;
}

/** What the right end of the picture is: the question's own cutoff, not the end of an incident. */
export function cutoffText({ timeline, until }: Stopped, zone: Zone = READER): string {
  const end = binStart(timeline, timeline.bins);
  const sameDay = until <= end && dayOf(until, zone) === dayOf(end, zone) && timeline.binSeconds < DAY;
  return `end of the checked range: ${sameDay ? clock(until, zone) : dayAndClock(until, zone)}`;
}

const DAY = 86_400;

/** Rows of a bin with this verdict. */
export function countOf({ parts }: Bin, verdict: Verdict | null): number {
  return parts.find((part) => part.verdict === verdict)?.count ?? 0;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** `12,345 tasks: 8,000 lost, 4,345 unknown` */
export function binText({ total, parts }: Bin): string {
  const judged = parts.flatMap(({ verdict, count: rows }) => (verdict === null ? [] : [`${number(rows)} ${verdict}`]));
  return judged.length === 0 ? count(total, 'task') : `${count(total, 'task')}: ${judged.join(', ')}`;
}
