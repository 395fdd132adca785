// @ts-check
import path from 'node:path';
import { installVsix } from './extensions-folder.mjs';
import { openWorkbench } from './open-workbench.mjs';
import { delay } from './process-group.mjs';
import { startServer } from './server.mjs';
import { awaitVerdict, TEST_ENTRY } from './test-events.mjs';

/** @import { ServerInstall } from './server-install.mjs' */

/** How long the extension host gets to deactivate extensions and to end by itself, after the outcome. */
const FAREWELL = 3000;

/**
 * @typedef {object} TestRun
 * @property {string} folder an empty temporary folder
 * @property {string} workspace
 * @property {string[]} extensionPaths at least one
 * @property {string | undefined} vsix
 * @property {Record<string, string | undefined>} env
 * @property {Record<string, unknown>} settings
 * @property {number} timeout milliseconds
 * @property {Promise<boolean>} verdict
 * @property {Promise<void>} hostEnded fulfilled when the extension host's process ends
 */

/**
 * Runs extension tests in the server-based VS Code, with its workbench in a hidden browser.
 * @param {ServerInstall} install
 * @param {TestRun} run
 * @returns {Promise<boolean>} whether they passed
 * @throws {import('./test-events.mjs').TestsStopped} when they did not come to an end
 * @throws {Error} when VS Code cannot be started
 */
export async function runServerTests(install, run) {
  const extensionsDir = path.join(run.folder, 'extensions');
  if (run.vsix) await installVsix(install, run.vsix, extensionsDir);
  const { workspace, env, settings } = run;
  const userDataDir = path.join(run.folder, 'data');
  const server = await startServer(install, { workspace, env, settings, extensionsDir, userDataDir, forTests: true });
  try {
    const { close } = await openWorkbench(server, { extensionPaths: run.extensionPaths, testsPath: TEST_ENTRY });
    try {
      const passed = await awaitVerdict(run.verdict, server.ended, run.timeout);
      await Promise.race([run.hostEnded, delay(FAREWELL)]);
      return passed;
    } finally {
      await close();
    }
  } finally {
    await server.stop();
  }
}
