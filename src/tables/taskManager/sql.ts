import type { TaskTable } from './table';

/**
 * Settings of our own transaction only (SET LOCAL). What each is worth is measured by the bench's row `scan` ("the pass with the server's own
 * settings", bench/README.md): no sort, because sorting text keys is what a grouped scan would cost; no JIT, because compiling takes longer than it saves;
 * memory for the hash table of groups; and parallel workers even where the planner thinks they do not pay. Not for speed, but so that rows
 * are met in the same order in every check and the same ones become examples: no scan begins where another session's has just been.
 */
export const SCAN_SETTINGS = `
  set local enable_sort = off; set local jit = off; set local work_mem = '32MB';
  set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0.001;
  set local synchronize_seqscans = off`;

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
/** Without UTF-8 nor can what is written as an escape and is not ASCII. */
const NOT_ASCII = String.raw`|\\u(?!00[0-7])`;
const LONGEST_JSON = 100_000;

/**
 * A column with JSON as jsonb, so that reading it never fails: null where a json column holds what jsonb refuses.
 * @param type of the column
 * @param anyCharacter whether the database's encoding has all of them (`TextForm`)
 * @returns undefined for a type that does not hold JSON; text may, but PostgreSQL before 16 cannot look without failing
 */
export function asJsonb(expression: string, type: string | undefined, anyCharacter = true): string | undefined {
  if (type === 'jsonb') return expression;
  if (type !== 'json') return undefined;
  const text = `${expression}::text`;
  return `case when length(${text}) <= ${String(LONGEST_JSON)} and ${text} !~ '${NOT_FOR_JSONB}${anyCharacter ? '' : NOT_ASCII}' then ${text}::jsonb end`;
}

export function hoursSince(expression: string): string {
  return `(extract(epoch from now() - greatest(${expression}, ${FIRST_TIME})) / 3600)::text`;
}

const OLDER_THAN = "now() - $1::float8 * interval '1 hour'";

/** $1 = hours. The server's clock decides: `now()` is the same moment in every statement of the snapshot. */
export const CLOCK = `
  select now()::text as now, (${OLDER_THAN})::text as older_than, ${seconds(OLDER_THAN)}::text as older_than_seconds,
         current_setting('server_version') as version, pg_is_in_recovery()::text as replica`;

/** A longer message is cut, and `status_message_cut` is its length in bytes: one may have a gigabyte, which no view could show. */
const LONGEST_MESSAGE = 20_000;

/** Of longer `arguments` only so many characters come with the other columns (`wholeArgumentsQuery` gives the rest). */
const ARGUMENTS_HEAD = 2048;

/**
 * Everything shown of the rows with ids $1, in no order, but for their task types. Columns that the table does not have come as null.
 * Of long `arguments` it is a head; `arguments_cut` is then their length in bytes.
 * @param large those of the columns of any size that are asked for: in a row they may be too large
 */
export function samplesQuery(table: TaskTable, large: readonly string[] = LARGE): string {
  const has = (name: string): boolean => table.columns.has(name) && (large.includes(name) || !LARGE.includes(name));
  const shown = (names: readonly string[], expression: (name: string) => string): string[] =>
    names.map((name) => `${has(name) ? expression(name) : 'null'} as ${name}`);
  const withArguments = has('arguments');
  const isLong = `length(arguments) > ${String(ARGUMENTS_HEAD)}`;
  const columns = [
    ...shown(NUMBERS, (name) => `${name}::text`),
    ...shown(TEXTS, (name) => table.text.send(name)),
    ...shown(['status_message'], (name) => table.text.send(`left(${name}, ${String(LONGEST_MESSAGE)})`)),
    `${has('status_message') ? `case when length(status_message) > ${String(LONGEST_MESSAGE)} then octet_length(status_message)::text end` : 'null'} as status_message_cut`,
    ...shown(TIMES, timestamp),
    ...shown(['arguments'], () =>
      table.text.send(`case when ${isLong} then left(arguments, ${String(ARGUMENTS_HEAD)}) else arguments end`),
    ),
    `${withArguments ? `case when ${isLong} then octet_length(arguments)::text end` : 'null'} as arguments_cut`,
  ];
  const raw = [...NUMBERS, ...TEXTS, ...TIMES].filter(has);
  const texts = LARGE.filter(has).map((name) => `${name}::text as ${name}`);
  // They become text once: `offset '0'` keeps PostgreSQL from doing it again for each mention.
  return `
  select ${columns.join(', ')}
    from (select ${[...raw, ...texts].join(', ')}
            from ${table.sql} where id = any($1::bigint[]) offset '0') as row`;
}

const NUMBERS = ['id', 'attempts', 'current_page', 'total_pages', 'priority'];
const TEXTS = ['status', 'task_id'];
/** Of any size. */
export const LARGE = ['status_message', 'arguments'];
const TIMES = ['last_run', 'started_at', 'created_at', 'updated_at'];

/** The whole `arguments` of the rows with ids $1, the newest first, as long as all together have no more than $2 bytes. */
export function wholeArgumentsQuery(table: TaskTable): string {
  return `
  select id::text as id, ${table.text.send('arguments')} as arguments
    from (select id, arguments, sum(octet_length(arguments)) over (order by last_run desc, id desc) as budgeted
            from (select id, last_run, arguments::text as arguments from ${table.sql} where id = any($1::bigint[]) offset '0') as found) as row
   where budgeted <= $2::bigint`;
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
