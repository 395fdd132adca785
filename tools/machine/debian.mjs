// @ts-check
import process from 'node:process';
import { onPath, runToLog } from './child.mjs';

/** @returns {boolean} whether packages can be installed here without asking anyone */
export function canInstallPackages() {
  return process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get') !== undefined;
}

/** One after the other: parts of the tests that go beside each other may need packages at the same time, and apt-get waits for no lock. */
let before = Promise.resolve();

/**
 * Installs Debian packages; the lists are only fetched when the first try fails.
 * @param {string[]} packages
 * @param {string} logFile where apt-get's output goes
 * @returns {Promise<void>}
 * @throws {Error} when apt-get fails twice
 */
export function installPackages(packages, logFile) {
  const done = before.then(() => installNow(packages, logFile));
  before = done.catch(() => undefined);
  return done;
}

/**
 * @param {string[]} packages
 * @param {string} logFile
 */
async function installNow(packages, logFile) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    runToLog('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...packages], {
      logFile,
      env,
    });
  try {
    await install();
  } catch {
    await runToLog('apt-get', ['update'], { logFile, env });
    await install();
  }
}
