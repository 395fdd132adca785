// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cacheDir, isExecutable, onPath } from '../machine/index.mjs';
import { installServer } from './server-install.mjs';
import { VERSIONS } from './versions.mjs';

/** @import { ServerInstall } from './server-install.mjs' */
/** @import { VersionName } from './versions.mjs' */

const DOWNLOADS = 'https://update.code.visualstudio.com/api/releases/stable';
const PROBE_TIMEOUT = 2500;

/** @type {Promise<boolean> | undefined} */
let reachable;

/**
 * @typedef {{ kind: 'desktop', executable: string, launcher: string[] }} DesktopHost `launcher`: what to put before the
 *   executable, for a display
 * @typedef {{ kind: 'server', install: ServerInstall }} ServerHost
 */

/**
 * Chooses the VS Code to test in, and gets it: the program in VSCODE_EXECUTABLE; else a desktop VS Code downloaded by
 * `@vscode/test-electron`, where its download host and a display are there; else the server-based one, from npm.
 * CELERY_TASKS_TEST_HOST set to "desktop" or "server" decides it instead.
 * @param {VersionName} version
 * @param {(line: string) => void} log
 * @returns {Promise<DesktopHost | ServerHost>}
 * @throws {Error} when the chosen one cannot be had
 */
export async function chooseHost(version, log) {
  const wish = process.env['CELERY_TASKS_TEST_HOST'];
  const named = process.env['VSCODE_EXECUTABLE'];
  const launcher = displayLauncher();
  if (wish !== 'server' && named) {
    if (!isExecutable(named)) throw new Error(`VSCODE_EXECUTABLE is "${named}", which is not a program.`);
    return { kind: 'desktop', executable: named, launcher: launcher ?? noDisplay() };
  }
  if (wish === 'desktop' || (wish !== 'server' && launcher && (await canDownload(version)))) {
    const executable = await downloadAndUnzipVSCode({ version: VERSIONS[version].desktop, cachePath: cacheDir() });
    return { kind: 'desktop', executable, launcher: launcher ?? noDisplay() };
  }
  return { kind: 'server', install: await installServer(version, log) };
}

/** @returns {string[] | undefined} what gives a window a display here; undefined when nothing does */
function displayLauncher() {
  if (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return [];
  const xvfb = onPath('xvfb-run');
  return xvfb ? [xvfb, '-a'] : undefined;
}

/** @returns {never} */
function noDisplay() {
  throw new Error(
    'A desktop VS Code needs a display: run `sudo apt-get install xvfb`, or run this in a desktop session.',
  );
}

/** @param {VersionName} version */
async function canDownload(version) {
  const { desktop } = VERSIONS[version];
  const folders = fs.existsSync(cacheDir()) ? fs.readdirSync(cacheDir()) : [];
  const present = folders.filter((name) => name.startsWith('vscode-') && name.endsWith(`-${desktop}`));
  if (present.some((name) => fs.existsSync(path.join(cacheDir(), name, 'is-complete')))) return true;
  reachable ??= fetch(DOWNLOADS, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_TIMEOUT) }).then(
    (answer) => answer.ok,
    () => false,
  );
  return reachable;
}
