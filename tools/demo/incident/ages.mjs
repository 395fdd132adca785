// @ts-check
/**
 * When things happened, as ages of `last_run` in hours at the moment the incident is made. In the story the broker was
 * wiped during a burst 906 hours ago, and the workers died 36 minutes ago.
 */
import { STUCK_HOURS } from './shares.mjs';

/** @typedef {{ lo: number, hi: number, bend: number }} Ages `bend` above 1: most rows are near `lo` */

/** Since then nothing has run. */
const WORKERS_DIED = 0.6;

/** The end of the burst; a little more than the limit, because it must hold at the first scan too. */
const BURST_END = STUCK_HOURS + 0.004;

/** The broker was wiped then: what the burst published after it is still in Redis. */
const WIPE = STUCK_HOURS + 0.055;

/** First row of each named type; they began one after the other. */
const BURST_START = [906.5955, 906.4955, 906.42, 906.37, 906.33, 906.28];

/**
 * Stuck SCHEDULED rows of a named type: the burst.
 * @param {number} type
 * @param {boolean} inRedis
 * @returns {Ages}
 */
export function burst(type, inRedis) {
  const start = BURST_START[type] ?? 906.25;
  return inRedis ? { lo: BURST_END, hi: WIPE, bend: 1 } : { lo: BURST_END, hi: start, bend: 0.8 };
}

/**
 * Stuck SCHEDULED rows of other types: many of the burst, some older, a few stragglers.
 * @param {boolean} inRedis
 * @returns {(Ages & { weight: number })[]}
 */
export function tail(inRedis) {
  if (inRedis) return [{ lo: BURST_END, hi: WIPE, bend: 1, weight: 1 }];
  return [
    { lo: BURST_END, hi: 906.58, bend: 0.9, weight: 70 },
    { lo: 907, hi: 1_400, bend: 2, weight: 27 },
    { lo: 1_400, hi: 5_200, bend: 2.5, weight: 3 },
  ];
}

/**
 * Stuck rows of the other statuses.
 * @param {string} status
 * @param {number} situation
 * @returns {Ages}
 */
export function oldest(status, situation) {
  if (status === 'PAUSED') return { lo: 910, hi: 2_900, bend: 1.5 };
  return situation === 8 ? { lo: 906.02, hi: 906.05, bend: 1 } : { lo: 906.02, hi: 1_240, bend: 3 };
}

/**
 * Rows that are not stuck yet, and finished ones: the library's clean-up deletes those after two days, errors after five.
 * @param {string} status
 * @param {number} situation
 * @returns {Ages}
 */
export function recent(status, situation) {
  // What is in Redis: published since the workers died (3), held by them when they died (8, 9, 11).
  if (situation === 3) return { lo: 0.02, hi: WORKERS_DIED, bend: 1 };
  if ([8, 9, 11].includes(situation)) return { lo: WORKERS_DIED, hi: WORKERS_DIED + 0.3, bend: 1 };
  if (['SCHEDULED', 'PENDING', 'PAUSED'].includes(status)) return { lo: 2, hi: 860, bend: 1.6 };
  return { lo: WORKERS_DIED + 0.02, hi: status === 'ERROR' ? 119 : 47.5, bend: 1 };
}
