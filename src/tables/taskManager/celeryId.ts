import type { Snapshot } from '../../ports/database';
import type { TaskTable } from '../table';

/** Ids that one answer holds; more rows than that with one Celery id are a fault of their own. */
const MOST = 100;

/**
 * An index that PostgreSQL can use for `task_id = …`: valid, of all rows, and beginning with that column. A view and a foreign table have
 * none in this catalogue, whatever lies behind them.
 */
const INDEXED = `
  select exists (
    select from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam
           join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = $1::regclass and i.indisvalid and i.indpred is null and am.amname in ('btree', 'hash')
       and a.attname = 'task_id')::text as indexed`;

/** Whether a row is found by its Celery id without reading the table. @throws Problem */
export async function celeryIdIndexed(snapshot: Snapshot, table: TaskTable): Promise<boolean> {
  const [row] = await snapshot.query(INDEXED, [table.sql]);
  return row?.indexed === 'true';
}

/**
 * The rows with this Celery id: one statement, by an index where there is one.
 * @param celeryId not empty: rows whose message was never published have an empty one
 * @returns their ids, newest `last_run` first; null where this role cannot read the column, or the table has none
 * @throws Problem, `timeout` where the statement took longer than it may
 */
export async function rowsByCeleryId(
  snapshot: Snapshot,
  table: TaskTable,
  celeryId: string,
): Promise<readonly number[] | null> {
  const type = table.types.get('task_id');
  if (type === undefined) return null;
  // What no text of this database can be, or no value of the column, no row has.
  if (!table.text.fits(celeryId) || (type === 'uuid' && !UUID.test(celeryId))) return [];
  const rows = await snapshot.query(
    // Ordered outside: the planner could walk through an index on last_run instead, which is the whole table for an id that is not there.
    `select found.id::text as id from (select id, last_run from ${table.sql} where task_id = $1 offset '0') as found
      order by found.last_run desc, found.id desc limit ${String(MOST)}`,
    [celeryId],
  );
  return rows.map(({ id }) => Number(id));
}

const UUID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;
