import type { TimedRow } from './update';
import { pythonLiteral } from './pythonText';
import { remembered } from '../base/memoize';
import { exactTime } from './times';

/** A list of `(id, status, updated_at)`, one a line: all constants, which Python keeps as such. */
export function pythonRows(rows: readonly TimedRow[]): string {
  const status = remembered(pythonLiteral);
  const lines = rows.map((row) => `    (${String(row.id)}, ${status(row.status)}, '${exactTime(row.updatedAt)}'),\n`);
  return `[\n${lines.join('')}]`;
}
