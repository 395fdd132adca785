import { Problem } from '../base/problem';
import { findHiding } from '../sql/hiding';
import { quoteIdentifier, tableNameParts } from '../sql/identifiers';
import { whyNotFound } from '../sql/otherSchemas';
import type { Snapshot } from '../ports/database';
import { textForm } from '../sql/textForm';
import { TABLE_KINDS } from './index';
import type { TableKind, TaskTable } from './table';

// A schema that was named is looked up in the catalogue, because to_regclass fails where this role may not use it.
// Relations that rows can be read from: table, partitioned table, view, materialized view, foreign table.
// Before version 14 no rows and never counted were both 0.
// One question, with a row for each column, because on a slow line every question is a wait; what the table is as a whole is found once.
const FIND_TABLE = `
  with found as materialized (
    select c.oid, n.nspname as schema, c.relname as name,
           case when c.reltuples > 0 or (c.reltuples = 0 and current_setting('server_version_num')::int >= 140000)
                then c.reltuples::bigint end::text as estimate,
           coalesce(
             case when c.relkind in ('r', 'm') and not c.relhassubclass then pg_relation_size(c.oid)
                  when c.relkind = 'p' then (
                    select case when not bool_or(part.relkind = 'f') then sum(pg_relation_size(part.oid)) end
                      from pg_partition_tree(c.oid) join pg_class part on part.oid = relid) end, 0)::text as bytes,
           (c.relkind = 'r' and has_table_privilege(c.oid, 'select'))::text as has_xmax
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f')
       and c.oid = case when $2::text is null then to_regclass($1)::oid
                        else (select one.oid from pg_class one join pg_namespace its on its.oid = one.relnamespace
                               where one.relname = $3::name and its.nspname = $2::name) end)
  select found.schema, found.name, found.estimate, found.bytes, found.has_xmax, getdatabaseencoding() as encoding, current_user::text as role,
         has_schema_privilege(found.schema, 'usage')::text as usable, a.attname as column,
         has_column_privilege(a.attrelid, a.attnum, 'select')::text as readable,
         format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), null) as type
    from found
    left join pg_attribute a on a.attrelid = found.oid and a.attnum > 0 and not a.attisdropped
    left join pg_type t on t.oid = a.atttypid`;

/**
 * Finds the table, what kind it is of and what may be read of it.
 * @param name as the user wrote it: `table` or `schema.table`
 * @param kinds the kinds that it may be
 * @throws Problem `table-missing`, `wrong-table` (columns missing) or `permission`; it names the right or the schemas that are meant
 */
export async function findTable(
  snapshot: Snapshot,
  name: string,
  kinds: readonly [TableKind, ...TableKind[]] = TABLE_KINDS,
): Promise<TaskTable> {
  const parts = tableNameParts(name);
  const [table = '', schema = null] = [...parts].reverse();
  const quoted = parts.map(quoteIdentifier).join('.');
  // Both are sent at once, because on a slow line every question is a wait. Of a name with a schema no other is meant.
  const [rows, [hiding = []]] = await Promise.all([
    snapshot.query(FIND_TABLE, [quoted, schema, table]),
    findHiding(snapshot, [quoted], schema === null ? [table] : []),
  ]);
  const [found] = rows;
  if (found?.usable !== 'true') throw await whyNotFound(snapshot, parts);
  const sql = `${quoteIdentifier(found.schema ?? '')}.${quoteIdentifier(found.name ?? '')}`;
  const all = new Set(rows.flatMap(({ column }) => column ?? []));
  const types = new Map(
    rows.flatMap(({ column, readable, type }) => (column != null && readable === 'true' ? [[column, type ?? '']] : [])),
  );
  const columns = new Set(types.keys());
  const kind = kindOf(sql, all, kinds);
  requireReadable(sql, kind, columns, found.role ?? '');
  return {
    kind: await kind.load(),
    sql,
    columns,
    types,
    estimatedRows: found.estimate == null ? null : Number(found.estimate),
    bytes: Number(found.bytes),
    hasXmax: found.has_xmax === 'true',
    hiding,
    text: textForm(found.encoding ?? ''),
    role: quoteIdentifier(found.role ?? ''),
  };
}

/** The first kind whose columns the table has. @throws Problem `wrong-table`: what the default kind misses */
function kindOf(table: string, all: ReadonlySet<string>, kinds: readonly [TableKind, ...TableKind[]]): TableKind {
  const fitting = kinds.find(({ required }) => required.every((column) => all.has(column)));
  if (fitting) return fitting;
  const [{ called, required }] = kinds;
  const missing = required.filter((column) => !all.has(column));
  throw new Problem(
    'wrong-table',
    `${table} is not a ${called}: it has no column ${missing.join(', ')}; name the right table in celeryTasks.table (--table on the command line).`,
  );
}

function requireReadable(table: string, { required }: TableKind, readable: ReadonlySet<string>, role: string): void {
  const closed = required.filter((column) => !readable.has(column));
  if (closed.length === 0) return;
  const what = closed.length < required.length ? `the column ${closed.join(', ')} of ${table}` : table;
  throw new Problem(
    'permission',
    `No permission to read ${what}. Grant it: GRANT SELECT ON ${table} TO ${quoteIdentifier(role)}.`,
  );
}
