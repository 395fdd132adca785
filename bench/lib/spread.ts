/** The median of some takes and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly takes: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  return { median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN, takes: sorted.length };
}

/** `146 ms (141-160)` */
export function milliseconds({ median, min, max }: Spread): string {
  const digits = median < 10 ? 1 : 0;
  return `${median.toFixed(digits)} ms (${min.toFixed(digits)}-${max.toFixed(digits)})`;
}

/** One take of each in turn, so that what else the machine does meets all of them. */
export type Takes = Readonly<Record<string, () => Promise<number>>>;

/**
 * Warms up by one take of each, then takes `runs` rounds; every second one in the opposite order.
 * @returns the takes of each in their order, in what the takes return
 */
export async function interleaved<T extends Takes>(runs: number, takes: T): Promise<Record<keyof T, number[]>> {
  const names = Object.keys(takes) as (keyof T & string)[];
  const found = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<keyof T, number[]>;
  for (const name of names) await takes[name]?.();
  for (let round = 0; round < runs; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) found[name].push((await takes[name]?.()) ?? NaN);
  }
  return found;
}

/** Of two lists of takes, round by round: what the medians say, and how far single rounds lie apart. */
export function ratio(ours: readonly number[], floor: readonly number[]): Spread {
  const rounds = spread(ours.map((each, round) => each / (floor[round] ?? NaN)));
  return { ...rounds, median: spread(ours).median / spread(floor).median };
}

/** How long something took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
