// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { delay } from './process-group.mjs';

const POLL = 50;
const UNFINISHED = 'The extension host ended in the middle of the tests';

/** The module to name as `extensionTestsPath`. */
export const TEST_ENTRY = fileURLToPath(new URL('test-entry.js', import.meta.url));

/**
 * Follows the tests in an extension host through the file that `test-entry.js` writes.
 * @param {{ testsPath: string, folder: string, onLine: (line: string) => void }} options `folder`: where to put it
 * @returns {{ env: Record<string, string>, verdict: Promise<boolean>, hostEnded: Promise<void>, stop: () => void }}
 *   `env` is for the extension host; `verdict`: whether `run()` was fulfilled, or rejected when the host ended before
 *   that; `stop` reads the rest
 */
export function followTests({ testsPath, folder, onLine }) {
  const file = path.join(folder, 'test-events.jsonl');
  fs.writeFileSync(file, '');
  const env = { HOST_TESTS_EVENTS: file, HOST_TESTS_MODULE: path.resolve(testsPath) };
  const input = fs.openSync(file, 'r');
  let rest = Buffer.alloc(0);
  /** @type {PromiseWithVerdict} */
  const outcome = deferred();

  /** @type {() => void} */
  let hostEnded = () => {};
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => (hostEnded = resolve));

  let pid = 0;

  const read = () => {
    const alive = pid === 0 || isAlive(pid);
    const chunk = Buffer.alloc(64 * 1024);
    for (let size; (size = fs.readSync(input, chunk)) > 0;) rest = Buffer.concat([rest, chunk.subarray(0, size)]);
    for (let end; (end = rest.indexOf('\n')) >= 0;) {
      const event = JSON.parse(rest.subarray(0, end).toString('utf8'));
      rest = rest.subarray(end + 1);
      if (typeof event.line === 'string') onLine(event.line);
      if (typeof event.error === 'string') for (const line of event.error.split('\n')) onLine(line);
      if (typeof event.passed === 'boolean') outcome.resolve(event.passed);
      if (typeof event.pid === 'number') pid = event.pid;
      if ('exit' in event) outcome.reject(new TestsStopped(`${UNFINISHED}: process.exit(${event.exit}).`));
    }
    if (alive) return;
    outcome.reject(new TestsStopped(`${UNFINISHED}: it crashed or was killed.`));
    hostEnded();
  };
  const timer = setInterval(read, POLL);
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    read();
    fs.closeSync(input);
  };
  return { env, verdict: outcome.promise, hostEnded: ended, stop };
}

/** The tests did not come to an end; the message says why, for people. */
export class TestsStopped extends Error {}

/**
 * Waits for the outcome, or for a reason not to expect one any more.
 * @param {Promise<boolean>} verdict from `followTests`
 * @param {Promise<unknown>} ended fulfilled when VS Code is gone
 * @param {number} timeout milliseconds
 * @returns {Promise<boolean>} whether the tests passed
 * @throws {TestsStopped}
 */
export async function awaitVerdict(verdict, ended, timeout) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const tooLong = new Promise((_, reject) => {
    const why = `The tests were stopped: no end after ${Math.round(timeout / 1000)} s.`;
    timer = setTimeout(() => reject(new TestsStopped(why)), timeout);
  });
  // What was written just before the end is read a moment after it.
  const gone = ended.then(async () => {
    await delay(4 * POLL);
    throw new TestsStopped('VS Code ended before the tests did.');
  });
  try {
    return /** @type {boolean} */ (await Promise.race([verdict, gone, tooLong]));
  } finally {
    clearTimeout(timer);
    gone.catch(() => {});
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @typedef {{ promise: Promise<boolean>, resolve: (passed: boolean) => void, reject: (error: Error) => void }} PromiseWithVerdict */

/** @returns {PromiseWithVerdict} */
function deferred() {
  /** @type {Partial<PromiseWithVerdict>} */
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  parts.promise.catch(() => {}); // Handled where it is raced; elsewhere a rejection needs no handler.
  return /** @type {PromiseWithVerdict} */ (parts);
}
