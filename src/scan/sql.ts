import { TERMINAL_STATUSES } from '../diagnosis/statuses';
import { quoteLiteral } from './identifiers';
import type { TaskTable } from './table';
import { AXIS_COLUMNS, axisQueries, binsOfGroup } from './timelineSql';

/**
 * Settings of our own transaction only (SET LOCAL), each measured on 1M and 10M rows (ARCHITECTURE.md, "The scan"):
 * no sort, because sorting text keys is what a grouped scan would cost; no JIT, because compiling takes longer than it saves;
 * memory for the hash table of groups; and parallel workers even where the planner thinks they do not pay.
 */
export const SCAN_SETTINGS = `
  set local enable_sort = off; set local jit = off; set local work_mem = '32MB';
  set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0.001`;

/** The calendar that ISO 8601 and Python share: `infinity` and years BC, which PostgreSQL has besides, are shown as its ends. */
const FIRST_TIME = `timestamptz '0001-01-01 00:00:00+00'`;
const LAST_TIME = `timestamptz '9999-12-31 23:59:59.999999+00'`;

/** Timestamps leave the server as text: JavaScript's Date would drop the microseconds. The snapshot's TimeZone is UTC. */
function timestamp(expression: string): string {
  const inCalendar = `least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME})`;
  // least and greatest pass over null, to_char does not.
  return `case when ${expression} is not null then to_char(${inCalendar}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end`;
}

/** A time as seconds since 1970 in UTC, with microseconds; `infinity` as the ends of the calendar. */
export function epochSeconds(expression: string): string {
  return `extract(epoch from least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME}))`;
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

/** $1 = hours. The server's clock decides: `now()` is the same moment in every statement of the snapshot. */
export const CLOCK = `
  select ${timestamp('now()')} as now, ${timestamp("now() - $1::float8 * interval '1 hour'")} as older_than,
         current_setting('server_version') as version, pg_is_in_recovery()::text as replica`;

/**
 * The one pass over the table: every non-terminal row that is old enough, by status and task type, with the ids of the
 * newest $2 of each group. Arrays are collected unsorted and cut to the newest outside, over a few groups instead of all rows.
 * Statuses stand in the text as literals (our own constants), so that a partial index on them can serve a generic plan.
 * Besides, the times of the rows in the chosen statuses are counted by bins, whose width follows from the oldest and the newest.
 * $1 = hours, $2 = limit, $3 = the chosen statuses.
 * @param chosen statuses that count as stuck; a terminal one among them is read too
 */
export function groupsQuery(table: TaskTable, chosen: readonly string[]): string {
  const finished = TERMINAL_STATUSES.filter((status) => !chosen.includes(status));
  const open = finished.length === 0 ? 'true' : `status not in (${finished.map(quoteLiteral).join(', ')})`;
  return `
  with groups as materialized (
    select status, task_module, task_name, count(*) as count, min(last_run) as oldest, max(last_run) as newest,
           array_agg(id) as ids, array_agg(last_run) as runs
      from ${table.sql}
     where ${open} and last_run <= now() - $1::float8 * interval '1 hour'
     group by status, task_module, task_name),${axisQueries('$3::text[]')}
  select status, task_module, task_name, count::text, ${hoursSince('oldest')} as max_hours,
         ${timestamp('oldest')} as oldest, ${timestamp('newest')} as newest, newest_ids::text, last_runs, ${AXIS_COLUMNS}
    from groups cross join lateral (
      select array_agg(id) as newest_ids from (
        select id from (select unnest(ids) as id, unnest(runs) as last_run) as run
         order by last_run desc, id desc limit $2::int) as top) as samples${binsOfGroup('$3::text[]')}
    left join axis on true`;
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
  return `
  select ${sampleColumns(table, budget)} from ${table.sql} where id = any($1::bigint[])`;
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

function sampleColumns(table: TaskTable, budget: number): string {
  const text = (name: string): string => (table.columns.has(name) ? `${name}::text as ${name}` : `null as ${name}`);
  const time = (name: string): string =>
    table.columns.has(name) ? `${timestamp(name)} as ${name}` : `null as ${name}`;
  return [
    ...['id', 'status', 'task_module', 'task_name', 'task_id', 'status_message', 'attempts'].map(text),
    ...['current_page', 'total_pages', 'priority'].map(text),
    ...['last_run', 'started_at', 'created_at', 'updated_at'].map(time),
    table.columns.has('arguments') ? argumentColumns(budget) : 'null as arguments, null as arguments_cut',
  ].join(', ');
}

function argumentColumns(budget: number): string {
  const all = 'sum(octet_length(arguments::text)) over (order by last_run desc, id desc)';
  const whole = `(coalesce(${all}, 0) <= ${String(budget)} or length(arguments::text) <= ${String(ARGUMENTS_HEAD)})`;
  return `case when ${whole} then arguments::text else left(arguments::text, ${String(ARGUMENTS_HEAD)}) end as arguments,
          case when not ${whole} then octet_length(arguments::text)::text end as arguments_cut`;
}
