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
export function timestamp(expression: string): string {
  return `${expression}::timestamptz::text`;
}

/** A time as seconds since 1970 in UTC, with microseconds; `infinity` as the ends of the calendar. */
export function epochSeconds(expression: string): string {
  return `extract(epoch from least(greatest(${expression}, ${FIRST_TIME}), ${LAST_TIME}))`;
}

/** The same as float8, exact to the microsecond for the years that a bin can be in; `extract` reckons with numeric, which costs several times as much. */
export function seconds(expression: string): string {
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

export function hoursSince(expression: string): string {
  return `(extract(epoch from now() - greatest(${expression}, ${FIRST_TIME})) / 3600)::text`;
}

const OLDER_THAN = "now() - $1::float8 * interval '1 hour'";

/** $1 = hours. The server's clock decides: `now()` is the same moment in every statement of the snapshot. */
export const CLOCK = `
  select now()::text as now, (${OLDER_THAN})::text as older_than, ${seconds(OLDER_THAN)}::text as older_than_seconds,
         current_setting('server_version') as version, pg_is_in_recovery()::text as replica`;

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
