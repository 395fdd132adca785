import type { Seconds } from './stuckRow';
import type { Cause } from './verdict';
import type { Confidence } from './verdict';
import type { Verdict } from './verdict';

/** What was found of a row, as far as a fix depends on it. */
export interface JudgedAs {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  /** Another row with the same task and arguments was made within a day: it may have got the work of this one. */
  readonly twin?: true;
  /** When it resolves by itself, where that is known. */
  readonly resolvesAt?: Seconds;
}

/** What a check kept of a row that it judged. */
export interface JudgedRow {
  readonly id: number;
  readonly verdict: Verdict;
  readonly cause?: Cause;
  readonly confidence: Confidence;
  readonly twin?: true;
  /** When it resolves by itself, where that is known. */
  readonly resolvesAt?: Seconds;
  readonly status: string;
  /** As it was judged (`StuckRow`): exact to the microsecond; null where the column cannot be read. */
  readonly updatedAt: Seconds | null;
}
