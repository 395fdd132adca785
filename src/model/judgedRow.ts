import type { Seconds } from './stuckRow';
import type { Outcome } from './verdict';

/** What a check found of a row, as far as a later fix depends on it. */
export interface RowOutcome extends Outcome {
  /** Another row with the same task and arguments was made within a day: it may have done the work of this one. */
  readonly twin?: true;
  /** The queue that its message was seen in, or was taken from. */
  readonly queue?: string;
  /** When the row resolves by itself, where that is known. */
  readonly resolvesAt?: Seconds;
}

/** What a check kept of a row that it judged. */
export interface JudgedRow extends RowOutcome {
  readonly id: number;
  readonly status: string;
  /** As it was judged (`StuckRow`): exact to the microsecond; null where the column cannot be read. */
  readonly updatedAt: Seconds | null;
}
