import type { RowDetails } from '../../model/diagnosis';
import { count } from '../../base/numbers';
import type { Outcome } from '../../model/verdict';

/** A row of a type, and its place in the Diagnosis, which the log counts by. */
export interface PlacedRow {
  readonly sample: RowDetails;
  readonly place: number;
  readonly within: boolean;
}

/** The rows within the filters first, else in their order. */
export function withinFirst(rows: readonly RowDetails[], isWithin: (row: RowDetails) => boolean): PlacedRow[] {
  const placed = rows.map((sample, place) => ({ sample, place, within: isWithin(sample) }));
  return [...placed.filter(({ within }) => within), ...placed.filter(({ within }) => !within)];
}

/** How many samples the filters leave; null where they leave all. */
export function withinText(samples: readonly PlacedRow[], examples: readonly PlacedRow[]): string | null {
  const inside = samples.filter(({ within }) => within).length;
  if (inside === samples.length) return null;
  if (inside > 0)
    return `${inside} of the newest ${count(samples.length, 'sample')} ${are(inside)} within the filters.`;
  const none =
    samples.length === 1
      ? 'The newest sample is not within the filters'
      : `None of the newest ${count(samples.length, 'sample')} is within the filters`;
  const found = examples.filter(({ within }) => within).length;
  return found === 0 ? `${none}.` : `${none}; ${found} of the examples below ${are(found)}.`;
}

function are(rows: number): 'is' | 'are' {
  return rows === 1 ? 'is' : 'are';
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
