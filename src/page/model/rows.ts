import type { RowDetails } from '../../model/diagnosis';
import { count, number } from '../../base/numbers';
import type { Outcome } from '../../model/verdict';

/** A row of a type, and its place in the Diagnosis, which the log counts by. */
export interface PlacedRow {
  readonly sample: RowDetails;
  readonly place: number;
}

/** The rows within the filters, in their order. */
export function rowsWithin(rows: readonly RowDetails[], isWithin: (row: RowDetails) => boolean): PlacedRow[] {
  return rows.map((sample, place) => ({ sample, place })).filter(({ sample }) => isWithin(sample));
}

/** How many of a type's samples the filters leave; null where they leave all. */
export function withinText(shown: number, all: number): string | null {
  if (shown === all) return null;
  if (shown === 0) return 'None of the samples is within the filters.';
  return `${number(shown)} of ${count(all, 'sample')} ${shown === 1 ? 'is' : 'are'} within the filters; the rest is hidden.`;
}

/**
 * A row that was judged so; null where none is here, or where two outcomes differ only in what no row tells (whether another row followed
 * it).
 */
export function rowOf(outcome: Outcome, outcomes: readonly Outcome[], rows: readonly RowDetails[]): RowDetails | null {
  if (outcomes.filter((other) => alike(other, outcome)).length !== 1) return null;
  return rows.find(({ verification }) => verification && alike(verification, outcome)) ?? null;
}

function alike(one: Outcome, other: Outcome): boolean {
  return one.verdict === other.verdict && one.cause === other.cause && one.confidence === other.confidence;
}
