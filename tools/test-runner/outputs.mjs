// @ts-check
/** What a run of the tests printed, logged and exported, in one folder; at the end it is searched for passwords. */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../machine/index.mjs';
import { findCanaries } from './canaries.mjs';

export const OUTPUTS = join(PROJECT, 'test-artifacts', 'outputs');
const PRINTED = join(OUTPUTS, 'printed.txt');

/**
 * Empties the folder, and from now on keeps what this process prints; every part prints through it. Tests learn of the folder by `TEST_OUTPUTS`.
 * @returns {void}
 */
export function keepOutputs() {
  rmSync(OUTPUTS, { recursive: true, force: true });
  mkdirSync(OUTPUTS, { recursive: true });
  process.env['TEST_OUTPUTS'] = OUTPUTS;
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    /** @type {(...args: any[]) => boolean} */
    const keeping = (chunk, ...rest) => {
      appendFileSync(PRINTED, chunk);
      return write(chunk, ...rest);
    };
    stream.write = keeping;
  }
}

/**
 * One test: nothing that was kept holds a password of a test or of a server. Counts itself.
 * @param {import('./suites.mjs').Tally} tally
 * @returns {number} an exit code
 */
export function searchOutputs(tally) {
  const { files, bytes, found } = findCanaries(OUTPUTS);
  for (const place of found) tally.print(`  ${place}`);
  const megabytes = (bytes / 1e6).toFixed(1);
  tally.print(`  ${files} files with ${megabytes} MB in test-artifacts/outputs, ${found.length} passwords`);
  if (found.length > 0 || files === 0) tally.failed++;
  else tally.passed++;
  return found.length === 0 && files > 0 ? 0 : 1;
}
