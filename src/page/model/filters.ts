import type { DiagnosisHead } from '../../report/panelMessages';
import { CAUSES, VERDICTS, type Cause, type Verdict } from '../../model/verdict';

/** Bins of the Diagnosis's timeline, both ends within. */
export interface BinRange {
  readonly from: number;
  readonly to: number;
}

/** What the person narrowed the report down to. All of it holds at once. */
export interface Filters {
  /** Words of `module.name`, in any order and case. */
  readonly text: string;
  readonly verdict: Verdict | null;
  /** `none`: outcomes without a cause. */
  readonly cause: Cause | 'none' | null;
  readonly range: BinRange | null;
  /** The rows of one recommendation: its id, which means the same in the next Diagnosis too. */
  readonly recommendation: string | null;
}

export const NO_FILTERS: Filters = { text: '', verdict: null, cause: null, range: null, recommendation: null };

export function isFiltered(filters: Filters): boolean {
  return (
    filters.text.trim() !== '' ||
    filters.verdict !== null ||
    filters.cause !== null ||
    filters.range !== null ||
    filters.recommendation !== null
  );
}

/** The verdicts that stuck rows have, in the order in which verdicts are listed everywhere. */
export function verdictsOf({ taskTypes }: DiagnosisHead): Verdict[] {
  return VERDICTS.filter((verdict) => taskTypes.some(({ verdicts }) => (verdicts?.[verdict] ?? 0) > 0));
}

/** The causes that stuck rows have; `none` where some have no cause. */
export function causesOf({ taskTypes }: DiagnosisHead): (Cause | 'none')[] {
  const found = new Set<Cause | 'none'>();
  for (const { outcomes = [] } of taskTypes)
    for (const { cause = 'none', count } of outcomes) if (count > 0) found.add(cause);
  return [...CAUSES, 'none' as const].filter((cause) => found.has(cause));
}
