/** Columns and the values that a rule gives, as SQL that never fails, whatever the column holds. */
import type { Scalar } from '../model/effectRule';
import type { Values } from './values';

const INTEGERS = ['smallint', 'integer', 'bigint'];
const TEXTS = ['text', 'character varying'];
export const NUMBER_TEXT = String.raw`^-?[0-9]{1,40}(\.[0-9]{1,40})?$`;
const LARGEST_INTEGERS: Readonly<Record<string, number>> = {
  smallint: 32_767,
  integer: 2_147_483_647,
  bigint: Number.MAX_SAFE_INTEGER,
};

/** By text, because a column may be an enumeration or anything else; numbers by value. */
export function isOneOf(sql: string, type: string | undefined, values: readonly Scalar[], bound: Values): string {
  const numbers = values.filter((value) => typeof value === 'number');
  const texts = values.filter((value) => typeof value !== 'number').map(String);
  const tests = [
    ...(numbers.length > 0 ? [`${numeric(sql, type)} = any(${bound.bind(numbers, 'numeric[]')})`] : []),
    ...(texts.length > 0 ? [`${sql}::text = any(${bound.bind(texts, 'text[]')})`] : []),
  ];
  return `(${tests.join(' or ')})`;
}

/** The same for one value, in a form that an index serves where the column's type is the value's. */
export function equalsValue(sql: string, type: string | undefined, value: Scalar, bound: Values): string {
  const most = LARGEST_INTEGERS[type ?? ''];
  if (most !== undefined && typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= most)
    return `${sql} = ${bound.bind(value, type ?? '')}`;
  if (type === 'boolean' && typeof value === 'boolean') return `${sql} = ${bound.bind(value, 'boolean')}`;
  if (TEXTS.includes(type ?? '') && typeof value === 'string') return `${sql} = ${bound.bind(value, 'text')}`;
  return isOneOf(sql, type, [value], bound);
}

/** The column itself where an index can then serve; its text for types that a value of the arguments cannot become. */
export function comparable(type: string, sql: string): string {
  return [...INTEGERS, ...TEXTS, 'numeric', 'uuid'].includes(type) ? sql : `${sql}::text`;
}

/** The number in a column of any type; null where there is none. */
export function numeric(sql: string, type: string | undefined): string {
  if (INTEGERS.includes(type ?? '')) return sql;
  return `(case when ${sql}::text ~ '${NUMBER_TEXT}' then ${sql}::text::numeric end)`;
}

/** Why a column of this type never has this value, as the end of a sentence; undefined where it may. */
export function neverEquals(type: string, value: Scalar): string | undefined {
  const is = (what: string): string => `is of type ${type}, which never equals ${what}`;
  if (type === 'json' || type === 'jsonb') return is('a single value');
  if ([...INTEGERS, 'numeric', 'real', 'double precision'].includes(type))
    return typeof value === 'number' || (typeof value === 'string' && new RegExp(NUMBER_TEXT).test(value))
      ? undefined
      : is(typeof value === 'boolean' ? 'true or false' : 'a text that is no number');
  if (type === 'boolean')
    return ['true', 'false'].includes(String(value)) ? undefined : is('anything but true and false');
  if ((type === 'uuid' || type === 'date' || type.startsWith('time')) && typeof value !== 'string')
    return is(typeof value === 'number' ? 'a number' : 'true or false');
  return undefined;
}
