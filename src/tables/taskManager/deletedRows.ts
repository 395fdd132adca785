import type { Snapshot } from '../../ports/database';
import type { TaskTable } from '../table';

/** Ids a query. */
const BATCH = 20_000;

/** Rows younger than the snapshot are not missing from it: their ids are above all that it has. */
const MISSING = (table: TaskTable): string => `
  select count(*)::text as missing from unnest($1::bigint[]) as wanted(id)
   where id <= (select max(id) from ${table.sql}) and not exists (select from ${table.sql} as task where task.id = wanted.id)`;

/**
 * How many of these rows do not exist: their messages are still on their way, and would make new rows.
 * An id that no row can have, or that is above all ids of the snapshot, does not count.
 * @throws Problem
 */
export async function countMissing(snapshot: Snapshot, table: TaskTable, ids: readonly number[]): Promise<number> {
  const wanted = [...new Set(ids)].filter((id) => Number.isSafeInteger(id) && id > 0);
  let missing = 0;
  for (let start = 0; start < wanted.length; start += BATCH) {
    const [row] = await snapshot.query(MISSING(table), [wanted.slice(start, start + BATCH)]);
    missing += Number(row?.missing);
  }
  return missing;
}
