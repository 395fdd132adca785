// @ts-check
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../machine/index.mjs';
import { keepFolder } from './canaries.mjs';
import { OUTPUTS } from './outputs.mjs';

/** The activation test compares with it. */
const EMPTY_EXTENSION = join(PROJECT, 'test', 'host', 'empty-extension');

/** The main path, for the second run that proves the package. */
const VSIX_TESTS = '01-activation.test.js 02-check.test.js 03-log.test.js 07-report.test.js';

/**
 * Runs the extension-host suite in a real VS Code, on a copy of the demo's workspace, because tests change it.
 * @param {import('./suites.mjs').Tally} tally
 * @param {{ version: 'minimum' | 'newest', demo: { workspace: string }, env: Record<string, string | undefined>, vsix?: boolean }} options
 * @returns {Promise<number>}
 */
export async function hostTests(tally, { version, demo, env, vsix = false }) {
  // Imports packages, which are installed by now.
  const { runHostTests } = await import('../vscode-host/index.mjs');
  const workspace = `${demo.workspace}-host`;
  rmSync(workspace, { recursive: true, force: true });
  cpSync(demo.workspace, workspace, { recursive: true });
  return await runHostTests({
    version,
    // Twice what all of it takes on a machine with other things to do.
    timeout: 600_000,
    workspace,
    extensionPaths: vsix ? [EMPTY_EXTENSION] : [PROJECT, EMPTY_EXTENSION],
    testsPath: join(PROJECT, 'dist-test', 'host', 'index.js'),
    ...(vsix ? { vsix: join(PROJECT, 'celery-task-diagnostics.vsix') } : {}),
    // No test waits for this question, and it would lie over what others look at.
    settings: { 'celeryTasks.openReportAfterCheck': 'never' },
    env: { ...env, ...(vsix ? { HOST_TESTS: VSIX_TESTS } : {}) },
    keep: (folder) => {
      const kept = join(OUTPUTS, vsix ? 'host-vsix' : 'host');
      keepFolder(folder, join(kept, 'vscode'));
      keepFolder(workspace, join(kept, 'workspace'));
    },
    onLine: (line) => tally.take(line),
  });
}
