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
/** The first of the numbers that are no ids, because a sequence begins at 1. */
const NO_ID = `'-9223372036854775808'::bigint`;
/** How many there are: one for each slot, which is an int. */
const NO_IDS = 2 ** 31;
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
 * Rows of a chosen status that are younger than the cutoff are counted in the same pass, by status alone: a row of the answer without a
 * task_module has their count and their oldest time. A row without a time is neither old nor young.
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

/** The number of a younger row's status, from `first` on, in the order of the chosen ones. */
function youngerNumber(chosen: readonly string[], first: number): string {
  if (chosen.length === 1) return String(first);
  return `case ${chosen.map((status, index) => `when ${oneOf([status])} then ${String(first + index)}`).join(' ')} end`;
}

/**
 * The rows of an answer that count the younger ones; their other columns are null.
 * @param place of a row's status among the chosen ones, from 0
 * @param counted the counts, behind `from`
 */
function youngerAnswer({ text }: TaskTable, chosen: readonly string[], place: string, counted: string): string {
  const status = `(array[${chosen.map(quoteLiteral).join(', ')}]::text[])[${place} + 1]`;
  return `
   union all
  select ${text.send(status)}, null, null, sum(count::int)::text, null, ${timestamp('min(oldest)')}${', null'.repeat(7)}
    from ${counted} group by ${place}`;
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
 * and times, and the newest are looked for in the newest bins. Younger rows have a negative number in place of a bin, by their status, and
 * no other text: nothing of them is collected.
 */
function collectingQuery(table: TaskTable, chosen: readonly string[], { withTimes }: PassForm): string {
  const texts = TEXTS.map((name) => `case when bin >= 0 then coalesce(rows.${name}::text, '') end as ${name}`);
  const bin = `case when last_run <= $1::timestamptz then ${BIN} else ${youngerNumber(chosen, -chosen.length)} end`;
  return `
  with bins as materialized (
    select ${texts.join(', ')}, bin, count(*) as count, min(last_run) as oldest,
           array_agg(id) filter (where bin >= 0) as ids, array_agg(last_run) filter (where bin >= 0) as runs
      from (select id, ${KEYS}, last_run, ${bin} as bin
              from ${table.sql} where ${isWanted(chosen)} offset '0') as rows
     group by 1, 2, 3, bin),
  groups as materialized (
    select row_number() over () as number, * from (
      select ${KEYS}, sum(count::int) as count, min(oldest) as oldest, array_agg(bin) as bins, array_agg(count::int) as counts
        from bins where bin >= 0 group by ${KEYS}) as grouped),
  collected as (
    select number, ids, runs, sum(bins.count::int) over (partition by number order by bins.bin desc) - bins.count as newer
      from groups join bins using (${KEYS})),
  newest_rows as (select number, unnest(ids) as id, unnest(runs) as last_run from collected where newer < $2::int),${samples('newest_rows')}${
    withTimes ? timesOfGroups(oneOf(chosen)) : ''
  }${answer(table, 'count', 'oldest', withTimes ? 'times, null as bins, null as counts' : 'null as times, bins::text, counts::text')}
    from groups left join samples using (number)${withTimes ? ' left join times using (number)' : ''}${youngerAnswer(table, chosen, `bin + ${String(chosen.length)}`, 'bins where bin < 0')}`;
}

/**
 * For a table a few of whose types have most of the rows, as is usual, and their newest are known to be no older than a time: rows before
 * it are counted under a number, so that neither are they collected nor three texts hashed and compared for each of them. What is collected
 * are the other rows, so that nothing in the server grows with the table. A cut type has such rows too: those by which it was cut.
 * The younger rows of each chosen status are counted under a number of their own, behind those of the cut types.
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
              from (select id, ${KEYS}, last_run,
                           case when last_run > $1::timestamptz then ${youngerNumber(chosen, cuts)} ${places.join(' ')} end as place
                      from ${table.sql} where ${isWanted(chosen)} offset '0') as rows
            offset '0') as rows`;
  const younger = String(cuts * SLOTS);
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
              from counted where slot < ${younger} group by 1) as placed),${samples('picked')}${answer(
                table,
                'count + coalesce(rows, 0)',
                'least(oldest, first)',
                'null as times, (bins || cut_bins)::text as bins, (counts || cut_counts)::text as counts',
              )}
    from types join samples using (number) join bins using (number) left join cut using (${KEYS})${youngerAnswer(table, chosen, `slot / ${String(SLOTS)} - ${String(cuts)}`, `counted where slot >= ${younger}`)}`;
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
      from single where one >= ${NO_ID} + ${String(NO_IDS)} group by type
     union all
    select null, null, null, (one - (${NO_ID}))::int, count, oldest, null, null from single where one < ${NO_ID} + ${String(NO_IDS)})`;
}

function oneOf(statuses: readonly string[]): string {
  return `status in (${statuses.map(quoteLiteral).join(', ')})`;
}

/**
 * The rows of a pass: the open ones that are old enough, and the younger ones of a chosen status. Each part says that a row is not finished,
 * so that the planner can use the index of `createScanIndex` also for both.
 */
function isWanted(chosen: readonly string[]): string {
  return `(last_run <= $1::timestamptz and ${isOpen(chosen)} or last_run > $1::timestamptz and ${oneOf(chosen)})`;
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
