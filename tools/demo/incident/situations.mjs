// @ts-check
/**
 * The ways to get stuck that the incident contains, numbered as in docs/situations.md. Which row is in which
 * situation is written to `demo.demo_truth` only, which the product never reads.
 */

/**
 * @typedef {object} Situation
 * @property {string} name
 * @property {string[]} truth verdicts that are right for such a row; any other verdict except `unknown` is false
 */

/**
 * For tests that compare verdicts with the truth.
 * @public
 * @type {Readonly<Record<number, Situation>>}
 */
export const SITUATIONS = {
  2: { name: 'never published', truth: ['lost'] },
  3: { name: 'queued', truth: ['waiting'] },
  4: { name: 'queued where nobody consumes', truth: ['waiting'] },
  5: { name: 'message lost', truth: ['lost'] },
  6: { name: 'ran, its row was overwritten', truth: ['finished'] },
  7: { name: 'worker killed while it ran', truth: ['failed', 'lost'] },
  8: { name: 'taken by a worker that is gone', truth: ['held'] },
  9: { name: 'crash loop', truth: ['held', 'waiting', 'failed'] },
  11: { name: 'waits for its retry', truth: ['held'] },
  12: { name: 'retry message lost', truth: ['lost', 'failed'] },
  13: { name: 'retry succeeded, row not updated', truth: ['finished'] },
  14: { name: 'circuit breaker, retry never sent', truth: ['failed', 'lost'] },
  15: { name: 'exception without text', truth: ['failed', 'lost'] },
  16: { name: 'ran, last write failed', truth: ['finished'] },
  17: { name: 'next page lost', truth: ['lost', 'failed'] },
  18: { name: 'thrown away: not registered', truth: ['failed'] },
  19: { name: 'thrown away: revoked', truth: ['failed'] },
  20: { name: 'paused', truth: ['held', 'lost'] },
  21: { name: 'task_id overwritten, then killed', truth: ['failed', 'lost'] },
  22: { name: 'false error after Resume', truth: ['finished', 'failed'] },
};

/** Situations whose body ran to its end. */
const RAN = [6, 13, 16, 22];

/**
 * Whether the effect of such rows is in the database.
 * @param {{ status: string, situation: number }} rows
 */
export function hasRun({ status, situation }) {
  return status === 'DONE' || RAN.includes(situation);
}

/** Situations that have a message or a result in Redis; their number is bounded, whatever the size of the table. */
export const IN_REDIS = [3, 4, 8, 9, 11, 18, 19];
