/** The SQL that counts stuck rows: the look into some pages of a large table, and the one pass over it. */
import { TERMINAL_STATUSES } from '../diagnosis/statuses';
import { quoteLiteral } from './identifiers';
import { hoursSince, seconds, timestamp } from './sql';
import type { TaskTable } from './table';

/**
 * What is in some pages of the table, by status and task type: how many rows, the time of the newest $3th, and of the chosen statuses all
 * times. $1 = cutoff, $2 = percent of the pages. The same pages as long as the table does not change, so that two checks have the same timeline.
 */
export function sampleQuery(table: TaskTable, chosen: readonly string[]): string {
  return `
  select status::text as status, task_module::text as task_module, task_name::text as task_name, count(*)::text as count,
         (array_agg(last_run order by last_run desc))[$3::int]::timestamptz::text as cut,
         case when ${oneOf(chosen)} then array_agg(${seconds('last_run')})::text end as times
    from ${table.sql} tablesample system ($2::float4) repeatable (1)
   where last_run <= $1::timestamptz and ${isOpen(chosen)}
   group by status, task_module, task_name`;
}

/** Without an axis, the times themselves leave the server, where there are no more than these. */
export const MOST_TIMES = 100_000;

/** Bins of time that a pass may have: fewer than these. A slot of a cut type is its place times this, and its bin. */
const SLOTS = 1000;
/** The first of a million numbers that are no ids, because a sequence begins at 1. */
const NO_ID = `'-9223372036854775808'::bigint`;
const FIRST_CUT = 4;
const VALUES_A_CUT = 4;

export interface PassForm {
  /** How many cuts there are; each has four values from $4 on: name, status, module, time. */
  readonly cuts: number;
  /** All times of the chosen statuses come along, up to MOST_TIMES. */
  readonly withTimes: boolean;
  /** Parallel workers can collect arrays: from PostgreSQL 16 on. */
  readonly collectsInWorkers: boolean;
}

/**
 * The one pass over the table: every non-terminal row that is old enough, grouped by status, task type and where its time is between
 * the edges $3. A group collects its ids and times, of which the newest $2 are looked for in its newest bins. $1 = cutoff: a constant,
 * because `now() - interval` would be reckoned for every row.
 *
 * A few types have most of the rows, and their newest are known to be no older than a time (`cuts`): older rows of theirs are counted
 * under a number, so that neither are they collected nor three texts hashed and compared for each. Then there is nothing in the server
 * that grows with the table.
 *
 * What makes it cheap, each measured (bench/README.md): the comparison of times comes before those of texts, and a chosen status before
 * the list of terminal ones. `offset '0'` hides from the planner that the bin is made of `last_run`: it would expect a group for every
 * row and let one process do all the grouping. (`offset 0` does too, and forbids parallel workers besides.)
 * @param chosen statuses that count as stuck; a terminal one among them is read too
 */
export function passQuery(table: TaskTable, chosen: readonly string[], form: PassForm): string {
  const { withTimes } = form;
  return `
  with ${form.cuts > 0 ? cutBins(table, chosen, form) : collectedBins(table, chosen)},
  groups as materialized (
    select row_number() over () as number, * from (
      select status, task_module, task_name, sum(count::int) as count, min(oldest) as oldest, array_agg(bin) as bins, array_agg(count::int) as counts
        from bins group by status, task_module, task_name) as grouped),
  collected as (
    select number, bins.bin, bins.count, ids, runs, sum(bins.count::int) over (partition by number order by bins.bin desc) - bins.count as newer
      from groups join bins using (status, task_module, task_name) where ids is not null),
  newest_rows as (select number, unnest(ids) as id, unnest(runs) as last_run from collected where newer < $2::int),
  samples as (
    select number, max(last_run) as newest, (array_agg(id order by last_run desc, id desc))[1:$2::int] as newest_ids
      from newest_rows group by number)${withTimes ? timesOfGroups(oneOf(chosen)) : ''}
  select status, task_module, task_name, count::text, ${hoursSince('oldest')} as max_hours,
         ${timestamp('oldest')} as oldest, ${timestamp('newest')} as newest, newest_ids::text,
         ${seconds('oldest')}::text as oldest_seconds, ${seconds('newest')}::text as newest_seconds,
         ${withTimes ? 'times, null as bins, null as counts' : 'null as times, bins::text, counts::text'}
    from groups left join samples using (number)${withTimes ? ' left join times using (number)' : ''}`;
}

const BIN = 'width_bucket(last_run::timestamptz, $3::timestamptz[])';
const TEXTS = ['status', 'task_module', 'task_name'] as const;
const KEYS = TEXTS.join(', ');

function collectedBins(table: TaskTable, chosen: readonly string[]): string {
  return `bins as materialized (
    select status::text as status, coalesce(rows.task_module, '')::text as task_module, coalesce(rows.task_name, '')::text as task_name, bin,
           count(*) as count, min(last_run) as oldest, array_agg(id) as ids, array_agg(last_run) as runs
      from (select id, ${KEYS}, last_run, ${BIN} as bin from ${table.sql} where last_run <= $1::timestamptz and ${isOpen(chosen)} offset '0') as rows
     group by status, rows.task_module, rows.task_name, bin)`;
}

/**
 * The texts of a row that is cut are null while it is counted, and come back from the place of its cut. Before version 16 parallel
 * workers collect no arrays: there a row that is not cut is a group of its own, and these are collected afterwards.
 */
function cutBins(table: TaskTable, chosen: readonly string[], { cuts, collectsInWorkers }: PassForm): string {
  const values = Array.from({ length: cuts }, (_, index) =>
    Array.from({ length: VALUES_A_CUT }, (__, value) => `$${String(FIRST_CUT + VALUES_A_CUT * index + value)}`),
  );
  const places = values.map(
    ([name, status, module, time], place) =>
      `when ${name}::text then case when last_run < ${time}::timestamptz and status::text = ${status}::text and task_module::text = ${module}::text then ${String(place)} end`,
  );
  const of = (value: number): string =>
    `(array[${values.map((each) => each[value]).join(', ')}]::text[])[slot / ${String(SLOTS)} + 1]`;
  const slot = `place * ${String(SLOTS)} + ${BIN}`;
  const rows = `
      from (select ${TEXTS.map((text) => `case when place is null then coalesce(${text}::text, '') end as ${text}`).join(', ')},
                   id, last_run, place, ${collectsInWorkers ? `case when place is null then ${BIN} else ${slot} end as slot` : `case when place is null then id::bigint else ${NO_ID} + ${slot} end as one`}
              from (select id, ${KEYS}, last_run, case task_name::text ${places.join(' ')} end as place
                      from ${table.sql} where last_run <= $1::timestamptz and ${isOpen(chosen)} offset '0') as rows
            offset '0') as rows`;
  const counted = collectsInWorkers
    ? `counted as materialized (
    select ${KEYS}, slot, count(*) as count, min(last_run) as oldest,
           array_agg(id) filter (where place is null) as ids, array_agg(last_run) filter (where place is null) as runs${rows}
     group by ${KEYS}, slot)`
    : `single as materialized (
    select ${KEYS}, one, count(*) as count, min(last_run) as oldest${rows}
     group by ${KEYS}, one),
  counted as materialized (
    select ${KEYS}, slot, sum(count::int) as count, min(oldest) as oldest, array_agg(one) filter (where not is_cut) as ids,
           array_agg(oldest) filter (where not is_cut) as runs
      from (select *, case when is_cut then (one - (${NO_ID}))::int else width_bucket(oldest::timestamptz, $3::timestamptz[]) end as slot
              from (select *, one < ${NO_ID} + ${String(SLOTS * SLOTS)} as is_cut from single) as told) as single
     group by ${KEYS}, slot)`;
  return `${counted},
  bins as materialized (
    select coalesce(status, ${of(1)}) as status, coalesce(task_module, ${of(2)}) as task_module, coalesce(task_name, ${of(0)}) as task_name,
           slot % ${String(SLOTS)} as bin, count, oldest, ids, runs from counted)`;
}

function oneOf(statuses: readonly string[]): string {
  return `status in (${statuses.map(quoteLiteral).join(', ')})`;
}

function isOpen(chosen: readonly string[]): string {
  const finished = TERMINAL_STATUSES.filter((status) => !chosen.includes(status));
  return finished.length === 0
    ? 'true'
    : `(${oneOf(chosen)} or status not in (${finished.map(quoteLiteral).join(', ')}))`;
}

function timesOfGroups(asked: string): string {
  return `,
  runs as (
    select number, unnest(runs) as last_run from groups join bins using (${KEYS})
     where ${asked} and (select coalesce(sum(count), 0) from groups where ${asked}) <= ${String(MOST_TIMES)}),
  times as (select number, array_agg(${seconds('last_run')})::text as times from runs group by number)`;
}
