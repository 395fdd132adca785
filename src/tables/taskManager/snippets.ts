import { isSafe } from '../../base/unsafeText';
import type { Snippet } from '../../model/diagnosis';
import type { TaskTable } from '../table';

/** What a person wants to see of a row, in this order; releases differ in which they have. */
const SHOWN = ['id', 'task_module', 'task_name', 'status', 'task_id', 'status_message', 'attempts', 'last_run'];

/**
 * A query that shows these rows, by primary key; none where there are no ids or where the table's name could steer the terminal that it is
 * pasted into.
 */
export function rowsQuery(table: Pick<TaskTable, 'sql' | 'columns'>, ids: readonly number[]): Snippet[] {
  const columns = SHOWN.filter((column) => table.columns.has(column));
  const text = `select ${columns.join(', ')}\n  from ${table.sql}\n where id in (${ids.join(', ')})\n order by id;`;
  const title = ids.length === 1 ? 'Copy the query for an example row' : 'Copy the query for example rows';
  return ids.length === 0 || !isSafe(table.sql) ? [] : [{ language: 'sql', title, text }];
}
