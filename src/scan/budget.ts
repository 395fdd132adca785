import { parseTableName } from './identifiers';
import type { Snapshot } from './snapshot';

/** What a small table gets of the time that a statement may take at most. */
const SMALL_SHARE = 0.1;
/** From here on a table gets all of it: a cold one of 10 million rows (4 GB) needs a minute or two, and a busy disk doubles that. */
const LARGE_BYTES = 4e9;
/** No less than this, where the setting allows it: a server in trouble takes seconds to begin. */
const LEAST_MS = 10_000;

/**
 * How long one statement over a table may take. By default (300 s at most) that is 30 s for a small table, 97 s for one of 1 GB; who
 * raises the setting raises all of them.
 * @param bytes size of the rows on disk; null where it is not known (a view, a foreign table)
 * @param mostMs what the person's setting allows
 */
export function statementBudget(bytes: number | null, mostMs: number): number {
  if (bytes === null) return mostMs;
  const share = Math.min(1, SMALL_SHARE + (1 - SMALL_SHARE) * (bytes / LARGE_BYTES));
  return Math.min(mostMs, Math.max(LEAST_MS, Math.round(mostMs * share)));
}

/**
 * From the catalogue and the size of files: no row is read. Null for what has its rows elsewhere: a view, a foreign table or partition, and
 * a table with children (old partitioning by inheritance, TimescaleDB), whose own file is empty. pg_partition_tree has been there since
 * version 12.
 */
const TABLE_BYTES = `
  select case when c.relkind in ('r', 'm') and not c.relhassubclass then pg_relation_size(c.oid)
              when c.relkind = 'p' then (
                select case when not bool_or(part.relkind = 'f') then sum(pg_relation_size(part.oid)) end
                  from pg_partition_tree(c.oid) join pg_class part on part.oid = relid) end::text as bytes
    from pg_class c where c.oid = to_regclass($1)`;

/**
 * From now on a statement may take as long as fits this table. A table that is not there changes nothing.
 * @param table as the person wrote it
 * @throws Problem `invalid` where that is no name
 */
export async function limitToTable(snapshot: Snapshot, table: string): Promise<void> {
  if (!snapshot.limitTime) return;
  const [found] = await snapshot.query(TABLE_BYTES, [parseTableName(table)]);
  const bytes = found?.bytes == null ? null : Number(found.bytes);
  await snapshot.limitTime((mostMs) => statementBudget(bytes, mostMs));
}

/** From now on a statement may take as long as the setting allows. */
export async function withoutLimit(snapshot: Snapshot): Promise<void> {
  await snapshot.limitTime?.((mostMs) => mostMs);
}
