import type { Snapshot } from '../../ports/database';
import { isSafe } from '../../base/unsafeText';
import type { Snippet } from '../../model/diagnosis';
import { quoteLiteral } from '../../sql/identifiers';
import type { TaskTable } from '../table';
import { STATUSES } from './statuses';

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
export async function wantsScanIndex(snapshot: Snapshot, table: TaskTable): Promise<boolean> {
  const [row] = await snapshot.query(WANTS_INDEX, [table.sql]);
  return row?.wants === 'true';
}

/** Of the index, so that it is known as ours and found again. */
const SCAN_INDEX = 'celery_task_diagnostics_stuck';

/**
 * The partial index that spares a check the whole table, and what takes it away again; none where the table's name could steer the
 * terminal that it is pasted into. Its condition is word for word that of the scan, or the planner would not use it; with the ids in it
 * the table itself is not read at all (without them the planner goes on reading it all: measured).
 */
export function createScanIndex(table: Pick<TaskTable, 'sql'>): Snippet[] {
  const schema = /^("(?:[^"]|"")+")\./.exec(table.sql)?.[1];
  if (schema === undefined || !isSafe(table.sql)) return [];
  const finished = STATUSES.ended.map(quoteLiteral).join(', ');
  const create = [
    '-- Makes an index, on the primary. To be decided first. Not inside a transaction; the tasks go on meanwhile.',
    `CREATE INDEX CONCURRENTLY ${SCAN_INDEX}`,
    `  ON ${table.sql} (status, task_module, task_name, last_run DESC) INCLUDE (id)`,
    `  WHERE status NOT IN (${finished});`,
  ];
  const drop = [
    '-- Takes that index away again, also one whose making failed. Not inside a transaction.',
    `DROP INDEX CONCURRENTLY ${schema}.${SCAN_INDEX};`,
  ];
  return [
    { language: 'sql', title: 'Copy the statement that creates the index', text: create.join('\n') },
    { language: 'sql', title: 'Copy the statement that drops the index', text: drop.join('\n') },
  ];
}
