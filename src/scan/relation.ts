import { quoteIdentifier } from './identifiers';
import { attempt, isForbidden } from './savepoint';
import type { Snapshot } from './snapshot';
import { textForm, type TextForm } from './textForm';

/** A table or view other than the task-manager's, as far as this role may know it. */
export interface Relation {
  /** Quoted and schema-qualified: goes into SQL as it is. */
  readonly sql: string;
  /** Type by column, of all columns, without length: `character varying`. A domain counts as what it stands for. */
  readonly types: ReadonlyMap<string, string>;
  /** Columns that this role may read. */
  readonly readable: ReadonlySet<string>;
  /** How its texts travel. */
  readonly text: TextForm;
}

const FIND_RELATION = `
  select n.nspname as schema, c.relname as name, a.attname as column,
         format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), null) as type, getdatabaseencoding() as encoding,
         (has_schema_privilege(n.oid, 'usage') and has_column_privilege(a.attrelid, a.attnum, 'select'))::text as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
   where c.oid = to_regclass($1) and c.relkind in ('r', 'p', 'v', 'm', 'f')`;

/**
 * Looks a table up that may not be there.
 * @param quotedName as parseTableName gives it; without a schema the search path decides
 * @throws Problem when the snapshot itself failed
 */
export async function findRelation(
  snapshot: Snapshot,
  quotedName: string,
): Promise<Relation | 'missing' | 'forbidden'> {
  // to_regclass fails instead of saying null in a schema that this role may not use.
  const found = await attempt(snapshot, () => snapshot.query(FIND_RELATION, [quotedName]));
  if ('error' in found) {
    if (isForbidden(found.error)) return 'forbidden';
    throw found.error;
  }
  const [first] = found.value;
  if (!first) return 'missing';
  const columns = found.value.map((row) => ({ name: row.column ?? '', type: row.type ?? '', readable: row.readable }));
  return {
    sql: `${quoteIdentifier(first.schema ?? '')}.${quoteIdentifier(first.name ?? '')}`,
    types: new Map(columns.map(({ name, type }) => [name, type])),
    text: textForm(first.encoding ?? ''),
    readable: new Set(columns.filter(({ readable }) => readable === 'true').map(({ name }) => name)),
  };
}
