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
