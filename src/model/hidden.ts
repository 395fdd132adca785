/** Rows that may be in the database and that a check does not see: what all views say of them. */
import type { GapKind, SourceReport } from './sources';
import { escapeUnsafe } from '../base/unsafeText';

/** Kinds of gaps of the source `postgres` that mean: rows may be missing from every number (`Hiding` of sql/hiding.ts). */
const KINDS: ReadonlySet<GapKind> = new Set(['row-security', 'view', 'other-server', 'other-schemas', 'not-known']);

/** The recommendation that is about the check itself. */
export const SEE_ALL_ROWS = 'see-all-rows';

/**
 * What may keep rows from a check, as one sentence without a full stop; null where it saw every row. Then a number may be too small, and
 * no view may say that there is nothing.
 */
export function hiddenRows(sources: readonly SourceReport[] | undefined): string | null {
  const gaps = (sources ?? []).filter(({ name }) => name === 'postgres').flatMap((source) => source.gaps ?? []);
  const says = [...new Set(gaps.filter(({ kind }) => KINDS.has(kind)).map((gap) => gap.says))];
  return says.length === 0 ? null : `Rows may be missing from every number: ${says.map(escapeUnsafe).join('; ')}`;
}
