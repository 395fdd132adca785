// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { runToLog } from '../machine/index.mjs';
import { cleanEnvironment } from './environment.mjs';
import { delay, endGroup, killGroup, onProcessEnd } from './process-group.mjs';
import { settingsFile, writeSettings } from './settings.mjs';
import { awaitVerdict, TEST_ENTRY } from './test-events.mjs';

/** @import { DesktopHost } from './choose-host.mjs' */
/** @import { TestRun } from './run-server-tests.mjs' */

/** How long the window gets to close by itself, after the outcome. */
const FAREWELL = 5000;

/**
 * Runs extension tests in a desktop VS Code. The flags are those of `runTests` in `@vscode/test-electron`, which
 * itself has no timeout and mixes what VS Code prints into our output.
 * @param {DesktopHost} host
 * @param {TestRun} run
 * @returns {Promise<boolean>} whether they passed
 * @throws {import('./test-events.mjs').TestsStopped} when they did not come to an end
 * @throws {Error} when the VSIX cannot be installed
 */
export async function runDesktopTests(host, run) {
  const userDataDir = path.join(run.folder, 'u');
  const profile = [`--user-data-dir=${userDataDir}`, `--extensions-dir=${path.join(run.folder, 'e')}`];
  const logFile = path.join(run.folder, 'desktop.log');
  writeSettings(settingsFile(userDataDir, 'desktop'), run.settings);
  if (run.vsix) await installVsix(host, run.vsix, profile, logFile);
  const args = [
    path.resolve(run.workspace),
    ...profile,
    ...(run.vsix ? [] : ['--disable-extensions']),
    ...['--no-sandbox', '--disable-gpu-sandbox', '--disable-updates', '--skip-welcome', '--skip-release-notes'],
    ...['--disable-workspace-trust', '--disable-telemetry', `--extensionTestsPath=${TEST_ENTRY}`],
    ...run.extensionPaths.map((folder) => `--extensionDevelopmentPath=${path.resolve(folder)}`),
  ];
  const [program = host.executable, ...rest] = [...host.launcher, host.executable, ...args];
  const output = fs.openSync(logFile, 'a');
  const child = spawn(program, rest, {
    env: cleanEnvironment(run.env),
    stdio: ['ignore', output, output],
    detached: process.platform !== 'win32',
  });
  fs.closeSync(output);
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${program}`);
  const forget = onProcessEnd(() => killGroup(pid));
  try {
    const passed = await awaitVerdict(run.verdict, ended, run.timeout);
    await Promise.race([ended, delay(FAREWELL)]);
    return passed;
  } finally {
    await endGroup(pid);
    forget();
  }
}

/**
 * @param {DesktopHost} host
 * @param {string} vsix
 * @param {string[]} profile
 * @param {string} logFile
 */
async function installVsix(host, vsix, profile, logFile) {
  // Gives back the program and, on some systems, its first arguments.
  const [cli = '', ...first] = resolveCliArgsFromVSCodeExecutablePath(host.executable, { reuseMachineInstall: true });
  const args = [...first, ...profile, '--install-extension', path.resolve(vsix), '--force'];
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  await runToLog(cli, [...args, ...sandbox], {
    logFile,
    env: cleanEnvironment(),
    shell: process.platform === 'win32',
  });
}
