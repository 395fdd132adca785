import { Problem } from '../base/problem';
import { count } from '../base/numbers';
import { escapeUnsafe } from '../base/unsafeText';
import { quoteIdentifier } from './identifiers';
import type { Snapshot } from '../ports/database';

/** Of a table for each tenant there may be thousands. */
const NAMED = 8;

/** `schema "tenant1"`, `schemas "tenant1" and "tenant2"`, `schemas "a", "b", … and 12 more`. */
export function schemaList(schemas: readonly string[]): string {
  const named = schemas.slice(0, NAMED).map((schema) => escapeUnsafe(quoteIdentifier(schema)));
  const rest = schemas.length - named.length;
  const last = rest > 0 ? count(rest, 'more', 'more') : named.length > 1 ? named.pop() : undefined;
  const list = named.join(', ');
  return `${schemas.length === 1 ? 'schema' : 'schemas'} ${last === undefined ? list : `${list} and ${last}`}`;
}

/** SQL that says whether a schema is on the search_path as it is set. @param namespace an alias of pg_namespace */
export function isOnPath(namespace: string): string {
  return `exists (select from unnest(string_to_array(current_setting('search_path'), ',')) as entry
                  where btrim(entry) in (${namespace}.nspname, quote_ident(${namespace}.nspname))
                     or (btrim(entry) in ('$user', '"$user"') and ${namespace}.nspname = current_user))`;
}

/**
 * Every relation of this name that rows can be read from, with what this role may do; by the catalogue, which everybody may read.
 * `named`: its schema is on the search_path as it is set. The path that counts leaves out schemas that this role may not use.
 */
const SAME_NAME = `
  select n.nspname::text as schema, has_schema_privilege(n.oid, 'usage')::text as usable,
         (has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, 'select'))::text as readable,
         (${isOnPath('n')})::text as named,
         current_user::text as role, current_setting('search_path') as path
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relname = $1::name and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
     and n.nspname !~ '^pg_(toast|temp_)' and ($2::text is null or n.nspname = $2::name)
   order by n.nspname`;

interface SameName {
  readonly schema: string;
  readonly usable: boolean;
  readonly readable: boolean;
  readonly named: boolean;
}

/**
 * Why a table was not found: a right or the search_path is what is missing, or there is none of this name.
 * @param name its parts as the user wrote them, without quotes; without a schema the search_path decides
 * @returns `permission` or `table-missing`, one sentence
 */
export async function whyNotFound(snapshot: Snapshot, name: readonly string[]): Promise<Problem> {
  const [table = '', schema] = [...name].reverse();
  const rows = await snapshot.query(SAME_NAME, [table, schema ?? null]);
  const quoted = name.map(quoteIdentifier).join('.');
  const all = rows.map((row): SameName => ({
    schema: row.schema ?? '',
    usable: row.usable === 'true',
    readable: row.readable === 'true',
    named: row.named === 'true',
  }));
  const role = quoteIdentifier(rows[0]?.role ?? '');
  const meant = schema === undefined ? all.filter(({ named }) => named) : all;
  const closed =
    meant.find(({ usable }) => !usable) ?? (all.length === 1 && all[0]?.usable === false ? all[0] : undefined);
  if (closed) return closedSchema(closed, table, role);
  if (schema !== undefined || all.length === 0)
    return missing(quoted, schema, await elsewhere(snapshot, table, schema));
  const [only] = all;
  const path = escapeUnsafe((rows[0]?.path ?? '').slice(0, 200));
  const where = `is in ${schemaList(all.map((one) => one.schema))}, which the search_path of this role (${path}) does not name`;
  const which = `${only?.schema ?? ''}.${table}`;
  return new Problem(
    'table-missing',
    all.length === 1
      ? `The table ${quoted} ${where}: write ${echoName(which)} in celeryTasks.table (--table on the command line).`
      : `The table ${quoted} ${where}: choose one of them in celeryTasks.table (--table on the command line), for example ${echoName(which)}.`,
  );
}

function closedSchema({ schema, readable }: SameName, table: string, role: string): Problem {
  const select = readable ? '' : ` and GRANT SELECT ON ${quoteIdentifier(schema)}.${quoteIdentifier(table)} TO ${role}`;
  return new Problem(
    'permission',
    `No permission to use the schema ${quoteIdentifier(schema)}, which has ${quoteIdentifier(table)}. Grant it: GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${role}${select}.`,
  );
}

/** Schemas other than the one that was named. */
async function elsewhere(snapshot: Snapshot, table: string, schema: string | undefined): Promise<string[]> {
  if (schema === undefined) return [];
  const rows = await snapshot.query(SAME_NAME, [table, null]);
  return rows.flatMap((row) => row.schema ?? []);
}

function missing(quoted: string, schema: string | undefined, others: readonly string[]): Problem {
  if (schema !== undefined && others.length > 0)
    return new Problem(
      'table-missing',
      `There is no table ${quoted} in this database, but one of that name in ${schemaList(others)}: name the right one in celeryTasks.table (--table on the command line).`,
    );
  return new Problem(
    'table-missing',
    `There is no table ${quoted} in this database: check the connection's database, or name the table in celeryTasks.table (--table on the command line).`,
  );
}

function echoName(name: string): string {
  return escapeUnsafe(name);
}
