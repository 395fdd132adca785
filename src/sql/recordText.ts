/** A field and what ends it: nothing at all is null; in quotes, quotes and backslashes are doubled (PostgreSQL 18 rowtypes.c `record_out`). */
const FIELD = /(?:"((?:[^"\\]|""|\\\\)*)"|([^",()]*))[,)]/gy;

/** The fields of a record as PostgreSQL writes it: `(a,,"b c",t)`. */
export function fieldsOfRecord(record: string): (string | null)[] {
  return [...record.slice(1).matchAll(FIELD)].map(([, quoted, bare = '']) => {
    if (quoted === undefined) return bare === '' ? null : bare;
    return quoted.replaceAll(/""|\\\\/g, (pair) => pair.charAt(0));
  });
}
