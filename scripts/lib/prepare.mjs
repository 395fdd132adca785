// @ts-check
/**
 * Brings what the parts need onto this machine, one after the other, before parts run at once: package managers let only one in, and two
 * downloads into one place would meet. What cannot be had is said by the part that needs it.
 */
import { findRedis } from '../demo/servers/redis-binaries.mjs';
import { chooseHost } from '../vscode-host/choose-host.mjs';
import { findChromium } from '../vscode-host/chromium.mjs';
import { installServer } from '../vscode-host/server-install.mjs';
import { findCeleryPython } from './celery.mjs';
import { findPgBouncer } from './pgbouncer.mjs';
import { installOldestPostgres } from './test-servers.mjs';

/** @typedef {(log: (line: string) => void) => Promise<unknown>} Step */

/** @type {readonly (readonly [parts: string, step: Step])[]} */
const STEPS = [
  ['postgres redis truth cli faults celery population demo host vsix ui', findRedis],
  ['postgres redis truth cli faults', findPgBouncer],
  ['postgres redis truth cli faults', installOldestPostgres],
  ['celery population', findCeleryPython],
  ['page host vsix ui demo', findChromium],
  ['host', (log) => chooseHost('minimum', log)],
  ['vsix demo', (log) => chooseHost('newest', log)],
  ['ui', (log) => installServer('newest', log)],
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
