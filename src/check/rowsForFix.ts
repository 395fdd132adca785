import type { Snippet } from '../model/diagnosis';
import type { FixRow } from '../model/fix';
import { type JudgedRow } from '../model/judgedRow';
import { hidesOwnRows } from '../sql/hiding';
import { attempt } from '../sql/savepoint';
import type { Snapshot } from '../ports/database';
import { findTable } from '../tables/findTable';
import type { FixRows, TaskTable } from '../tables/table';

/** Rows that were read again, and what a script has to know of their table. */
export interface RowsForFix extends FixRows {
  /** Quoted and schema-qualified. */
  readonly table: string;
  /** Statements that make and drop the index which makes checks fast; absent where it cannot be made, or is there. */
  readonly index?: readonly Snippet[];
}

/**
 * Reads judged rows again, to write a fix for those that did not change. The check looked for twins of some rows only (shown rows, and a
 * limited number of rows that were never published), and a twin may be newer than the check: here every lost row is compared.
 * @param name of the table, as the user wrote it
 * @throws Problem
 */
export async function readRowsForFix(
  snapshot: Snapshot,
  name: string,
  judged: Iterable<JudgedRow>,
): Promise<RowsForFix> {
  const table = await findTable(snapshot, name);
  const { rows, moved } = await table.kind.again(snapshot, table, judged);
  const { scanIndex } = table.kind.extras;
  const wanted = scanIndex ? await attempt(snapshot, () => scanIndex.wanted(snapshot, table)) : undefined;
  return {
    table: table.sql,
    ...(scanIndex && wanted && 'value' in wanted && wanted.value ? { index: scanIndex.snippets(table) } : {}),
    rows: await withTwins(snapshot, table, rows),
    moved,
  };
}

async function withTwins(snapshot: Snapshot, table: TaskTable, rows: readonly FixRow[]): Promise<readonly FixRow[]> {
  const lost = rows.filter(({ verdict, twin }) => verdict === 'lost' && !twin).map(({ id }) => id);
  if (lost.length === 0) return rows;
  // A twin may be among the rows that this role does not see.
  const questions = table.kind.extras.twins;
  const comparable = questions !== undefined && !hidesOwnRows(table) && (await questions.comparable(snapshot, table));
  const found = comparable ? await attempt(snapshot, () => questions.find(snapshot, table, lost)) : undefined;
  const twins = found && 'value' in found ? found.value : undefined;
  return rows.map((row) => {
    if (row.verdict !== 'lost' || row.twin) return row;
    if (!twins) return { ...row, twinUnknown: true };
    return twins.has(row.id) ? { ...row, twin: true } : row;
  });
}
