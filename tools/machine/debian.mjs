// @ts-check
import process from 'node:process';
import { onPath, runToLog } from './child.mjs';

/** @returns {boolean} whether packages can be installed here without asking anyone */
export function canInstallPackages() {
  return process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get') !== undefined;
}

/**
 * Installs Debian packages; the lists are only fetched when the first try fails.
 * @param {string[]} packages
 * @param {string} logFile where apt-get's output goes
 * @returns {Promise<void>}
 * @throws {Error} when apt-get fails twice
 */
export async function installPackages(packages, logFile) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    runToLog('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { logFile, env });
  try {
    await install();
  } catch {
    await runToLog('apt-get', ['update'], { logFile, env });
    await install();
  }
}
