/**
 * What a statement in pg_stat_activity says, told apart in SQL: its text holds the task's arguments and never leaves the server.
 *
 * Django writes `UPDATE "table" SET "current_page" = 1, … "arguments" = '…', "status" = 'PENDING', "status_message" = '', "task_id" = '…', …
 * WHERE "table"."id" = 45` (seen with Django 3.2 on psycopg2; psycopg 3 adds casts such as `::jsonb`, and writes `$1` for each value where
 * server_side_binding is on). Every driver doubles a quote within a literal, so no data can look like `= 'PENDING'`.
 */

/** Patterns are case-insensitive: a statement by hand is lower case. `text`: what a literal holds. */
const re = (pattern: TemplateStringsArray): string => `$re$(?i)${String.raw(pattern)}$re$`;

const STATUS = re`[\s,]"?status"?\s*=\s*'([a-z]+)'`;
const EMPTY_MESSAGE = re`[\s,]"?status_message"?\s*=\s*''(?:::\w+)?\s*(?:,|where\s)`;
const NO_MESSAGE = re`[\s,]"?status_message"?\s*=\s*null`;
const PARAMETER = re`[\s,]"?task_module"?\s*=\s*\$\d.*[\s,]"?status"?\s*=\s*\$\d`;
const TASK_ID = re`[\s,]"?task_id"?\s*=\s*'([^']+)'`;
const MODULE = re`[\s,]"?task_module"?\s*=\s*'([^']+)'`;
const NAME = re`[\s,]"?task_name"?\s*=\s*'([^']+)'`;
/** What Django sets behind one another, and a statement by hand has no reason to. */
const WHOLE = re`[\s,]"?task_module"?\s*=.*[\s,]"?arguments"?\s*=`;
const LITERAL = re`'(?:[^']|'')*'`;
/** At the end, where Django puts it. A condition that names more is not the save of one row. */
const ROW_ID = re`\swhere\s+(?:(?:"[^"]*"|[\w$]+)\s*\.\s*)*"?id"?\s*=\s*(\d{1,18})\s*;?\s*(?:returning\s.*)?(?:/\*.*)?$`;

/**
 * What is in a statement, as columns, from the columns `query` (a statement that changes the table) and `cut` (its end may be missing).
 * The id at the end of a cut statement may have lost digits: there the task id counts.
 */
export const SAID = `
  upper(substring(query from ${STATUS})) as status,
  query ~ ${EMPTY_MESSAGE} as empty_message,
  query ~ ${NO_MESSAGE} as no_message,
  query ~ ${PARAMETER} as bound,
  query ~ ${WHOLE} as whole_row,
  case when not cut then substring(regexp_replace(query, ${LITERAL}, '?', 'g') from ${ROW_ID}) end as row_id,
  case when cut then substring(query from ${TASK_ID}) end as task_id,
  substring(query from ${MODULE}) || '.' || substring(query from ${NAME}) as task`;

/**
 * @param schema of the table, and its name, both without quotes
 * @returns a regular expression, to be matched without case, for statements that change rows of it; they may open their transaction first
 */
export function updateOf(schema: string, table: string): string {
  const name = (text: string): string => `"?${text.replaceAll('"', '""').replace(/[^\w]/g, '\\$&')}"?`;
  const comment = String.raw`(?:/\*[^*]*\*+(?:[^/*][^*]*\*+)*/\s*)?`;
  const opening = String.raw`(?:(?:begin|start\s+transaction|savepoint)[^;]*;\s*)*`;
  return String.raw`^\s*${comment}${opening}update\s+(?:only\s+)?(?:${name(schema)}\.)?${name(table)}\s+(?:(?:as\s+)?\w+\s+)?set\s`;
}
