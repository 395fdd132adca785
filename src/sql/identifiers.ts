import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';

/** Quotes one SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes one SQL string for use with standard_conforming_strings on (which every snapshot sets). */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const PART = String.raw`"((?:[^"\0]|"")+)"|([^".\s\0:/]+)`;
/** PostgreSQL cuts longer names, and would find a table of another name (NAMEDATALEN). */
const MAX_BYTES = 63;
const TABLE_NAME = new RegExp(`^(?:(?:${PART})\\.)?(?:${PART})$`);

/**
 * Reads a table name as people write it: `table` or `schema.table`, with double quotes around a part that needs them.
 * Unlike SQL, unquoted letters keep their case, because Django quotes every name it makes.
 * @returns the quoted form, safe to place in SQL
 * @throws Problem `invalid`, one sentence
 */
export function parseTableName(text: string): string {
  return tableNameParts(text).map(quoteIdentifier).join('.');
}

/** The same as its parts, without quotes: schema and table, or the table alone. @throws Problem `invalid` */
export function tableNameParts(text: string): readonly string[] {
  const [matched, ...parts] = TABLE_NAME.exec(text.trim()) ?? [];
  const names = parts.flatMap((part: string | undefined) => part?.replaceAll('""', '"') ?? []);
  if (matched === undefined || names.some((name) => Buffer.byteLength(name) > MAX_BYTES)) {
    throw new Problem(
      'invalid',
      `The table name "${echo(text)}" cannot be read: write table or schema.table, with double quotes around a part that holds dots or spaces.`,
    );
  }
  return names;
}
