import { taskTypeName, type RowDetails } from '../model/diagnosis';
import { Problem } from '../base/problem';
import { escapeUnsafe } from '../base/unsafeText';
import { redactData } from '../base/redact';
import type { Snapshot } from '../ports/database';
import { SCAN_SETTINGS } from './settings';
import { findTable } from './findTable';
import type { RowsPage } from './table';

export interface PageRequest extends RowsPage {
  readonly table: string;
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
  const { type } = request;
  if (!table.text.fits(type.taskModule + type.taskName))
    throw new Problem(
      'invalid',
      `More rows of ${escapeUnsafe(taskTypeName(type))} cannot be asked for, because its name is not valid text in the encoding of this database: look at them with SQL.`,
    );
  const ids = await table.kind.page(snapshot, table, request);
  const samples = await table.kind.samples(snapshot, table, ids, request.maskedKeys);
  return redactData(ids.map((id) => samples.get(id)).filter((sample) => sample !== undefined));
}

/** Reads rows by their ids, in that order; one that is gone is left out. @throws Problem */
export async function readRows(
  snapshot: Snapshot,
  { ids, table: name, maskedKeys }: { readonly ids: readonly number[] } & Pick<PageRequest, 'table' | 'maskedKeys'>,
): Promise<RowDetails[]> {
  const table = await findTable(snapshot, name);
  const rows = await table.kind.samples(snapshot, table, ids, maskedKeys);
  return redactData(ids.map((id) => rows.get(id)).filter((row) => row !== undefined));
}
