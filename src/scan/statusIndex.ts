import type { Snapshot } from './snapshot';
import type { TaskTable } from './table';

// One that is being built, or whose building failed, counts too: nobody needs a second one.
const STATUS_INDEX = `
  select exists (
    select from pg_index i left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = $1::regclass and (a.attname = 'status' or pg_get_expr(i.indpred, i.indrelid) like '%status%'))::text as found`;

/** Whether the table has an index that begins with the status, or holds rows of some statuses only. */
export async function hasStatusIndex(snapshot: Snapshot, table: TaskTable): Promise<boolean> {
  const [row] = await snapshot.query(STATUS_INDEX, [table.sql]);
  return row?.found === 'true';
}
