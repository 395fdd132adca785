import type { Snapshot } from '../../ports/database';
import { FIRST_TIME } from '../../sql/times';
import type { RowsPage, TaskTable } from '../table';

/** The ids of the next rows of a task type, newest first. Costs one pass over the table, which has no index to help. @throws Problem */
export async function readPageIds(snapshot: Snapshot, table: TaskTable, request: RowsPage): Promise<number[]> {
  const { type, statuses, olderThan, size, after } = request;
  const keys = after ? [after.lastRun, after.id] : [];
  const bounds = [type.taskModule, type.taskName, statuses, olderThan, size];
  const rows = await snapshot.query(pageQuery(table, after !== undefined), [...bounds, ...keys]);
  return rows.map((row) => Number(row.id));
}

/**
 * The next page of one task type, by key and not by offset: a page deep down costs what the first one does.
 * `task.id`, because a bare `id` in ORDER BY is the text that this query gives out: '8' after '56'.
 * $1 module, $2 name, $3 statuses, $4 older than, $5 page size; with `after` also $6 last_run and $7 id of the last row shown.
 */
function pageQuery(table: TaskTable, after: boolean): string {
  // As it was shown: the time of the last row of a page may be an end of the calendar.
  const shown = `greatest(task.last_run, ${FIRST_TIME})`;
  const beyond = after ? `and (${shown}, task.id) < ($6::text::timestamptz, $7::bigint)` : '';
  return `
  select task.id::text from ${table.sql} as task
   where task_module = $1 and task_name = $2 and status = any($3::text[]) and last_run <= $4::text::timestamptz ${beyond}
   order by ${shown} desc, task.id desc limit $5::int`;
}
