import type { AlikeRows } from '../../model/facts';
import type { Seconds, StuckRow } from '../../model/stuckRow';
import type { Snapshot } from '../../ports/database';
import type { TaskTable } from '../table';

const ALIKE = (table: TaskTable): string => `
  select count(*)::text as rows, (count(*) filter (where last_run > to_timestamp($5::float8)))::text as younger
    from ${table.sql}
   where task_module = $1 and task_name = $2 and status = $3 and last_run <= now() - $4::float8 * interval '1 second'`;

/**
 * Counts the rows of a row's type and status, in one pass over the table where no index serves.
 * @param least how long ago they were run last at least
 * @returns undefined where the names cannot be asked for @throws Problem
 */
export async function countAlike(
  snapshot: Snapshot,
  table: TaskTable,
  { taskModule, taskName, status, lastRun }: StuckRow,
  least: Seconds,
): Promise<AlikeRows | undefined> {
  if (!table.text.fits(taskModule + taskName + status)) return undefined;
  const [row] = await snapshot.query(ALIKE(table), [taskModule, taskName, status, least, lastRun]);
  return { rows: Number(row?.rows ?? 0), younger: Number(row?.younger ?? 0) };
}
