// @ts-check
/** How the rows of a status and situation spread over the task types. */
import { tail } from './ages.mjs';
import { FINISHED_WEIGHT, split } from './shares.mjs';
import { IN_REDIS } from './situations.mjs';

/** @typedef {import('./task-types.mjs').TaskType} TaskType */
/** @typedef {import('./ages.mjs').Ages} Ages */
/** @typedef {import('./plan.mjs').Segment} Segment */

/**
 * The types that are not named: each has at least one stuck row where the numbers allow it.
 * @param {TaskType[]} types
 * @param {number} from
 * @param {[number, number][]} mix
 * @returns {Segment[]}
 */
export function spreadTail(types, from, mix) {
  const count = types.length - from;
  const total = mix.reduce((all, [, n]) => all + n, 0);
  if (count <= 0) return [];
  const least = total >= count ? 1 : 0;
  const left = split(total - least * count, longTail(count)).map((n) => n + least);
  /** @type {Segment[]} */
  const segments = [];
  /** @type {(index: number, situation: number, n: number) => void} */
  const add = (index, situation, n) => {
    left[index] = (left[index] ?? 0) - n;
    const ages = tail(IN_REDIS.includes(situation));
    // Another start for each type, or all small types would have the same ages.
    const parts = split(
      n,
      ages.map(({ weight }, at) => weight + ((index + at) % 3) * 0.01),
    );
    ages.forEach(({ lo, hi, bend }, at) =>
      segments.push({
        type: from + index,
        status: 'SCHEDULED',
        situation,
        n: parts[at] ?? 0,
        lo,
        hi,
        bend,
        pin: false,
        twin: null,
      }),
    );
  };
  const sizes = [...left];
  for (const [situation, n] of mix) {
    const possible = sizes.map((size, index) => (canBe(types[from + index], 'SCHEDULED', situation) ? size : 0));
    if (situation !== 5)
      split(n, possible.some(Boolean) ? possible : sizes).forEach((part, index) =>
        add(index, situation, Math.min(part, left[index] ?? 0)),
      );
  }
  [...left].forEach((n, index) => add(index, 5, n));
  return segments;
}

/**
 * Spreads situations over all types that can be in them.
 * @param {TaskType[]} types
 * @param {string} status
 * @param {[number, number][]} mix
 * @param {(status: string, situation: number) => Ages} ages
 * @returns {Segment[]}
 */
export function spread(types, status, mix, ages) {
  return mix.flatMap(([situation, n]) =>
    split(n, weights(types, status, situation)).map((part, type) => ({
      type,
      status,
      situation,
      n: part,
      ...ages(status, situation),
      pin: false,
      twin: null,
    })),
  );
}

/**
 * @param {TaskType[]} types
 * @param {string} status
 * @param {number} situation
 * @returns {number[]}
 */
function weights(types, status, situation) {
  const rest = longTail(types.length);
  const all = rest.reduce((a, b) => a + b, 0);
  const tailWeight = 100 - FINISHED_WEIGHT.reduce((a, b) => a + b, 0);
  const usual = types.map((_, index) => FINISHED_WEIGHT[index] ?? ((rest[index] ?? 0) * tailWeight) / all);
  const possible = types.map((type) => canBe(type, status, situation));
  return possible.some(Boolean) ? usual.map((weight, index) => (possible[index] === true ? weight : 0)) : usual;
}

/**
 * @param {TaskType | undefined} type
 * @param {string} status
 * @param {number} situation
 */
function canBe(type, status, situation) {
  if (situation === 3) return type?.queue === 'celery';
  if (situation === 4) return type?.queue !== 'celery' || type.priority > 5;
  if (situation === 14) return type?.external === true;
  if (situation === 17) return (type?.pages ?? 1) > 1;
  return status !== 'REVERSED' || type?.reverse !== null;
}

/** @param {number} count */
function longTail(count) {
  return Array.from({ length: count }, (_, index) => 1 / (index + 4) ** 1.1);
}
