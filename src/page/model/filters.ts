import type { Cause, Verdict } from '../../model/verdict';

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
