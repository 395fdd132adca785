import { hidesOwnRows } from '../../sql/hiding';
import { findRelation } from '../../sql/relation';
import { attempt } from '../../sql/savepoint';
import type { Row, Snapshot } from '../../ports/database';
import { epochSeconds } from '../../sql/times';
import type { TaskTable } from '../table';
import { readText } from '../../sql/textForm';
import type { Twin } from '../../model/effectFacts';

const ARGS = `coalesce(arguments -> 'args', 'null')`;
const KWARGS = `coalesce(case when jsonb_typeof(arguments -> 'kwargs') = 'object' then arguments -> 'kwargs' end, '{}') - 'task_manager_id'`;

/** What must be equal: type and arguments, but for the row's own id, which only the save after publishing puts into them. */
const KEY = `task_module, task_name, ${ARGS} as args, ${KWARGS} as kwargs`;

/** A number that rows with equal keys have in common: first without `kwargs`, which most rows need not be taken apart for, then whole. */
const PART = `hashtext(task_module::text) # hashtext(task_name::text) # jsonb_hash(${ARGS})`;
const WHOLE = `${PART} # jsonb_hash(${KWARGS})`;

/** Of 50,000 candidates every twentieth mark is set; 128 kB go to the server for each of the two. */
const MARKS = 2 ** 20;
const mark = (hash: string): string => `(${hash}) & ${String(MARKS - 1)}`;

const CANDIDATES = (table: TaskTable): string => `
  select min(created_at)::text as first, (max(created_at) + interval '1 day')::text as last,
         array_agg(distinct ${mark(PART)})::text as parts, array_agg(distinct ${mark(WHOLE)})::text as wholes
    from ${table.sql} where id = any($1::bigint[])`;

/**
 * Each candidate with the row that follows it among all rows with its key: a window over these rows, so that a thousand candidates
 * without arguments do not meet a hundred thousand others each. The keys of the candidates come first, by primary key, and the pass over
 * the table meets them in a hash: what has none of them is kept nowhere. That join is one process's work, and a WITH query keeps workers
 * out of it; so the workers leave out beforehand what has no candidate's mark (8,035 candidates in 1M rows: 8,970 rows of 250,000 of
 * that time reach the join, for a third of the server's CPU). The times are bound as times: text would be read again for every row.
 */
const TWINS = (table: TaskTable): string => `
  with candidate as materialized (
    select id, ${KEY} from ${table.sql}
     where id = any($1::bigint[]) and created_at is not null and jsonb_typeof(arguments) = 'object'),
  wanted as materialized (select distinct task_module, task_name, args, kwargs from candidate)
  select id::text, twin::text, ${table.text.send('twin_status')} as twin_status, (${epochSeconds('twin_created_at')})::text as twin_created_at
    from (select id, created_at, lead(id) over later as twin, lead(status) over later as twin_status,
                 lead(created_at) over later as twin_created_at
            from (select id, status, created_at, ${KEY} from ${table.sql}
                   where created_at >= $2::timestamptz and created_at <= $3::timestamptz and jsonb_typeof(arguments) = 'object'
                     and get_bit($4::bytea, ${mark(PART)}) = 1 and get_bit($5::bytea, ${mark(WHOLE)}) = 1) as possible
            join wanted using (task_module, task_name, args, kwargs)
          window later as (partition by task_module, task_name, args, kwargs order by created_at, id)) as followed
    join (select id from candidate) as asked using (id)
   where twin_created_at <= followed.created_at + interval '1 day'`;

/** The planner knows nothing of JSON in a WITH query; what it would take for a few rows may be a million. */
const BY_HASH = 'set local enable_nestloop = off; set local enable_mergejoin = off; set local jit = off';

/**
 * For rows whose message is nowhere: the next row of the same type with equal arguments, made within a day after them. When a worker dies
 * between making a row and publishing for it, the first message comes back and makes another row.
 * @returns by row id; nothing where the arguments are not jsonb or the columns cannot be read
 * @throws Problem
 */
export async function findTwins(
  snapshot: Snapshot,
  table: TaskTable,
  rowIds: readonly number[],
): Promise<Map<number, Twin>> {
  if (rowIds.length === 0 || !(await canCompareTwins(snapshot, table))) return new Map();
  const [about] = await snapshot.query(CANDIDATES(table), [rowIds]);
  if (about?.first == null || about.last == null) return new Map();
  const values = [rowIds, about.first, about.last, marks(about.parts), marks(about.wholes)];
  const answer = await attempt(snapshot, () => snapshot.query(TWINS(table), values), BY_HASH);
  if ('error' in answer) throw answer.error;
  return twinsOf(table, answer.value);
}

/** @param list an array of integers as PostgreSQL writes it */
function marks(list: string | null | undefined): Buffer {
  const bits = Buffer.alloc(MARKS / 8);
  // `get_bit` counts from the lowest bit of the first byte.
  for (const [digits] of (list ?? '').matchAll(/\d+/g)) {
    const place = Number(digits) >> 3;
    bits[place] = (bits[place] ?? 0) | (1 << (Number(digits) & 7));
  }
  return bits;
}

/**
 * Each candidate with another row of its key that was saved after it was made: the one after it, or one of those before it. What was saved
 * earlier ended earlier, and cannot have left what is newer than the candidate.
 */
const RIVALS = (table: TaskTable): string => `
  with candidate as materialized (
    select id, ${KEY} from ${table.sql}
     where id = any($1::bigint[]) and created_at is not null and jsonb_typeof(arguments) = 'object'),
  wanted as materialized (select distinct task_module, task_name, args, kwargs from candidate)
  select id::text, coalesce(next_id, before_id)::text as twin, ${table.text.send('coalesce(next_status, before_status)')} as twin_status,
         (${epochSeconds('coalesce(next_created, before_created)')})::text as twin_created_at
    from (select id, created_at, lead(id) over key as next_id, lead(status) over key as next_status, lead(created_at) over key as next_created,
                 lag(id) over key as before_id, lag(status) over key as before_status, lag(created_at) over key as before_created,
                 max(updated_at) over (key rows between unbounded preceding and 1 preceding) as saved_before
            from (select id, status, created_at, updated_at, ${KEY} from ${table.sql}
                   where updated_at >= $2::timestamptz and task_name = any(array(select distinct task_name from ${table.sql} where id = any($1::bigint[]))) and created_at is not null and jsonb_typeof(arguments) = 'object'
                     and get_bit($3::bytea, ${mark(PART)}) = 1 and get_bit($4::bytea, ${mark(WHOLE)}) = 1) as possible
            join wanted using (task_module, task_name, args, kwargs)
          window key as (partition by task_module, task_name, args, kwargs order by created_at, id)) as ordered
    join (select id from candidate) as asked using (id)
   where next_id is not null or saved_before >= created_at`;

/**
 * For rows that an effect calls executed or failed: another row of the same type with equal arguments that may have left it.
 * @returns by row id; undefined where that is unknown, because the arguments are not jsonb, columns cannot be read or rows are hidden
 * @throws Problem
 */
export async function findRivals(
  snapshot: Snapshot,
  table: TaskTable,
  rowIds: readonly number[],
): Promise<Map<number, Twin> | undefined> {
  if (rowIds.length === 0) return new Map();
  if (!table.columns.has('updated_at') || hidesOwnRows(table) || !(await canCompareTwins(snapshot, table)))
    return undefined;
  const [about] = await snapshot.query(CANDIDATES(table), [rowIds]);
  if (about?.first == null) return new Map();
  const values = [rowIds, about.first, marks(about.parts), marks(about.wholes)];
  const answer = await attempt(snapshot, () => snapshot.query(RIVALS(table), values), BY_HASH);
  if ('error' in answer) throw answer.error;
  return twinsOf(table, answer.value);
}

function twinsOf(table: TaskTable, rows: readonly Row[]): Map<number, Twin> {
  const twins = new Map<number, Twin>();
  for (const row of rows) {
    twins.set(Number(row.id), {
      id: Number(row.twin),
      status: readText(table.text, row.twin_status) ?? '',
      createdAt: Number(row.twin_created_at),
    });
  }
  return twins;
}

/** Whether the arguments and times can be read that twins are found by. @throws Problem */
export async function canCompareTwins(snapshot: Snapshot, table: TaskTable): Promise<boolean> {
  if (!table.columns.has('arguments') || !table.columns.has('created_at')) return false;
  const relation = await findRelation(snapshot, table.sql);
  return typeof relation !== 'string' && relation.types.get('arguments') === 'jsonb';
}
