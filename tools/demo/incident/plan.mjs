// @ts-check
/** From the shares to segments: so many rows of this type, status and situation, of these ages. */
import { burst, oldest, recent } from './ages.mjs';
import { DEFAULT_ROWS, OTHERS, SCHEDULED_SITUATIONS, split, STUCK, STUCK_SHARE, TWINS } from './shares.mjs';
import { IN_REDIS } from './situations.mjs';
import { spread, spreadTail } from './spread.mjs';

/** @typedef {import('./task-types.mjs').TaskType} TaskType */

/**
 * @typedef {object} Segment
 * @property {number} type index of the task type
 * @property {string} status
 * @property {number} situation
 * @property {number} n rows
 * @property {number} lo
 * @property {number} hi
 * @property {number} bend
 * @property {boolean} pin its first row has exactly the age `hi`
 * @property {number | null} twin index of the segment whose rows it repeats, argument by argument
 */

/** More than this many times the default's messages say nothing new and cost memory. */
const REDIS_FACTOR = 2;

/**
 * @param {{ rows: number, types: TaskType[], stuckShare?: number | undefined }} options
 * @returns {Segment[]}
 */
export function planSegments({ rows, types, stuckShare }) {
  const share = stuckShare ?? (rows <= STUCK_SHARE.upTo ? STUCK_SHARE.incident : STUCK_SHARE.benchmark);
  const stuck = Math.round(rows * share);
  const named = Object.keys(SCHEDULED_SITUATIONS).length - 1;
  // With few types, those that are there take all.
  const scheduled = Object.values(STUCK.SCHEDULED).map((n, index) => (index < types.length ? n : 0));
  const totals = split(stuck, [...scheduled, sum(STUCK.PENDING), sum(STUCK.PAUSED)]);
  const scale = stuck / (DEFAULT_ROWS * STUCK_SHARE.incident);
  const segments = Object.values(SCHEDULED_SITUATIONS)
    .slice(0, named)
    .flatMap((mix, type) => (type < types.length ? burstOf(type, bounded(mix, totals[type] ?? 0, scale, 5)) : []));
  segments.push(...twins(segments, types, scale));
  segments.push(...spreadTail(types, named, bounded(SCHEDULED_SITUATIONS.tail, totals[named] ?? 0, scale, 5)));
  segments.push(...spread(types, 'PENDING', bounded(STUCK.PENDING, totals[named + 1] ?? 0, scale, 13), oldest));
  segments.push(...spread(types, 'PAUSED', bounded(STUCK.PAUSED, totals[named + 2] ?? 0, scale, 20), oldest));

  const others = Object.entries(OTHERS);
  const otherTotals = split(
    rows - stuck,
    others.map(([, mix]) => sum(mix)),
  );
  const otherScale = (rows - stuck) / (DEFAULT_ROWS * (1 - STUCK_SHARE.incident));
  others.forEach(([status, mix], index) => {
    const rest = status === 'SCHEDULED' ? 5 : 13;
    segments.push(...spread(types, status, bounded(mix, otherTotals[index] ?? 0, otherScale, rest), recent));
  });
  return segments.filter(({ n }) => n > 0);
}

/**
 * Splits a total over situations; those in Redis stop growing at some size, and another one takes what they leave.
 * @param {Readonly<Record<number, number>>} mix
 * @param {number} total
 * @param {number} scale
 * @param {number} rest
 * @returns {[situation: number, n: number][]}
 */
function bounded(mix, total, scale, rest) {
  const limit = Math.max(1, scale / REDIS_FACTOR);
  const entries = Object.entries(mix).map(
    ([key, weight]) =>
      /** @type {[number, number]} */ ([Number(key), IN_REDIS.includes(Number(key)) ? weight / limit : weight]),
  );
  const saved = sum(mix) - entries.reduce((all, [, weight]) => all + weight, 0);
  for (const entry of entries) if (entry[0] === rest) entry[1] += saved;
  const parts = split(
    total,
    entries.map(([, weight]) => weight),
  );
  return entries.map(([situation], index) => [situation, parts[index] ?? 0]);
}

/**
 * @param {number} type
 * @param {[number, number][]} mix
 * @returns {Segment[]}
 */
function burstOf(type, mix) {
  return mix.map(([situation, n]) => ({
    type,
    status: 'SCHEDULED',
    situation,
    n,
    ...burst(type, IN_REDIS.includes(situation)),
    pin: situation === 5,
    twin: null,
  }));
}

/**
 * Replaces some ran-but-overwritten rows by twins of never published ones.
 * @param {Segment[]} segments
 * @param {TaskType[]} types
 * @param {number} scale
 * @returns {Segment[]}
 */
function twins(segments, types, scale) {
  const type = types.findIndex(({ module, name }) => `${module}.${name}` === TWINS.type);
  const first = segments.findIndex((segment) => segment.type === type && segment.situation === 2);
  const ran = segments.find((segment) => segment.type === type && segment.situation === 6);
  if (first === -1 || ran === undefined) return [];
  const n = Math.min(Math.round(TWINS.rows * scale), segments[first]?.n ?? 0, ran.n);
  ran.n -= n;
  // Up to a minute later: that is how long it took until the first message came again.
  return [{ ...ran, n, hi: ran.hi - 0.02, twin: first }];
}

/** @param {Readonly<Record<string | number, number>>} numbers */
function sum(numbers) {
  return Object.values(numbers).reduce((a, b) => a + b, 0);
}
