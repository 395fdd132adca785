import { quoteIdentifier } from './identifiers';
import { isOnPath } from './otherSchemas';
import { attempt, isForbidden } from './savepoint';
import type { Snapshot } from '../ports/database';
import { textForm, type TextForm } from './textForm';

/** A table or view other than the task-manager's, as far as this role may know it. */
export interface Relation {
  /** Quoted and schema-qualified: goes into SQL as it is. */
  readonly sql: string;
  /** Type by column, of all columns, without length: `character varying`. A domain counts as what it stands for. */
  readonly types: ReadonlyMap<string, string>;
  /** Columns that this role may read. */
  readonly readable: ReadonlySet<string>;
  /** Columns in which no two rows have the same value. */
  readonly unique: ReadonlySet<string>;
  /** How its texts travel. */
  readonly text: TextForm;
}

/**
 * The table that a name without a schema ($2) would be, if this role might use the schema: the search path that counts leaves such a schema
 * out, and the table would pass for one that is not there.
 */
const CLOSED_BY_NAME = `(
     select it.oid from pg_class it join pg_namespace its on its.oid = it.relnamespace
      where it.relname = $2::name and it.relkind in ('r', 'p', 'v', 'm', 'f')
        and not has_schema_privilege(its.oid, 'usage') and ${isOnPath('its')} order by its.nspname limit 1)`;

const FIND_RELATION = `
  select n.nspname as schema, c.relname as name, a.attname as column,
         format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), null) as type, getdatabaseencoding() as encoding,
         exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null
                  and i.indnkeyatts = 1 and i.indkey[0] = a.attnum)::text as unique,
         (has_schema_privilege(n.oid, 'usage') and has_column_privilege(a.attrelid, a.attnum, 'select'))::text as readable
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
   where c.oid = coalesce(to_regclass($1)::oid, ${CLOSED_BY_NAME}) and c.relkind in ('r', 'p', 'v', 'm', 'f')`;

/** @returns null for a name with a schema */
function bareName(quotedName: string): string | null {
  const [, name] = /^"((?:[^"]|"")*)"$/.exec(quotedName) ?? [];
  return name?.replaceAll('""', '"') ?? null;
}

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
  const found = await attempt(snapshot, () => snapshot.query(FIND_RELATION, [quotedName, bareName(quotedName)]));
  if ('error' in found) {
    if (isForbidden(found.error)) return 'forbidden';
    throw found.error;
  }
  const rows = found.value;
  const [first] = rows;
  if (!first) return 'missing';
  const columns = rows.map((row) => ({ name: row.column ?? '', type: row.type ?? '', readable: row.readable }));
  return {
    sql: `${quoteIdentifier(first.schema ?? '')}.${quoteIdentifier(first.name ?? '')}`,
    types: new Map(columns.map(({ name, type }) => [name, type])),
    unique: new Set(rows.filter(({ unique }) => unique === 'true').map(({ column }) => column ?? '')),
    text: textForm(first.encoding ?? ''),
    readable: new Set(columns.filter(({ readable }) => readable === 'true').map(({ name }) => name)),
  };
}
