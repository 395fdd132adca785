import type { GuardedUpdate, TimedRow } from './update';
import { remembered } from '../base/memoize';
import { sqlLiteral } from './sqlText';
import { exactTime } from './times';

/** Rows a statement: a parser of a client that reads one statement at a time stays fast, and a wrong line is easily found. */
const BATCH = 1000;

/**
 * One transaction in plain SQL, the same for psql, pgAdmin, DBeaver and a pooler: everything it makes is gone at its end. After an
 * error every later statement is refused, and then even COMMIT rolls back.
 * @param table quoted and schema-qualified
 */
export function sqlUpdate(table: string, { rows, direction, stamp }: GuardedUpdate): string {
  const asSeen = 'task.status::text = listed.status and task.updated_at = listed.updated_at';
  const asMarked = `task.status::text = 'DONE' and task.updated_at = '${stamp}'::timestamptz`;
  const [guard, change] =
    direction === 'done'
      ? [asSeen, `status = 'DONE', updated_at = '${stamp}'::timestamptz`]
      : [asMarked, 'status = listed.status, updated_at = listed.updated_at'];
  return `begin;
set local time zone 'UTC';
set local lock_timeout = '10s';

-- ${direction === 'done' ? 'The rows as the check saw them.' : 'The rows as they were before.'}
create temporary table fix_listed (id bigint primary key, status varchar not null, updated_at timestamptz not null)
  on commit drop;
${batches(rows)}
analyze pg_temp.fix_listed;

-- The rows that still match, locked until the end. Rows that are locked already are left alone.
create temporary table fix_rows on commit drop as
  select task.id from ${table} as task join pg_temp.fix_listed as listed on listed.id = task.id
   where ${guard}
     for update of task skip locked;
analyze pg_temp.fix_rows;

create temporary table fix_counts on commit drop as
  select count(*) as listed, count(fix_rows.id) as to_change,
         count(*) filter (where fix_rows.id is null and (${guard}) is true) as locked_by_others,
         count(*) filter (where task.id is not null and (${guard}) is not true) as moved,
         count(*) filter (where task.id is null) as gone
    from pg_temp.fix_listed as listed
    left join pg_temp.fix_rows on fix_rows.id = listed.id
    left join ${table} as task on task.id = listed.id;
select * from pg_temp.fix_counts;

update ${table} as task set ${change}
  from pg_temp.fix_listed as listed join pg_temp.fix_rows on fix_rows.id = listed.id
 where task.id = listed.id and ${guard};

do $$
declare found record;
begin
  select * from pg_temp.fix_counts into found;
  raise notice '% of % listed rows changed; % moved, % gone, % locked by others. Kept only if the last word of this script is COMMIT.',
    found.to_change, found.listed, found.moved, found.gone, found.locked_by_others;
end $$;

-- The last word: ROLLBACK changes nothing, COMMIT keeps the changes.
ROLLBACK;
`;
}

function batches(rows: readonly TimedRow[]): string {
  const statements: string[] = [];
  const status = remembered(sqlLiteral);
  for (let start = 0; start < rows.length; start += BATCH) {
    const values = rows
      .slice(start, start + BATCH)
      .map((row) => `(${String(row.id)}, ${status(row.status)}, '${exactTime(row.updatedAt)}')`);
    statements.push(`insert into pg_temp.fix_listed values\n${values.join(',\n')};`);
  }
  return statements.join('\n');
}
