/** The SQL that counts stuck rows: the look into some pages of a large table, and the one pass over it. */
import { quoteLiteral } from '../../sql/identifiers';
import { hoursSince, seconds, timestamp } from '../../sql/times';
import type { TaskTable } from '../table';
import { STATUSES } from './statuses';

/**
 * What is in some pages of the table, by status and task type: how many rows, the time of the newest $3th, and of the chosen statuses all
 * times. $1 = cutoff, $2 = percent of the pages. The same pages as long as the table does not change, so that two checks have the same timeline.
 */
export function sampleQuery(table: TaskTable, chosen: readonly string[]): string {
  return `
  select ${sent(table)}, count(*)::text as count,
         (array_agg(last_run order by last_run desc))[$3::int]::timestamptz::text as cut,
         case when ${oneOf(chosen)} then array_agg(${seconds('last_run')})::text end as times
    from ${table.sql} tablesample system ($2::float4) repeatable (1)
   where last_run <= $1::timestamptz and ${isOpen(chosen)}
   group by status, task_module, task_name`;
}

/** Without an axis, the times themselves leave the server, where there are no more than these. */
const MOST_TIMES = 100_000;

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
  /** Of the server that is asked. */
  readonly collectsInWorkers: boolean;
}

/** Whether parallel workers of this server can collect arrays. @param serverVersion such as `15.18` */
export function collectsInWorkers(serverVersion: string): boolean {
  return Number.parseInt(serverVersion) >= 16;
}

/**
 * The one pass over the table: every non-terminal row that is old enough, by status, task type and where its time is between the edges
 * $3, with the ids of the newest $2. $1 = cutoff: a constant, because `now() - interval` would be reckoned for every row.
 *
 * What makes it cheap, each measured (bench/README.md): the comparison of times comes before those of texts, and a chosen status before
 * the list of terminal ones. `offset '0'` hides from the planner that a group is made of `last_run` or `id`: it would expect one for every
 * row and let one process do all the grouping. (`offset 0` does too, and forbids parallel workers besides.)
 * @param chosen statuses that count as stuck; a terminal one among them is read too
 */
export function passQuery(table: TaskTable, chosen: readonly string[], form: PassForm): string {
  return form.cuts > 0 ? cutQuery(table, chosen, form) : collectingQuery(table, chosen, form);
}

const BIN = 'width_bucket(last_run::timestamptz, $3::timestamptz[])';
const TEXTS = ['status', 'task_module', 'task_name'] as const;
const KEYS = TEXTS.join(', ');

/** The three texts as they travel. */
function sent({ text }: TaskTable): string {
  return TEXTS.map((name) => `${text.send(name)} as ${name}`).join(', ');
}

/** What the rows of an answer are, of a relation that has all of them. */
function answer(table: TaskTable, count: string, oldest: string, bins: string): string {
  return `
  select ${sent(table)}, (${count})::text as count, ${hoursSince(oldest)} as max_hours,
         ${timestamp(oldest)} as oldest, ${timestamp('newest')} as newest, newest_ids::text,
         ${seconds(oldest)}::text as oldest_seconds, ${seconds('newest')}::text as newest_seconds, ${bins}`;
}

/** The newest of some rows, by the number of their group. */
function samples(rows: string): string {
  return `
  samples as (
    select number, max(last_run) as newest, (array_agg(id order by last_run desc, id desc))[1:$2::int] as newest_ids
      from ${rows} group by number)`;
}

/**
 * For a table of which nothing is known, or whose rows are of many types with few rows each: a group of a type and a bin collects its ids
 * and times, and the newest are looked for in the newest bins.
 */
function collectingQuery(table: TaskTable, chosen: readonly string[], { withTimes }: PassForm): string {
  return `
  with bins as materialized (
    select status::text as status, coalesce(rows.task_module, '')::text as task_module, coalesce(rows.task_name, '')::text as task_name, bin,
           count(*) as count, min(last_run) as oldest, array_agg(id) as ids, array_agg(last_run) as runs
      from (select id, ${KEYS}, last_run, ${BIN} as bin
              from ${table.sql} where last_run <= $1::timestamptz and ${isOpen(chosen)} offset '0') as rows
     group by 1, 2, 3, bin),
  groups as materialized (
    select row_number() over () as number, * from (
      select ${KEYS}, sum(count::int) as count, min(oldest) as oldest, array_agg(bin) as bins, array_agg(count::int) as counts
        from bins group by ${KEYS}) as grouped),
  collected as (
    select number, ids, runs, sum(bins.count::int) over (partition by number order by bins.bin desc) - bins.count as newer
      from groups join bins using (${KEYS})),
  newest_rows as (select number, unnest(ids) as id, unnest(runs) as last_run from collected where newer < $2::int),${samples('newest_rows')}${
    withTimes ? timesOfGroups(oneOf(chosen)) : ''
  }${answer(table, 'count', 'oldest', withTimes ? 'times, null as bins, null as counts' : 'null as times, bins::text, counts::text')}
    from groups left join samples using (number)${withTimes ? ' left join times using (number)' : ''}`;
}

/**
 * For a table a few of whose types have most of the rows, as is usual, and their newest are known to be no older than a time: rows before
 * it are counted under a number, so that neither are they collected nor three texts hashed and compared for each of them. What is collected
 * are the other rows, so that nothing in the server grows with the table. A cut type has such rows too: those by which it was cut.
 */
function cutQuery(table: TaskTable, chosen: readonly string[], { cuts, collectsInWorkers }: PassForm): string {
  const values = Array.from({ length: cuts }, (_, cut) =>
    Array.from({ length: VALUES_A_CUT }, (__, value) => `$${String(FIRST_CUT + VALUES_A_CUT * cut + value)}`),
  );
  const places = values.map(
    ([name, status, module, time], place) =>
      `when task_name::text = ${name}::text and last_run < ${time}::timestamptz and status::text = ${status}::text and task_module::text = ${module}::text then ${String(place)}`,
  );
  const rows = `
      from (select case when place is null then array[${TEXTS.map((text) => `coalesce(${text}::text, '')`).join(', ')}] end as type,
                   id, last_run, place * ${String(SLOTS)} + ${BIN} as slot
              from (select id, ${KEYS}, last_run, case ${places.join(' ')} end as place
                      from ${table.sql} where last_run <= $1::timestamptz and ${isOpen(chosen)} offset '0') as rows
            offset '0') as rows`;
  const textOf = (value: number): string =>
    `(array[${values.map((each) => each[value]).join(', ')}]::text[])[place + 1]`;
  return `
  with ${collectsInWorkers ? countedWithArrays(rows) : countedOneByOne(rows)},
  types as materialized (select row_number() over () as number, * from counted where slot is null),
  picked as materialized (select number, unnest(ids) as id, unnest(runs) as last_run from types),
  bins as (
    select number, array_agg(bin) as bins, array_agg(count) as counts
      from (select number, ${BIN} as bin, count(*)::int as count from picked group by number, 2) as one group by number),
  cut as (
    select ${textOf(1)} as status, ${textOf(2)} as task_module, ${textOf(0)} as task_name, rows, first, cut_bins, cut_counts
      from (select slot / ${String(SLOTS)} as place, sum(count::int) as rows, min(oldest) as first,
                   array_agg(slot % ${String(SLOTS)}) as cut_bins, array_agg(count::int) as cut_counts
              from counted where slot is not null group by 1) as placed),${samples('picked')}${answer(
                table,
                'count + coalesce(rows, 0)',
                'least(oldest, first)',
                'null as times, (bins || cut_bins)::text as bins, (counts || cut_counts)::text as counts',
              )}
    from types join samples using (number) join bins using (number) left join cut using (${KEYS})`;
}

/** The three texts of a type in one, so that of a row that is cut one null is hashed and compared, and not three. */
const PARTS = TEXTS.map((text, place) => `type[${String(place + 1)}] as ${text}`).join(', ');

function countedWithArrays(rows: string): string {
  return `counted as materialized (
    select ${PARTS}, slot, count(*) as count, min(last_run) as oldest,
           array_agg(id) filter (where slot is null) as ids, array_agg(last_run) filter (where slot is null) as runs${rows}
     group by type, slot)`;
}

/** Where parallel workers collect no arrays a row that is not cut is a group of its own, and these are collected afterwards. */
function countedOneByOne(rows: string): string {
  return `single as materialized (
    select type, one, count(*) as count, min(last_run) as oldest
      from (select type, last_run, case when slot is null then id::bigint else ${NO_ID} + slot end as one${rows} offset '0') as rows
     group by type, one),
  counted as materialized (
    select ${PARTS}, null::int as slot, count(*) as count, min(oldest) as oldest, array_agg(one) as ids, array_agg(oldest) as runs
      from single where one >= ${NO_ID} + ${String(SLOTS * SLOTS)} group by type
     union all
    select null, null, null, (one - (${NO_ID}))::int, count, oldest, null, null from single where one < ${NO_ID} + ${String(SLOTS * SLOTS)})`;
}

function oneOf(statuses: readonly string[]): string {
  return `status in (${statuses.map(quoteLiteral).join(', ')})`;
}

function isOpen(chosen: readonly string[]): string {
  const finished = STATUSES.ended.filter((status) => !chosen.includes(status));
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
