import type { Origin } from './header';
import type { FixRow } from '../model/fix';

/** A row whose `updated_at` could be read: without it no script could tell whether the row moved. */
export type TimedRow = FixRow & { readonly updatedAt: string };

/** Where a script comes from, with the rows that are for it. */
export type TimedOrigin = Omit<Origin, 'rows'> & { readonly rows: readonly TimedRow[] };

/** What a script that changes status and `updated_at` compares and writes. */
export interface GuardedUpdate {
  readonly rows: readonly TimedRow[];
  /** `done`: rows as they were seen become DONE; `undo`: rows that `done` changed become what they were. */
  readonly direction: 'done' | 'undo';
  /** The `updated_at` that `done` writes: by it `undo` knows its rows. With all six digits. */
  readonly stamp: string;
}
