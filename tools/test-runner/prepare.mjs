// @ts-check
/**
 * Brings what the parts need onto this machine, one after the other, before parts run at once: package managers let only one in, and two
 * downloads into one place would meet. What cannot be had is said by the part that needs it.
 */
import { findChromium } from '../machine/index.mjs';

/** @typedef {(log: (line: string) => void) => Promise<unknown>} Step */

/** Loaded when they are needed: they import packages, which may not be installed yet. */
const servers = () => import('../servers/index.mjs');
const host = () => import('../vscode-host/index.mjs');

/** @type {readonly (readonly [parts: string, step: Step])[]} */
const STEPS = [
  [
    'postgres redis truth cli faults celery population rabbitmq demo host vsix ui',
    async (log) => (await servers()).findRedis(log),
  ],
  ['postgres redis truth cli faults', async (log) => (await servers()).findPgBouncer(log)],
  ['postgres redis truth cli faults', async (log) => (await servers()).installOldestPostgres(log)],
  ['celery population rabbitmq', async (log) => (await servers()).findCeleryPython(log)],
  ['rabbitmq', async (log) => (await servers()).findRabbitmq(log)],
  ['page host vsix ui demo', findChromium],
  ['host', async (log) => (await host()).chooseHost('minimum', log)],
  ['vsix demo', async (log) => (await host()).chooseHost('newest', log)],
  ['ui', async (log) => (await host()).installServer('newest', log)],
];

/**
 * @param {(part: string) => boolean} has whether a part is to run
 * @param {(line: string) => void} log
 * @returns {Promise<void>} never rejects
 */
export async function prepare(has, log) {
  for (const [parts, step] of STEPS) {
    if (!parts.split(' ').some(has)) continue;
    await step(log).catch(() => undefined);
  }
}
