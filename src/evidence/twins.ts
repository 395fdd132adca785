import { findRelation } from '../scan/relation';
import { attempt } from '../scan/savepoint';
import type { Snapshot } from '../scan/snapshot';
import { epochSeconds } from '../scan/sql';
import type { TaskTable } from '../scan/table';
import type { Twin } from './facts';

/** What must be equal: type and arguments, but for the row's own id, which only the save after publishing puts into them. */
const KEY = `task_module, task_name, coalesce(arguments -> 'args', 'null') as args,
  coalesce(case when jsonb_typeof(arguments -> 'kwargs') = 'object' then arguments -> 'kwargs' end, '{}') - 'task_manager_id' as kwargs`;

const TYPES = (table: TaskTable): string => `
  select task_module, task_name, min(created_at)::text as first, max(created_at)::text as last from ${table.sql} where id = any($1::bigint[])
   group by task_module, task_name`;

/**
 * Each candidate with the row that follows it among all rows with its key: a window over these rows, so that a thousand candidates
 * without arguments do not meet a hundred thousand others each. The keys of the candidates come first, by primary key, and the pass over
 * the table meets them in a hash: what has none of them is kept nowhere. The plain comparisons come first: they keep JSON from being
 * taken apart for rows that cannot be a twin.
 */
const TWINS = (table: TaskTable): string => `
  with candidate as materialized (
    select id, ${KEY} from ${table.sql}
     where id = any($1::bigint[]) and created_at is not null and jsonb_typeof(arguments) = 'object'),
  wanted as materialized (select distinct task_module, task_name, args, kwargs from candidate)
  select id::text, twin::text, twin_status, (${epochSeconds('twin_created_at')})::text as twin_created_at
    from (select id, created_at, lead(id) over later as twin, lead(status) over later as twin_status,
                 lead(created_at) over later as twin_created_at
            from (select id, status, created_at, ${KEY} from ${table.sql}
                   where task_module = any($2::text[]) and task_name = any($3::text[]) and created_at >= $4::text::timestamptz
                     and created_at <= $5::text::timestamptz + interval '1 day' and jsonb_typeof(arguments) = 'object') as possible
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
  const twins = new Map<number, Twin>();
  if (rowIds.length === 0 || !(await canCompareTwins(snapshot, table))) return twins;
  const types = await snapshot.query(TYPES(table), [rowIds]);
  if (types.length === 0) return twins;
  const [first] = types.flatMap((type) => type.first ?? []).sort();
  const last = types
    .flatMap((type) => type.last ?? [])
    .sort()
    .at(-1);
  if (first === undefined || last === undefined) return twins;
  const bounds = [types.map((type) => type.task_module), types.map((type) => type.task_name), first, last];
  const answer = await attempt(snapshot, () => snapshot.query(TWINS(table), [rowIds, ...bounds]), BY_HASH);
  if ('error' in answer) throw answer.error;
  for (const row of answer.value) {
    twins.set(Number(row.id), {
      id: Number(row.twin),
      status: row.twin_status ?? '',
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
