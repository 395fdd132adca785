import type { Snapshot } from '../ports/database';
import type { TaskTable } from './table';

/** What a small table gets of the time that a statement may take at most. */
const SMALL_SHARE = 0.1;
/** From here on a table gets all of it: a cold one of 10 million rows (4 GB) needs a minute or two, and a busy disk doubles that. */
const LARGE_BYTES = 4e9;
/** No less than this, where the setting allows it: a server in trouble takes seconds to begin. */
const LEAST_MS = 10_000;

/**
 * How long one statement over a table may take. By default (300 s at most) that is 30 s for a small table, 97 s for one of 1 GB; who
 * raises the setting raises all of them.
 * @param bytes size of the rows on disk; null where it is not known (a view, a foreign table)
 * @param mostMs what the user's setting allows
 */
export function statementBudget(bytes: number | null, mostMs: number): number {
  if (bytes === null) return mostMs;
  const share = Math.min(1, SMALL_SHARE + (1 - SMALL_SHARE) * (bytes / LARGE_BYTES));
  return Math.min(mostMs, Math.max(LEAST_MS, Math.round(mostMs * share)));
}

/** From now on a statement may take as long as fits this table. Where its size is unknown, it may take as long as the setting allows. */
export async function limitToTable(snapshot: Snapshot, { bytes }: Pick<TaskTable, 'bytes'>): Promise<void> {
  await snapshot.limitTime?.((mostMs) => statementBudget(bytes === 0 ? null : bytes, mostMs));
}

/** From now on a statement may take as long as the setting allows. */
export async function withoutLimit(snapshot: Snapshot): Promise<void> {
  await snapshot.limitTime?.((mostMs) => mostMs);
}
