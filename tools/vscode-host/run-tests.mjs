// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseHost } from './choose-host.mjs';
import { onProcessEnd } from './process-group.mjs';
import { runDesktopTests } from './run-desktop-tests.mjs';
import { runServerTests } from './run-server-tests.mjs';
import { followTests, TestsStopped } from './test-events.mjs';

const EMPTY_EXTENSION = fileURLToPath(new URL('empty-extension', import.meta.url));
const TIMEOUT = 300_000;

/**
 * @typedef {object} HostTests
 * @property {import('./versions.mjs').VersionName} version VS Code to run them in
 * @property {string[]} extensionPaths unpackaged extensions to load; may be empty, e.g. with `vsix`
 * @property {string} testsPath a CommonJS module whose exported `run()` returns a promise; it may require 'vscode'
 * @property {string} workspace folder to open
 * @property {string} [vsix] a packaged extension to install first
 * @property {Record<string, string | undefined>} [env] for the extension host
 * @property {Record<string, unknown>} [settings] user settings
 * @property {(line: string) => void} [onLine] gets each printed line, in order; default: standard error
 * @property {(folder: string) => void} [keep] gets the folder with logs, state and settings before it is removed
 * @property {number} [timeout] milliseconds for the whole run, downloads and installs not counted; default 5 minutes
 */

/**
 * Runs extension tests inside a real VS Code: a desktop one where that can be had, else the server-based one.
 * @param {HostTests} tests
 * @returns {Promise<number>} 0 when `run()` was fulfilled; 1 when it was rejected, crashed or took too long (said in a line)
 * @throws {Error} when no VS Code can be installed or started
 */
export async function runHostTests(tests) {
  const onLine = tests.onLine ?? console.error;
  const timeout = tests.timeout ?? TIMEOUT;
  const host = await chooseHost(tests.version, onLine);
  // Short, because VS Code makes sockets in it.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vst-'));
  const clear = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const forget = onProcessEnd(clear);
  const follow = followTests({ testsPath: tests.testsPath, folder, onLine });
  const run = {
    ...{ folder, timeout, workspace: tests.workspace, vsix: tests.vsix, settings: tests.settings ?? {} },
    extensionPaths: tests.extensionPaths.length > 0 ? tests.extensionPaths : [EMPTY_EXTENSION],
    env: { ...tests.env, ...follow.env },
    ...{ verdict: follow.verdict, hostEnded: follow.hostEnded },
  };
  try {
    const passed = host.kind === 'server' ? await runServerTests(host.install, run) : await runDesktopTests(host, run);
    return passed ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestsStopped)) throw error;
    follow.stop();
    onLine(error.message);
    return 1;
  } finally {
    follow.stop();
    tests.keep?.(folder);
    forget();
    clear();
  }
}
