/** What the arguments of a task hold, as SQL. */
import { placeSteps, type ArgumentPlaces, type ArgumentTest } from '../model/effectRule';
import { isOneOf, NUMBER_TEXT } from './compare';
import type { Values } from './values';

type Steps = readonly (string | number)[];

const INTEGERS = ['smallint', 'integer', 'bigint'];
/** More digits than a bigint surely holds are no id. */
const INTEGER_TEXT = '^-?[0-9]{1,18}$';
const UUID_TEXT = '^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$';

/** The first of the places that is there, as jsonb; JSON's null is there. @param json the arguments, as jsonb */
export function argumentSql(json: string, places: ArgumentPlaces, values: Values): string {
  const from = typeof places === 'object' && 'from' in places ? places.from : places;
  const list = typeof from === 'string' ? [from] : from;
  const found = list.flatMap((place) => callSteps(json, placeSteps(place) ?? [], values));
  if (typeof places === 'object' && 'from' in places) found.push(values.bind(JSON.stringify(places.default), 'jsonb'));
  return `coalesce(${found.join(', ')}, null::jsonb)`;
}

/** The value at a place of a task's arguments: where `kwargs.name` is not, older releases of the library have it at the top. */
export function callSteps(json: string, steps: Steps, values: Values): string[] {
  const nested = stepsSql(json, steps, values);
  if (steps[0] !== 'kwargs') return [nested];
  const flat = `case when not ${json} ? 'kwargs' and not ${json} ? 'args' then ${stepsSql(json, steps.slice(1), values)} end`;
  return [nested, flat];
}

/** The value at a place inside of JSON. */
export function stepsSql(json: string, steps: Steps, values: Values): string {
  return steps.reduce<string>(
    (at, step) => `(${at} -> ${typeof step === 'number' ? String(step) : values.bind(step, 'text')})`,
    json,
  );
}

/**
 * Whether a rule covers a task: its arguments hold all these values. What is absent, null, a list or an object equals none.
 * @param texts for each test the value at its place, as `scalarText` gives it
 */
export function coversSql(where: readonly ArgumentTest[], texts: readonly string[], values: Values): string {
  const tests = where.map(({ equals, in: list = [] }, index) =>
    isOneOf(texts[index] ?? '', 'text', equals === undefined ? list : [equals], values),
  );
  return tests.join(' and ') || 'true';
}

/** A number, a string or a boolean of JSON as text, `5.0` as `5`; null for anything else, and for JSON's null. @param json jsonb */
export function scalarText(json: string): string {
  const text = `(${json})::text`;
  return `(case jsonb_typeof(${json})
             when 'number' then case when strpos(${text}, '.') = 0 then ${text} else regexp_replace(${text}, '\\.0+$', '') end
             when 'string' then (${json}) #>> '{}' when 'boolean' then ${text} end)`;
}

/**
 * A value of the arguments as a column of this type can be compared with; null where it cannot, so that no cast ever fails. A whole
 * number of JSON needs no pattern, which would cost more than anything else that is done with it.
 * @param json the value itself
 */
export function typedValue(type: string, text: string, json: string): string {
  if (INTEGERS.includes(type)) {
    const whole = `jsonb_typeof(${json}) = 'number' and length(${text}) <= 18 and strpos(${text}, '.') = 0`;
    return `(case when ${whole} or ${text} ~ '${INTEGER_TEXT}' then ${text}::bigint end)`;
  }
  if (type === 'numeric') return `(case when ${text} ~ '${NUMBER_TEXT}' then ${text}::numeric end)`;
  if (type === 'uuid') return `(case when ${text} ~ '${UUID_TEXT}' then ${text}::uuid end)`;
  return text;
}
