import { Problem } from '../../base/problem';
import { findHiding, type Hiding } from '../../sql/hiding';
import { quoteIdentifier, tableNameParts } from '../../sql/identifiers';
import { whyNotFound } from '../../sql/otherSchemas';
import type { Snapshot } from '../../ports/database';
import { textForm, type TextForm } from '../../sql/textForm';

/** The task-manager table as it is in this database. */
export interface TaskTable {
  /** Quoted and schema-qualified: goes into SQL as it is. */
  readonly sql: string;
  /** Columns that this role may read. */
  readonly columns: ReadonlySet<string>;
  /** Their types, without length: `character varying`. A domain counts as what it stands for. */
  readonly types: ReadonlyMap<string, string>;
  readonly estimatedRows: number | null;
  /**
   * Of its rows on disk. 0 where they are elsewhere, so that nobody knows: a view, a foreign table or partition, a table with children
   * (partitioning by inheritance, TimescaleDB), whose own file is empty.
   */
  readonly bytes: number;
  /** Its rows have a `xmax` that this role may read: a table of this server, with SELECT on all of it. */
  readonly hasXmax: boolean;
  /** What may hide rows of it from this role; empty where every row is seen. */
  readonly hiding: readonly Hiding[];
  /** How its texts travel. */
  readonly text: TextForm;
  /** The role that reads it, quoted. */
  readonly role: string;
}

/** Without these there is nothing to scan; every other column has been missing in some release, or may be. */
const REQUIRED = ['id', 'task_module', 'task_name', 'status', 'last_run'] as const;

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
 * Finds the table and what may be read of it.
 * @param name as the person wrote it: `table` or `schema.table`
 * @throws Problem `table-missing`, `wrong-table` (columns missing) or `permission`; it names the right or the schemas that are meant
 */
export async function findTable(snapshot: Snapshot, name: string): Promise<TaskTable> {
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
  requireColumns(sql, all, columns, found.role ?? '');
  return {
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

function requireColumns(table: string, all: ReadonlySet<string>, readable: ReadonlySet<string>, role: string): void {
  const missing = REQUIRED.filter((column) => !all.has(column));
  if (missing.length > 0) {
    throw new Problem(
      'wrong-table',
      `${table} is not a task-manager table: it has no column ${missing.join(', ')}; name the right table in celeryTasks.table (--table on the command line).`,
    );
  }
  const closed = REQUIRED.filter((column) => !readable.has(column));
  if (closed.length > 0) {
    const what = closed.length < REQUIRED.length ? `the column ${closed.join(', ')} of ${table}` : table;
    throw new Problem(
      'permission',
      `Role ${quoteIdentifier(role)} may not read ${what}: grant it with GRANT SELECT ON ${table} TO ${quoteIdentifier(role)}.`,
    );
  }
}
