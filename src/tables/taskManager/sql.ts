import { timestamp } from '../../sql/times';
import type { TaskTable } from '../table';

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
