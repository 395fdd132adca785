import type { OutcomeCount } from '../model/diagnosis';
import { CAUSES, VERDICTS, type Cause, type Confidence, type Verdict } from '../model/verdict';

/** Judged rows of one task type that were found alike, and when they stopped. */
export interface OutcomeCounter {
  readonly verdict: Verdict;
  readonly cause: Cause | undefined;
  readonly confidence: Confidence;
  readonly twin: boolean;
  count: number;
  /** Rows by the bin of their `lastRun`. */
  readonly lastRuns: Record<number, number>;
}

const CONFIDENCES: readonly Confidence[] = ['proven', 'likely', 'possible'];

/** The outcomes of one task type, most rows first; equal ones in the order in which verdicts and causes are listed everywhere. */
export function outcomesOf(counters: readonly OutcomeCounter[]): OutcomeCount[] {
  return [...counters]
    .sort((a, b) => b.count - a.count || compare(placesOf(a), placesOf(b)))
    .map(({ verdict, cause, confidence, twin, count, lastRuns }) => ({
      verdict,
      ...(cause === undefined ? {} : { cause }),
      confidence,
      ...(twin ? { twin } : {}),
      count,
      lastRuns,
    }));
}

/** Rows by verdict. */
export function verdictsOf(
  counters: readonly Pick<OutcomeCounter, 'verdict' | 'count'>[],
): Partial<Record<Verdict, number>> {
  const sums: Partial<Record<Verdict, number>> = {};
  for (const { verdict, count } of counters) sums[verdict] = (sums[verdict] ?? 0) + count;
  return sums;
}

function placesOf({ verdict, cause, confidence, twin }: OutcomeCounter): number[] {
  // An outcome without a cause comes last.
  const named = cause === undefined ? CAUSES.length : CAUSES.indexOf(cause);
  return [VERDICTS.indexOf(verdict), named, CONFIDENCES.indexOf(confidence), Number(twin)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differs = a.findIndex((place, index) => place !== b[index]);
  return differs === -1 ? 0 : (a[differs] ?? 0) - (b[differs] ?? 0);
}
