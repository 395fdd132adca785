/** How far a number that was counted in a sample may be from the truth. */

/** The 97.5th percentile of the normal distribution: two sides of 95%. */
const Z = 1.959964;

/** Rows of one task type that have something in common, counted in a random sample of its rows. */
export interface Estimate {
  /** Estimated rows, of all rows. */
  readonly count: number;
  /** All rows of the type. */
  readonly total: number;
  /** Rows in the sample. */
  readonly judged: number;
}

/**
 * The margin of an estimate: with 95% certainty the truth is no further from it than this, to either side.
 * Wilson's score interval (E. B. Wilson, JASA 22 (1927) 209-212), which holds for shares near 0 and 1 too, where the usual one is too
 * narrow. Rows are drawn without putting them back, so the variance is smaller by (N - n) / (N - 1) (W. G. Cochran, Sampling Techniques,
 * 3rd ed., 2.6 and 3.2): that of a sample of n (N - 1) / (N - n) rows. The interval is not symmetric: its wider side counts.
 * @returns rows, rounded up; 0 where all rows were judged
 */
export function marginOf({ count, total, judged }: Estimate): number {
  if (judged >= total) return 0;
  if (judged === 0) return total;
  const share = Math.min(1, count / total);
  const rows = (judged * (total - 1)) / (total - judged);
  const spread = 1 + Z ** 2 / rows;
  const centre = (share + Z ** 2 / (2 * rows)) / spread;
  const half = (Z / spread) * Math.sqrt((share * (1 - share)) / rows + Z ** 2 / (4 * rows ** 2));
  return Math.ceil(Math.max(share - (centre - half), centre + half - share) * total);
}

/**
 * The margin of a sum of estimates of several types: their samples know nothing of each other, so the squares add up (Zou and Donner,
 * Statistics in Medicine 27 (2008) 1693-1702, for intervals such as Wilson's).
 */
export function marginOfSum(margins: readonly number[]): number {
  return Math.ceil(Math.sqrt(margins.reduce((sum, margin) => sum + margin ** 2, 0)));
}

/**
 * Counts in a sample as counts of all rows: in proportion, as whole numbers that sum to `total` (largest remainder). What is in the
 * sample at all keeps at least one row, because `total` is no smaller than the sample.
 */
export function scaled(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((all, count) => all + count, 0);
  if (sum === 0 || sum === total) return [...counts];
  const exact = counts.map((count) => (count * total) / sum);
  const whole = exact.map(Math.floor);
  const missing = total - whole.reduce((all, count) => all + count, 0);
  const byRemainder = exact
    .map((value, place) => ({ place, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.place - b.place);
  for (const { place } of byRemainder.slice(0, missing)) whole[place] = (whole[place] ?? 0) + 1;
  return whole;
}

/** A type whose rows were counted, or of which only `judged` were. */
export interface Counted {
  readonly count: number;
  readonly judged?: number;
}

/** By how many rows a part of a type's rows may be wrong; 0 where all of them were judged. */
export function marginIn({ count: total, judged }: Counted, count: number): number {
  return judged === undefined ? 0 : marginOf({ count, total, judged });
}

/** By how many rows a sum over several types may be wrong. @param countOf the rows of it that are a type's */
export function marginOver<T extends Counted>(types: readonly T[], countOf: (type: T) => number): number {
  // Most checks judge every row: then nothing is counted.
  const estimated = types.filter(({ judged }) => judged !== undefined);
  return marginOfSum(estimated.map((type) => marginIn(type, countOf(type))));
}

/** Of how many rows of how many all numbers are estimates; undefined where all rows were judged. */
export function sampleOf(types: readonly Counted[]): { readonly judged: number; readonly total: number } | undefined {
  if (types.every(({ judged }) => judged === undefined)) return undefined;
  return types.reduce(
    (sum, { count, judged }) => ({ judged: sum.judged + (judged ?? count), total: sum.total + count }),
    { judged: 0, total: 0 },
  );
}
