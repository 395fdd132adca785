import type { Snapshot } from '../../ports/database';
import type { TaskTable } from './table';

// An index that is being built, or whose building failed, counts too: nobody needs a second one. A view has none, and one on a
// partitioned table cannot be made concurrently (PostgreSQL manual, CREATE INDEX).
const WANTS_INDEX = `
  select (relkind in ('r', 'm') and not exists (
    select from pg_index i left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = c.oid and (a.attname = 'status' or pg_get_expr(i.indpred, i.indrelid) like '%status%')))::text as wants
    from pg_class c where c.oid = $1::regclass`;

/**
 * Whether the partial index of `createScanIndex` can be made on this table and would be the first that begins with the status or holds
 * rows of some statuses only.
 */
export async function wantsStatusIndex(snapshot: Snapshot, table: TaskTable): Promise<boolean> {
  const [row] = await snapshot.query(WANTS_INDEX, [table.sql]);
  return row?.wants === 'true';
}
