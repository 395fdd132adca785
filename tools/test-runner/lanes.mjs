// @ts-check
/** Several parts of the tests at once, on a machine of two cores: most of them wait a good part of their time. */
import { Tally } from './suites.mjs';

/**
 * Parts that go together, one after the other, because they share servers or a build.
 * @typedef {object} Job
 * @property {(tally: Tally) => Promise<void>} run
 * @property {'beside' | 'waits' | 'alone'} [kind] beside, the default: in one of two lanes; waits: beside these, as it mostly waits for
 *   others; alone: after all of them, with nothing beside it, because it measures time
 */

const LANES = 2;

/**
 * Runs all jobs to their ends, the lanes' in their order; none ends another.
 * @param {readonly Job[]} jobs
 * @returns {{ tallies: readonly Tally[], done: Promise<void> }} tallies: one a job; `done` never rejects
 */
export function runJobs(jobs) {
  const live = jobs.length === 1;
  const all = jobs.map((job) => ({ ...job, tally: new Tally({ live }) }));
  const of = (/** @type {Job['kind']} */ kind) => all.filter((job) => (job.kind ?? 'beside') === kind);
  const lanes = of('beside');
  const lane = async () => {
    for (let job = lanes.shift(); job; job = lanes.shift()) await ended(job);
  };
  const done = (async () => {
    await Promise.all([...Array.from({ length: LANES }, lane), ...of('waits').map(ended)]);
    for (const job of of('alone')) await ended(job);
  })();
  return { tallies: all.map(({ tally }) => tally), done };
}

/** @param {Job & { tally: Tally }} job */
async function ended({ run, tally }) {
  try {
    await run(tally);
  } catch (error) {
    // Outside of any part: servers that do not start.
    tally.print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    tally.failed++;
    tally.flush();
  }
}
