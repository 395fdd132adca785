/** The library's save of a whole row as Django sends it (seen with Django 3.2 and psycopg2 on the model of celery-task-manager 1.11.4). */

/** In the order of the model, which is that of the statement. */
const COLUMNS = [
  'current_page',
  'total_pages',
  'attempts',
  'task_module',
  'task_name',
  'reverse_module',
  'reverse_name',
  'exception_module',
  'exception_name',
  'arguments',
  'status',
  'status_message',
  'task_id',
  'priority',
  'killed',
  'fixed',
  'last_run',
  'started_at',
  'created_at',
  'updated_at',
] as const;

export type SavedRow = Readonly<Record<string, unknown>> & { readonly id: number };

/** With the values in the text, as psycopg2 and psycopg 3 send it by default. */
export function librarySave(row: SavedRow, table = 'task_manager_taskmanager'): string {
  const sets = COLUMNS.map((name) => `"${name}" = ${literal(name, row[name])}`);
  return `UPDATE "${table}" SET ${sets.join(', ')} WHERE "${table}"."id" = ${String(row.id)}`;
}

/** With a parameter for each value, as psycopg 3 sends it with `server_side_binding`. */
export function boundSave(row: SavedRow, table = 'task_manager_taskmanager'): { text: string; values: unknown[] } {
  const sets = COLUMNS.map((name, index) => `"${name}" = $${String(index + 1)}`);
  const text = `UPDATE "${table}" SET ${sets.join(', ')} WHERE "${table}"."id" = $${String(COLUMNS.length + 1)}`;
  const values = COLUMNS.map((name) => (name === 'arguments' ? JSON.stringify(row[name]) : row[name]));
  return { text, values: [...values, row.id] };
}

function literal(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value).replaceAll(/([:,])(?=["{[\d])/g, '$1 ');
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return /_(at|run)$/.test(name) ? `${quoted}::timestamptz` : quoted;
}
