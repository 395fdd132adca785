import type { BinRange } from './filters';

/** Bins in which a large part of all rows stopped. */
export interface Standout {
  readonly range: BinRange;
  readonly count: number;
  /** 0 to 1, of all rows. */
  readonly share: number;
}

/** A run is looked for that holds half of all rows in at most a fifth of the time that the picture shows. */
const SHARE = 0.5;
/** Without the low bins at its ends it must still hold so much. */
const CORE_SHARE = 0.4;
export const PART_OF_SPAN = 0.2;
/** A bin beside the run still belongs to it when it is at least so high, measured by the run's average. */
const EDGE = 1 / 3;
/** Of fewer rows nothing is said: three of five is no incident. */
const ENOUGH_ROWS = 10;

/** The shortest run of bins that holds about half of all rows, cut where it becomes low, if it is short. Plain arithmetic, no guess about why. */
export function standout(counts: readonly number[]): Standout | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < ENOUGH_ROWS) return null;
  const longest = Math.floor(counts.length * PART_OF_SPAN);
  for (let length = 1; length <= longest; length++) {
    const best = fullest(counts, length);
    if (best.count >= total * SHARE) {
      const run = withEdges(counts, withoutLowEnds(counts, best), longest);
      if (run === null || run.count < total * CORE_SHARE) return null;
      return { range: { from: run.from, to: run.to }, count: run.count, share: run.count / total };
    }
  }
  return null;
}

interface Run extends BinRange {
  readonly count: number;
}

/** Of all runs of this length the one with most rows; of equal ones the first. */
function fullest(counts: readonly number[], length: number): Run {
  let count = counts.slice(0, length).reduce((sum, one) => sum + one, 0);
  let best: Run = { from: 0, to: length - 1, count };
  for (let to = length; to < counts.length; to++) {
    count += (counts[to] ?? 0) - (counts[to - length] ?? 0);
    if (count > best.count) best = { from: to - length + 1, to, count };
  }
  return best;
}

function withoutLowEnds(counts: readonly number[], { from, to, count }: Run): Run {
  const first = counts[from] ?? 0;
  const last = counts[to] ?? 0;
  if (from === to || Math.min(first, last) >= (count / (to - from + 1)) * EDGE) return { from, to, count };
  const shorter =
    first < last ? { from: from + 1, to, count: count - first } : { from, to: to - 1, count: count - last };
  return withoutLowEnds(counts, shorter);
}

/** Null where the run goes on beyond what is short: a part of a plateau does not stand out. */
function withEdges(counts: readonly number[], run: Run, longest: number): Run | null {
  const length = run.to - run.from + 1;
  const before = counts[run.from - 1] ?? 0;
  const after = counts[run.to + 1] ?? 0;
  if (Math.max(before, after) < (run.count / length) * EDGE) return run;
  if (length >= longest) return null;
  const grown =
    before > after
      ? { from: run.from - 1, to: run.to, count: run.count + before }
      : { from: run.from, to: run.to + 1, count: run.count + after };
  return withEdges(counts, grown, longest);
}
