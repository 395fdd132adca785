import { taskTypeName, type RowDetails, type TaskType } from '../../model/diagnosis';
import { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { redactData } from '../../base/redact';
import { readSamples } from './samples';
import type { Snapshot } from '../../ports/database';
import { pageQuery, SCAN_SETTINGS, type PageStart } from './sql';
import { findTable } from './table';

export interface PageRequest {
  readonly table: string;
  readonly type: Pick<TaskType, 'taskModule' | 'taskName'>;
  readonly statuses: readonly string[];
  /** The bound of the check that is being browsed, so that pages belong to its rows. */
  readonly olderThan: string;
  /** The last row already shown; absent for the first page. */
  readonly after?: PageStart;
  readonly size: number;
  readonly maskedKeys: readonly string[];
}

/**
 * Reads the next samples of one task type, newest first. Costs one pass over the table (it has no index to help), in a
 * snapshot of its own: rows that moved since the check are not in it.
 * @throws Problem
 */
export async function readPage(snapshot: Snapshot, request: PageRequest): Promise<RowDetails[]> {
  const table = await findTable(snapshot, request.table);
  await snapshot.query(SCAN_SETTINGS);
  const { type, after } = request;
  if (!table.text.fits(type.taskModule + type.taskName))
    throw new Problem(
      'invalid',
      `More rows of ${escapeUnsafe(taskTypeName(type))} cannot be asked for, because its name is not valid text in the encoding of this database: look at them with SQL.`,
    );
  const keys = after ? [after.lastRun, after.id] : [];
  const bounds = [type.taskModule, type.taskName, request.statuses, request.olderThan, request.size];
  const rows = await snapshot.query(pageQuery(table, after !== undefined), [...bounds, ...keys]);
  const ids = rows.map((row) => Number(row.id));
  const samples = await readSamples(snapshot, table, ids, request.maskedKeys);
  return redactData(ids.map((id) => samples.get(id)).filter((sample) => sample !== undefined));
}
