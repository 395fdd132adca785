import { marginOver, type Counted } from '../model/estimate';
import type { TaskType } from '../model/diagnosis';
import { number } from '../base/numbers';
import { VERDICTS, type Outcome, type Reading, type Verdict, type Verification } from '../model/verdict';
import { escapeUnsafe } from '../base/unsafeText';
import { withoutFullStop } from '../base/sentences';

/** What each verdict means, for a person who meets the word. */
export const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  waiting: 'queued; no worker has picked it up',
  held: 'picked up by a worker, not started',
  running: 'a worker or a PostgreSQL session is working on it',
  finished: "completed, but its row doesn't show it",
  failed: 'ran and failed, or Celery discarded its message',
  lost: "won't run unless it is dispatched again",
  unknown: 'not enough evidence',
};

/** How many rows of one verdict, and what part of all that is. */
export interface VerdictShare {
  readonly verdict: Verdict;
  readonly count: number;
  /** `45,952`, of an estimate `≈ 45,952`. */
  readonly rows: string;
  /** `71%`, `<1%`, `>99%`: 0 and 100 only where they are exact. Of an estimate `≈ 71% ± 1.2`. */
  readonly percent: string;
  /** 0 to 1. */
  readonly share: number;
  readonly estimated: boolean;
}

/** By how many rows the number of each verdict may be wrong; empty where all rows were judged. */
export type VerdictMargins = Readonly<Partial<Record<Verdict, number>>>;

/** Those of the sums over some types. */
export function verdictMargins(types: readonly (Counted & Pick<TaskType, 'verdicts'>)[]): VerdictMargins {
  if (types.every(({ judged }) => judged === undefined)) return {};
  return Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, marginOver(types, ({ verdicts }) => verdicts?.[verdict] ?? 0)]),
  );
}

/** Most rows first; equal ones in the order in which verdicts are listed everywhere. */
export function verdictShares(counts: NonNullable<TaskType['verdicts']>, margins: VerdictMargins = {}): VerdictShare[] {
  const found = VERDICTS.map((verdict) => ({ verdict, count: counts[verdict] ?? 0 })).filter(({ count }) => count > 0);
  const all = found.reduce((sum, { count }) => sum + count, 0);
  return found
    .map(({ verdict, count }) => {
      const margin = margins[verdict] ?? 0;
      const percent = percentText(count / all, margin / all);
      return { verdict, count, rows: rowsText(count, margin), share: count / all, estimated: margin > 0, percent };
    })
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

/** `45,952`, of an estimate `≈ 45,952`. */
export function rowsText(count: number, margin: number): string {
  return `${margin > 0 ? '≈ ' : ''}${number(count)}`;
}

/** `71%`, `<1%`, `>99%`: 0 and 100 only where they are exact. @param margin of an estimate, 0 to 1: `≈ 71% ± 1.2` */
export function percentText(share: number, margin = 0): string {
  if (margin > 0) return `≈ ${percentText(share)} ± ${(margin * 100).toFixed(1)}`;
  if (share === 0) return '0%';
  const rounded = Math.round(share * 100);
  if (rounded === 0) return '<1%';
  return rounded === 100 && share < 1 ? '>99%' : `${String(rounded)}%`;
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
  /** `to settle it: the worker's log` */
  readonly decidedBy: string;
  readonly verdict: Verdict;
}

/** The readings of a verification in words, in their order. */
export function readingTexts({ readings = [] }: Verification): ReadingText[] {
  return readings.map((reading, index) => ({
    head: `${conjunction(index, readings.length)} ${reading.verdict}${causeText(reading)}`,
    why: escapeUnsafe(withoutFullStop(reading.why)),
    decidedBy: `to settle it: ${escapeUnsafe(withoutFullStop(reading.decidedBy))}`,
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
