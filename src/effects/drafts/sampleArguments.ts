import { quoteIdentifier } from '../../sql/identifiers';
import { asJsonb } from '../../sql/jsonb';
import { attempt } from '../../sql/savepoint';
import type { Snapshot } from '../../ports/database';
import type { TaskTable } from '../../tables/table';

/** Longer arguments are not read: the short ones have the names too. */
const MOST_BYTES = 8192;

/**
 * The arguments of some tasks, by primary key in one statement.
 * @returns those that can be read, in no order; the caller keeps none of their values
 * @throws Problem when the snapshot itself failed
 */
export async function sampleArguments(
  snapshot: Snapshot,
  table: TaskTable,
  ids: readonly number[],
): Promise<unknown[]> {
  const { id, arguments: given } = table.kind.columns;
  if (given === undefined || ids.length === 0 || !table.columns.has(given)) return [];
  const name = quoteIdentifier(given);
  const json = asJsonb(name, table.types.get(given), table.text.anyCharacter);
  if (json === undefined) return [];
  const text = `case when pg_column_size(${name}) <= ${String(MOST_BYTES)} then (${json})::text end`;
  const answer = await attempt(snapshot, () =>
    snapshot.query(
      `select case when octet_length(text) <= ${String(MOST_BYTES)} then ${table.text.send('text')} end as arguments
         from (select ${text} as text from ${table.sql} where ${quoteIdentifier(id)} = any($1::bigint[]) offset 0) as row`,
      [ids],
    ),
  );
  if ('error' in answer) return [];
  return answer.value.flatMap((row) => {
    try {
      return row.arguments == null ? [] : [JSON.parse(table.text.read(row.arguments)) as unknown];
    } catch {
      return [];
    }
  });
}
