/** Which rows with a known outcome come along with the histories, so that effect rules can be tried on them without a pass of their own. */
import type { Snapshot } from '../../ports/database';
import { tableNameParts } from '../../sql/identifiers';
import { toNumbers } from '../../sql/pgArray';
import type { DrawnRows, TaskTable, TypeNames } from '../table';

/** Hashes are cut to 31 bits. */
const HASHES = 2 ** 31;

/**
 * hashint8extended (PostgreSQL 11) is what hash partitions are made with: of 5 million ids it takes half a second. Its seed is not that of
 * the sample of stuck rows, so that the two have nothing to do with each other.
 */
const HASH = `(hashint8extended(id::bigint, 1) & ${String(HASHES - 1)})`;

/** Finished rows of a type that are wanted: the share is an estimate, and what is too much is left out afterwards. */
const WANTED = 3000;

/** Where nothing is known of a table's rows, it may have so many. */
const UNKNOWN_ROWS = 10_000_000;

/** Without statistics a type may have all rows of the table; all types together then give no more than these. */
const MOST_WITHOUT_STATISTICS = 150_000;

/** The share of finished rows is taken to be no less than this: where it is, fewer are drawn than are wanted. */
const LEAST_DONE = 0.01;

/** How rows are drawn in the pass over the table. */
export interface Draw {
  /** SQL that is true of rows which the pass would leave out otherwise. */
  readonly candidates: string;
  /** SQL: the id of a finished row that is drawn, the negative one of a row that was never published, or null. */
  readonly key: string;
  readonly values: readonly unknown[];
}

/**
 * Rows are drawn by a hash of their ids, so that nothing is sorted and every check draws the same. What share of a type's rows that is
 * follows from what the planner knows of the table, because how many there are is only known behind the pass.
 * @param parameter the number of its first parameter
 * @returns undefined where no row is wanted
 */
export async function planDraw(
  snapshot: Snapshot,
  table: TaskTable,
  types: readonly TypeNames[],
  parameter: number,
): Promise<Draw | undefined> {
  const names = [...new Set(types.map(({ taskName }) => taskName).filter((name) => table.text.fits(name)))];
  if (names.length === 0) return undefined;
  const below = await limitsOf(snapshot, table, names);
  const most = Math.max(...below.values());
  const limit = `$${String(parameter)}`;
  // Nearly all rows of a large table end at the first test; the name is looked up in those that do not.
  const drawn = `${HASH} < ${String(most)} and ${HASH} < (${limit}::jsonb -> task_name::text)::bigint`;
  const done = `status = 'DONE'${table.columns.has('fixed') ? ' and fixed is not true' : ''}`;
  const unpublished = `status = 'SCHEDULED' and task_id = ''`;
  return {
    candidates: `(${unpublished})`,
    key: `case when ${done} then case when ${drawn} then id end when ${unpublished} then case when ${drawn} then -id end end`,
    values: [JSON.stringify(Object.fromEntries(below))],
  };
}

/** Puts the drawn ids of one type to those that are known. @param list with commas between them */
export function addDrawn(
  { finished, neverPublished }: Record<keyof DrawnRows, Map<string, number[]>>,
  name: string,
  list: string | null | undefined,
): void {
  const done = finished.get(name) ?? [];
  const unpublished = neverPublished.get(name) ?? [];
  for (const text of list == null ? [] : list.split(',')) {
    const id = Number(text);
    if (id > 0) done.push(id);
    else unpublished.push(-id);
  }
  finished.set(name, done);
  neverPublished.set(name, unpublished);
}

const STATISTICS = `
  select attname, array_to_json(most_common_vals::text::text[])::text as vals, most_common_freqs::text as freqs from pg_stats
   where schemaname = $1::name and tablename = $2::name and attname in ('task_name', 'status')
   order by inherited desc`;

/** Below which hash the rows of each type are drawn. */
async function limitsOf(
  snapshot: Snapshot,
  table: TaskTable,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = rowsOf(table);
  const [schema = '', name = ''] = tableNameParts(table.sql);
  const known = new Map<string, ReadonlyMap<string, number>>();
  for (const { attname, vals, freqs } of await snapshot.query(STATISTICS, [schema, name])) {
    const values = JSON.parse(vals ?? '[]') as string[];
    const shares = toNumbers(freqs);
    if (attname != null && values.length > 0)
      known.set(attname, new Map(values.map((value, at) => [value, shares[at] ?? 0])));
  }
  const types = known.get('task_name');
  const statuses = known.get('status');
  const done = statuses ? Math.max(LEAST_DONE, statuses.get('DONE') ?? 0) : 1;
  return new Map(
    names.map((type) => {
      // A name that is not among the most frequent ones is no more frequent than those.
      const share = types?.get(type) ?? (types ? Math.min(...types.values()) : undefined);
      const part = share === undefined ? MOST_WITHOUT_STATISTICS / rows : WANTED / (rows * share * done);
      return [type, Math.round(Math.min(1, part) * HASHES)];
    }),
  );
}

function rowsOf({ estimatedRows, bytes }: TaskTable): number {
  if (estimatedRows !== null) return Math.max(1, estimatedRows);
  // A row of this table has some hundreds of bytes.
  return bytes > 0 ? Math.ceil(bytes / 200) : UNKNOWN_ROWS;
}
