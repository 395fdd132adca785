// @ts-check
import path from 'node:path';
import process from 'node:process';
import { cacheDir } from './cache.mjs';
import { isExecutable, onPath } from './child.mjs';
import { canInstallPackages, installPackages } from './debian.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const WINDOWS_PATHS = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
];

/**
 * Finds a browser of the Chromium family; on Debian as root, installs one.
 * @param {(line: string) => void} [log]
 * @returns {Promise<string>} path of the program
 * @throws {Error} when there is none: one sentence on how to get it
 */
export async function findChromium(log = console.error) {
  const named = process.env['CHROMIUM_EXECUTABLE'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`CHROMIUM_EXECUTABLE is "${named}", which is not a program.`);
  }
  const found = installedChromium();
  if (found) return found;
  if (canInstallPackages()) {
    log('Installing chromium (apt-get)');
    await installPackages(['chromium'], path.join(cacheDir(), 'install-chromium.log'));
    const installed = installedChromium();
    if (installed) return installed;
  }
  const how = process.platform === 'linux' ? 'run `sudo apt-get install chromium`' : 'install Google Chrome';
  throw new Error(`No Chromium, Chrome or Edge found: ${how}, or set CHROMIUM_EXECUTABLE to the browser's program.`);
}

/** @returns {string | undefined} */
function installedChromium() {
  for (const name of NAMES) {
    const found = onPath(name);
    if (found) return found;
  }
  return usualPaths().find(isExecutable);
}

/** @returns {string[]} */
function usualPaths() {
  if (process.platform === 'darwin') return APPS.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`);
  if (process.platform !== 'win32') return ['/snap/bin/chromium', '/opt/google/chrome/chrome'];
  const roots = [process.env['ProgramFiles'], process.env['ProgramFiles(x86)'], process.env['LOCALAPPDATA']];
  return roots.flatMap((root) => (root ? WINDOWS_PATHS.map((parts) => path.join(root, ...parts)) : []));
}
