import type { TaskType } from '../diagnosis/model';
import {
  VERDICTS,
  type Cause,
  type Confidence,
  type Reading,
  type Verdict,
  type Verification,
} from '../diagnosis/verification';
import { escapeUnsafe } from '../diagnosis/unsafeText';

/** A verdict as far as it is known of every row, also of those whose evidence was not kept. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
}

/** What each verdict means, for a person who meets the word. */
export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  waiting: 'its message is in a queue, and nobody has taken it',
  held: 'a worker took its message and does not run it yet',
  running: 'a worker reports that it runs',
  finished: 'it ran to its end, and the row was not updated',
  failed: 'it ran and failed, or Celery threw its message away',
  lost: 'it will never run by itself',
  unknown: 'the evidence cannot decide',
};

/** How many rows of one verdict, and what part of all that is. */
export interface VerdictShare {
  readonly verdict: Verdict;
  readonly count: number;
  /** `71 %`, `<1 %`, `>99 %`: 0 and 100 only where they are exact. */
  readonly percent: string;
  /** 0 to 1. */
  readonly share: number;
}

/** Most rows first; equal ones in the order in which verdicts are listed everywhere. */
export function verdictShares(counts: NonNullable<TaskType['verdicts']>): VerdictShare[] {
  const found = VERDICTS.map((verdict) => ({ verdict, count: counts[verdict] ?? 0 })).filter(({ count }) => count > 0);
  const all = found.reduce((sum, { count }) => sum + count, 0);
  return found
    .map(({ verdict, count }) => ({ verdict, count, share: count / all, percent: percentText(count / all) }))
    .sort((a, b) => b.count - a.count);
}

/** The verdicts of several task types added up; undefined where none was verified. */
export function sumVerdicts(types: readonly Pick<TaskType, 'verdicts'>[]): TaskType['verdicts'] {
  const sums: Partial<Record<Verdict, number>> = {};
  for (const { verdicts = {} } of types) {
    for (const verdict of VERDICTS) {
      const count = verdicts[verdict];
      if (count !== undefined) sums[verdict] = (sums[verdict] ?? 0) + count;
    }
  }
  return Object.keys(sums).length === 0 ? undefined : sums;
}

/** `71 %`, `<1 %`, `>99 %`: 0 and 100 only where they are exact. */
export function percentText(share: number): string {
  if (share === 0) return '0 %';
  const rounded = Math.round(share * 100);
  if (rounded === 0) return '<1 %';
  return rounded === 100 && share < 1 ? '>99 %' : `${String(rounded)} %`;
}

/** `lost (never-published, likely)`; how sure one is of not knowing is no news. */
export function outcomeText({ verdict, cause, confidence }: Outcome): string {
  const details = [cause, verdict === 'unknown' ? undefined : confidence].filter((word) => word !== undefined);
  return details.length === 0 ? verdict : `${verdict} (${details.join(', ')})`;
}

/** One reading that is left. */
export interface ReadingText {
  /** `or finished (lost-update)`: they are all that is left, so the first is "either", and one alone is "maybe". */
  readonly head: string;
  /** Without its full stop. */
  readonly why: string;
  /** `decided by the log of the worker` */
  readonly decidedBy: string;
  readonly verdict: Verdict;
}

/** The readings of a verification in words, in their order. */
export function readingTexts({ readings = [] }: Verification): ReadingText[] {
  return readings.map((reading, index) => ({
    head: `${conjunction(index, readings.length)} ${reading.verdict}${causeText(reading)}`,
    why: escapeUnsafe(reading.why.replace(/\.$/, '')),
    decidedBy: `decided by ${escapeUnsafe(reading.decidedBy.replace(/\.$/, ''))}`,
    verdict: reading.verdict,
  }));
}

function conjunction(index: number, all: number): string {
  if (all === 1) return 'maybe';
  return index === 0 ? 'either' : 'or';
}

function causeText({ cause }: Reading): string {
  return cause === undefined ? '' : ` (${cause})`;
}
