// @ts-check
/** How many rows of which kind: the numbers of the default size, and how they scale. */

/** Rows of the default size. */
export const DEFAULT_ROWS = 200_000;

/** Age in hours from which the story calls a row stuck; the product's default. */
export const STUCK_HOURS = 906;

/** The incident itself is mostly stuck rows; at benchmark sizes a quarter is, as in a big table that people work with. */
export const STUCK_SHARE = { upTo: 500_000, incident: 0.75, benchmark: 0.25 };

/** Stuck rows at the default size: 150,000. `tail` is for all types that are not named. */
export const STUCK = {
  SCHEDULED: {
    'task_manager.django.tasks.execute_signal': 66_597,
    'breathecode.notify.tasks.async_deliver_hook': 63_090,
    'breathecode.assignments.tasks.async_learnpack_webhook': 6_480,
    'breathecode.assignments.tasks.set_cohort_user_assignments': 2_310,
    'breathecode.admissions.tasks.build_profile_academy': 1_490,
    'breathecode.monitoring.tasks.fix_issue': 640,
    tail: 8_101,
  },
  PENDING: { 7: 330, 8: 86, 12: 70, 13: 310, 14: 140, 15: 90, 16: 60, 17: 100, 19: 18, 21: 30 },
  PAUSED: { 20: 58 },
};

/** Situations of 1,000 stuck SCHEDULED rows, by kind of type. */
export const SCHEDULED_SITUATIONS = {
  'task_manager.django.tasks.execute_signal': { 2: 30, 4: 8, 5: 690, 6: 270, 8: 2 },
  'breathecode.notify.tasks.async_deliver_hook': { 2: 25, 4: 16, 5: 610, 6: 345, 8: 4 },
  'breathecode.assignments.tasks.async_learnpack_webhook': { 2: 20, 3: 20, 5: 420, 6: 540 },
  'breathecode.assignments.tasks.set_cohort_user_assignments': { 2: 20, 3: 30, 5: 560, 6: 390 },
  'breathecode.admissions.tasks.build_profile_academy': { 2: 25, 3: 15, 5: 480, 6: 480 },
  'breathecode.monitoring.tasks.fix_issue': { 2: 15, 3: 25, 5: 700, 6: 260 },
  tail: { 2: 40, 3: 25, 4: 30, 5: 690, 6: 150, 8: 15, 18: 35, 19: 15 },
};

/** All other rows at the default size: 50,000. Situation 0 is an ordinary life. */
export const OTHERS = {
  SCHEDULED: { 2: 100, 3: 700, 4: 300, 5: 900, 6: 600 },
  PENDING: { 7: 60, 8: 30, 9: 24, 11: 40, 12: 10, 13: 106, 14: 20, 15: 12, 17: 8 },
  PAUSED: { 20: 12 },
  DONE: { 0: 38_600 },
  ERROR: { 0: 6_060, 22: 40 },
  ABORTED: { 0: 1_568 },
  CANCELLED: { 0: 620 },
  REVERSED: { 0: 190 },
};

/** Of 100 finished rows, how many belong to the named types; the rest is spread over the others. */
export const FINISHED_WEIGHT = [34, 26, 9, 3, 2, 3];

/** Twins: rows that were never published whose first message came a second time and made another row. */
export const TWINS = { type: 'task_manager.django.tasks.execute_signal', rows: 120 };

/**
 * Splits a whole number by weights: exact in sum, and the same for the same input.
 * @param {number} total
 * @param {number[]} weights
 * @returns {number[]}
 */
export function split(total, weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (sum === 0 ? 0 : (total * weight) / sum));
  const parts = exact.map(Math.floor);
  const order = exact
    .map((value, index) => ({ rest: value - Math.floor(value), index }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  let left = total - parts.reduce((a, b) => a + b, 0);
  for (const { index } of order) if (left-- > 0) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
