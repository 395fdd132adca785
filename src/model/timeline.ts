/** More bins than this no picture shows, and the Diagnosis should stay readable. */
export const MOST_BINS = 120;

/**
 * The oldest two in a hundred rows do not stretch the axis when all others fit into a quarter of it: they count in bin 0. What a person
 * looks for, the hours in which an incident happened, would else be one bar at the end of months.
 */
export const OLD_SHARE = 0.02;
export const NARROWER = 4;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Widths of a bin in seconds that people count in; the last covers a century. */
export const BIN_WIDTHS: readonly number[] = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2].map((days) => days * DAY),
  ...[1, 2, 4, 8, 16, 32, 64].map((weeks) => weeks * WEEK),
];

/** Bins of whole weeks begin on Mondays, as 1970-01-05 was; all others count from 1970-01-01. Seconds since 1970. */
const FIRST_MONDAY = 4 * DAY;

/** Where the bins of a width are counted from, in seconds since 1970. */
export function originOf(width: number): number {
  return width % WEEK === 0 ? FIRST_MONDAY : 0;
}

/** No timeline begins earlier; a row that is older counts in bin 0, so that one odd row does not squeeze all others into one bin. */
export const FIRST_BIN_SECONDS = Date.UTC(2000, 0) / 1000;

/** Says in which bin of the timeline a moment is, given as seconds since 1970: to the microsecond as the scan's SQL does. */
export function binOf({
  start,
  binSeconds,
  bins,
}: {
  readonly start: string;
  readonly binSeconds: number;
  readonly bins: number;
}): (seconds: number) => number {
  const first = Date.parse(start) / 1000;
  return (seconds) => Math.min(Math.max(Math.floor((seconds - first) / binSeconds), 0), bins - 1);
}
