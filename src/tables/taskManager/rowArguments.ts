import { attempt } from '../../sql/savepoint';
import type { Snapshot } from '../../ports/database';
import { asJsonb } from '../../sql/jsonb';
import type { TaskTable } from '../table';
import { marksOf, type ArgumentMarks } from '../../base/argumentMarks';

/** Longer arguments are not compared: they would be most of what a check receives. */
const MOST_BYTES = 8192;

/**
 * The marks of the arguments of some rows, by primary key in one statement. The values are forgotten at once.
 * @returns by row id; null where they cannot be read, or are too long
 * @throws Problem when the snapshot came to its end
 */
export async function readRowArguments(
  snapshot: Snapshot,
  table: TaskTable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ArgumentMarks | null>> {
  const marks = new Map<number, ArgumentMarks | null>(ids.map((id) => [id, null]));
  const json = table.columns.has('arguments') ? asJsonb('arguments', table.types.get('arguments')) : undefined;
  if (ids.length === 0 || json === undefined) return marks;
  const text = `case when pg_column_size(arguments) <= ${String(MOST_BYTES)} then (${json})::text end`;
  const answer = await attempt(snapshot, () =>
    snapshot.query(
      `select id::text as id, case when octet_length(text) <= ${String(MOST_BYTES)} then text end as arguments
         from (select id, ${text} as text from ${table.sql} where id = any($1::bigint[]) offset '0') as row`,
      [ids],
    ),
  );
  if ('error' in answer) return marks;
  for (const row of answer.value) marks.set(Number(row.id), marksOfRow(row.arguments));
  return marks;
}

/** @param text `{"args": [...], "kwargs": {...}}`, or in the older shape the keyword arguments alone */
function marksOfRow(text: string | null | undefined): ArgumentMarks | null {
  if (text == null) return null;
  const value = JSON.parse(text) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { args, kwargs } = value as { args?: unknown; kwargs?: unknown };
  return args === undefined && kwargs === undefined ? marksOf([], value) : marksOf(args ?? [], kwargs ?? {});
}
