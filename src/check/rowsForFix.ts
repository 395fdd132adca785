import { canCompareTwins, findTwins } from '../tables/taskManager/twins';
import type { FixRow } from '../model/fix';
import { readFixRows, type FixRows } from '../tables/taskManager/fixRows';
import { type JudgedRow } from '../model/judgedRow';
import { hidesOwnRows } from '../sql/hiding';
import { attempt } from '../sql/savepoint';
import type { Snapshot } from '../ports/database';
import { wantsStatusIndex } from '../tables/taskManager/statusIndex';
import { findTable, type TaskTable } from '../tables/taskManager/table';

/** Rows that were read again, and what a script has to know of their table. */
export interface RowsForFix extends FixRows {
  /** Quoted and schema-qualified. */
  readonly table: string;
  /** Whether the index that makes checks fast can be made on it, and is not there. */
  readonly wantsIndex: boolean;
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
  const { rows, moved } = await readFixRows(snapshot, table, judged);
  const index = await attempt(snapshot, () => wantsStatusIndex(snapshot, table));
  return {
    table: table.sql,
    wantsIndex: 'value' in index && index.value,
    rows: await withTwins(snapshot, table, rows),
    moved,
  };
}

async function withTwins(snapshot: Snapshot, table: TaskTable, rows: readonly FixRow[]): Promise<readonly FixRow[]> {
  const lost = rows.filter(({ verdict, twin }) => verdict === 'lost' && !twin).map(({ id }) => id);
  if (lost.length === 0) return rows;
  // A twin may be among the rows that this role does not see.
  const comparable = !hidesOwnRows(table) && (await canCompareTwins(snapshot, table));
  const found = comparable ? await attempt(snapshot, () => findTwins(snapshot, table, lost)) : undefined;
  const twins = found && 'value' in found ? found.value : undefined;
  return rows.map((row) => {
    if (row.verdict !== 'lost' || row.twin) return row;
    if (!twins) return { ...row, twinUnknown: true };
    return twins.has(row.id) ? { ...row, twin: true } : row;
  });
}
