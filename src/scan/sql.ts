import { TERMINAL_STATUSES } from '../diagnosis/statuses';
import { quoteLiteral } from './identifiers';
import type { TaskTable } from './table';

/**
 * Settings of our own transaction only (SET LOCAL), each measured on 1M and 10M rows (bench/README.md, "Settings"):
 * no sort, because sorting text keys is what a grouped scan would cost; no JIT, because compiling takes longer than it saves;
 * memory for the hash table of groups; and parallel workers even where the planner thinks they do not pay.
 */
export const SCAN_SETTINGS = `
  set local enable_sort = off; set local jit = off; set local work_mem = '32MB';
  set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0.001`;

/** The calendar that ISO 8601 and Python share: `infinity` and years BC, which PostgreSQL has besides, are shown as its ends. */
const FIRST_TIME = `timestamptz '0001-01-01 00:00:00+00'`;
const LAST_TIME = `timestamptz '9999-12-31 23:59:59.999999+00'`;

/**
 * Times leave the server as PostgreSQL writes them, because JavaScript's Date would drop the microseconds and `to_char` costs the server
 * several times as much. The snapshot's TimeZone is UTC and its DateStyle ISO; `isoTime` reads them.
 */
function timestamp(expression: string): string {
  return `${expression}::timestamptz::text`;
}

/** A time as seconds since 1970 in UTC, with microseconds; `infinity` as the ends of the calendar. */
export function epochSeconds(expression: string): string {
  return `extract(epoch from least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME}))`;
}

/** The same as float8, exact to the microsecond for the years that a bin can be in; `extract` reckons with numeric, which costs several times as much. */
function seconds(expression: string): string {
  return `date_part('epoch', least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME}))`;
}

/** What cannot go from json to jsonb: the character 0, halves of surrogate pairs, exponents beyond a numeric. Whole pairs go too. */
const NOT_FOR_JSONB = String.raw`\\u(0000|[dD][89a-fA-F])|[0-9][eE][+-]?[0-9]{4}`;
const LONGEST_JSON = 100_000;

/**
 * A column with JSON as jsonb, so that reading it never fails: null where a json column holds what jsonb refuses.
 * @param type of the column
 * @returns undefined for a type that does not hold JSON; text may, but PostgreSQL before 16 cannot look without failing
 */
export function asJsonb(expression: string, type: string | undefined): string | undefined {
  if (type === 'jsonb') return expression;
  if (type !== 'json') return undefined;
  const text = `${expression}::text`;
  return `case when length(${text}) <= ${String(LONGEST_JSON)} and ${text} !~ '${NOT_FOR_JSONB}' then ${text}::jsonb end`;
}

function hoursSince(expression: string): string {
  return `(extract(epoch from now() - greatest(${expression}, ${FIRST_TIME})) / 3600)::text`;
}

const OLDER_THAN = "now() - $1::float8 * interval '1 hour'";

/** $1 = hours. The server's clock decides: `now()` is the same moment in every statement of the snapshot. */
export const CLOCK = `
  select now()::text as now, (${OLDER_THAN})::text as older_than, ${seconds(OLDER_THAN)}::text as older_than_seconds,
         current_setting('server_version') as version, pg_is_in_recovery()::text as replica`;

/** A status and task type as one number, the same in every statement of a snapshot. Two of them may have the same. */
const KEY = ['status', 'task_module', 'task_name'].map((name) => `hashtext(${name}::text)`).join(' # ');

/**
 * What is in some pages of the table, by status and task type: how many rows, the time of the newest $3th, and of the chosen statuses all
 * times. $1 = cutoff, $2 = percent of the pages. The same pages as long as the table does not change, so that two checks have the same timeline.
 */
export function sampleQuery(table: TaskTable, chosen: readonly string[]): string {
  return `
  select (${KEY})::text as key, count(*)::text as count, (array_agg(last_run order by last_run desc))[$3::int]::timestamptz::text as cut,
         case when ${oneOf(chosen)} then array_agg(${seconds('last_run')})::text end as times
    from ${table.sql} tablesample system ($2::float4) repeatable (1)
   where last_run <= $1::timestamptz and ${isOpen(chosen)}
   group by status, task_module, task_name`;
}

/** Without an axis, the times themselves leave the server, where there are no more than these. */
export const MOST_TIMES = 100_000;

/**
 * How the pass finds the newest rows of each type. `picks`: rows that may be among the newest are groups of their own, so that parallel
 * workers do the grouping (arrays they collect only since version 16) and no list in the server grows with the table. `arrays`: a group
 * collects its ids and times unsorted; for a table of which a sample tells too little. `times`: as `arrays`, and all times of the chosen
 * statuses come along, up to MOST_TIMES.
 */
export type Collecting = 'arrays' | 'picks' | 'times';

/**
 * The one pass over the table: every non-terminal row that is old enough, grouped by status, task type and where its time is between
 * the edges $3. Only the newest groups of a type are looked at to find its newest $2. $1 = cutoff: a constant, because `now() - interval`
 * would be reckoned for every row. For `picks` $4 = keys in ascending order, $5 = the time before which a row of that key is not picked.
 *
 * What makes it cheap, each measured (bench/README.md): the comparison of times comes before those of texts, and a chosen status before
 * the list of terminal ones. `offset '0'` hides from the planner that the bin is made of `last_run`: it would expect a group for every
 * row and let one process do all the grouping. (`offset 0` does too, and forbids parallel workers besides.)
 * @param chosen statuses that count as stuck; a terminal one among them is read too
 */
export function groupsQuery(table: TaskTable, chosen: readonly string[], collecting: Collecting): string {
  const withTimes = collecting === 'times';
  return `
  with ${collecting === 'picks' ? pickedBins(table, chosen) : collectedBins(table, chosen)},
  groups as materialized (
    select status, task_module, task_name, sum(count::int) as count, min(oldest) as oldest, max(newest) as newest,
           array_agg(bin) as bins, array_agg(count::int) as counts
      from bins group by status, task_module, task_name),
  numbered as materialized (
    select row_number() over () as number, *,
           case when count > $2::int and cardinality(bins) > 1 then (
             select min(bin) from (
               select bin, sum(rows) over (order by bin desc) - rows as newer from unnest(bins, counts) as one(bin, rows)) as ordered
              where newer < $2::int) else 0 end as first_bin
      from groups),
  newest_rows as (
    select number, ${collecting === 'picks' ? 'pick as id, rows.oldest as last_run' : 'unnest(ids) as id, unnest(runs) as last_run'}
      from numbered join ${collecting === 'picks' ? 'picked' : 'bins'} as rows using (status, task_module, task_name)
     where rows.bin >= first_bin),
  samples as (
    select number, (array_agg(id order by last_run desc, id desc))[1:$2::int] as newest_ids from newest_rows group by number)${
      withTimes ? timesOfGroups(oneOf(chosen)) : ''
    }
  select status, task_module, task_name, count::text, ${hoursSince('oldest')} as max_hours,
         ${timestamp('oldest')} as oldest, ${timestamp('newest')} as newest, newest_ids::text,
         ${seconds('oldest')}::text as oldest_seconds, ${seconds('newest')}::text as newest_seconds,
         ${withTimes ? 'times, null as bins, null as counts' : 'null as times, bins::text, counts::text'}
    from numbered left join samples using (number)${withTimes ? ' left join times using (number)' : ''}`;
}

const TYPE = `status, coalesce(rows.task_module, '') as task_module, coalesce(rows.task_name, '') as task_name`;
const BIN = 'width_bucket(last_run::timestamptz, $3::timestamptz[]) as bin';

function collectedBins(table: TaskTable, chosen: readonly string[]): string {
  return `bins as materialized (
    select ${TYPE}, bin, count(*) as count, min(last_run) as oldest, max(last_run) as newest, array_agg(id) as ids, array_agg(last_run) as runs
      from (select id, status, task_module, task_name, last_run, ${BIN}
              from ${table.sql} where last_run <= $1::timestamptz and ${isOpen(chosen)} offset '0') as rows
     group by status, rows.task_module, rows.task_name, bin)`;
}

function pickedBins(table: TaskTable, chosen: readonly string[]): string {
  // Each level keeps the one below from being reckoned again, and from the planner what a group is made of.
  return `counted as materialized (
    select ${TYPE}, bin, pick, count(*) as count, min(last_run) as oldest, max(last_run) as newest
      from (select *, case when ($4::int[])[place] = key and last_run < ($5::timestamptz[])[place] then null else id end as pick
              from (select *, width_bucket(key, $4::int[]) as place
                      from (select id, status, task_module, task_name, last_run, ${BIN}, ${KEY} as key
                              from ${table.sql} where last_run <= $1::timestamptz and ${isOpen(chosen)} offset '0') as keyed
                    offset '0') as placed
            offset '0') as rows
     group by status, rows.task_module, rows.task_name, bin, pick),
  picked as (select * from counted where pick is not null),
  bins as materialized (
    select status, task_module, task_name, bin, sum(count::int) as count, min(oldest) as oldest, max(newest) as newest
      from counted group by status, task_module, task_name, bin)`;
}

/**
 * The newest $5 rows of the types that $2 statuses, $3 modules and $4 names are, position by position: for those of which the pass
 * picked too few. $1 = cutoff.
 */
export function newestQuery(table: TaskTable): string {
  return `
  with wanted as (
    select * from unnest($2::text[], $3::text[], $4::text[]) with ordinality as one(status, task_module, task_name, place))
  select place::text, (array_agg(id order by last_run desc, id desc))[1:$5::int]::text as newest_ids
    from ${table.sql} as task join wanted on wanted.status = task.status and wanted.task_module = coalesce(task.task_module, '')
     and wanted.task_name = coalesce(task.task_name, '')
   where last_run <= $1::timestamptz group by place`;
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
    select number, unnest(runs) as last_run from numbered join bins using (status, task_module, task_name)
     where ${asked} and (select coalesce(sum(count), 0) from groups where ${asked}) <= ${String(MOST_TIMES)}),
  times as (select number, array_agg(${seconds('last_run')})::text as times from runs group by number)`;
}

/**
 * How much text of `arguments` one scan or page carries in full (bytes): a few samples of a megabyte each arrive whole, a thousand
 * of them do not fill the memory or the editor (VS Code stops at documents of 50 MB). Beyond it each is cut to a head.
 */
export const ARGUMENTS_BUDGET = 16 * 1024 * 1024;
const ARGUMENTS_HEAD = 2048;

/**
 * Everything shown of the rows with ids $1, in no order. Columns that the table does not have come as null.
 * @param budget bytes of `arguments` that may come in full; `arguments_cut` is the length of one that did not
 */
export function samplesQuery(table: TaskTable, budget: number): string {
  const has = (name: string): boolean => table.columns.has(name);
  const shown = (names: readonly string[], expression: (name: string) => string): string[] =>
    names.map((name) => `${has(name) ? expression(name) : 'null'} as ${name}`);
  const withArguments = has('arguments');
  const columns = [
    ...shown(TEXTS, (name) => `${name}::text`),
    ...shown(TIMES, timestamp),
    withArguments ? argumentColumns(budget) : 'null as arguments, null as arguments_cut',
  ];
  const raw = [...TEXTS, ...TIMES].filter(has);
  // Arguments become text once: `offset '0'` keeps PostgreSQL from doing it again for each mention.
  const rows = `select ${[...raw, ...(withArguments ? ['arguments::text as arguments'] : [])].join(', ')}
    from ${table.sql} where id = any($1::bigint[]) offset '0'`;
  const budgeted = ', coalesce(sum(octet_length(arguments)) over (order by last_run desc, id desc), 0) as budgeted';
  return `
  select ${columns.join(', ')} from (select *${withArguments ? budgeted : ''} from (${rows}) as found) as row`;
}

const TEXTS = [
  ...['id', 'status', 'task_module', 'task_name', 'task_id', 'status_message', 'attempts'],
  ...['current_page', 'total_pages', 'priority'],
];
const TIMES = ['last_run', 'started_at', 'created_at', 'updated_at'];

function argumentColumns(budget: number): string {
  const whole = `(budgeted <= ${String(budget)} or length(arguments) <= ${String(ARGUMENTS_HEAD)})`;
  return `case when ${whole} then arguments else left(arguments, ${String(ARGUMENTS_HEAD)}) end as arguments,
          case when not ${whole} then octet_length(arguments)::text end as arguments_cut`;
}

/** Where a page of samples ends: the keys of its last row. */
export interface PageStart {
  readonly lastRun: string;
  readonly id: number;
}

/**
 * The next page of one task type, by key and not by offset: a page deep down costs what the first one does.
 * `task.id`, because a bare `id` in ORDER BY is the text that this query gives out: '8' after '56'.
 * $1 module, $2 name, $3 statuses, $4 older than, $5 page size; with `after` also $6 last_run and $7 id of the last row shown.
 */
export function pageQuery(table: TaskTable, after: boolean): string {
  // As it was shown: the time of the last row of a page may be an end of the calendar.
  const shown = `greatest(task.last_run, ${FIRST_TIME})`;
  const beyond = after ? `and (${shown}, task.id) < ($6::text::timestamptz, $7::bigint)` : '';
  return `
  select task.id::text from ${table.sql} as task
   where task_module = $1 and task_name = $2 and status = any($3::text[]) and last_run <= $4::text::timestamptz ${beyond}
   order by ${shown} desc, task.id desc limit $5::int`;
}
