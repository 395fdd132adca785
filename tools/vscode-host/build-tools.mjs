// @ts-check
import process from 'node:process';
import { canInstallPackages, installPackages, onPath } from '../machine/index.mjs';

const TOOLS = ['python3', 'make', 'g++'];

/**
 * Makes sure a C++ module can be compiled here.
 * @param {(line: string) => void} log
 * @param {string} logFile
 * @returns {Promise<void>}
 * @throws {Error} when something is missing and cannot be installed from here: says what, and how to get it
 */
export async function ensureBuildTools(log, logFile) {
  const missing = TOOLS.filter((tool) => !onPath(tool));
  if (missing.length === 0) return;
  if (!canInstallPackages()) throw new Error(howToGetBuildTools(missing));
  log(`Installing ${missing.join(', ')} (apt-get)`);
  await installPackages(missing, logFile);
}

/**
 * @param {string[]} missing programs not found, or all there might be
 * @returns {string} one sentence: what to install on this system
 */
export function howToGetBuildTools(missing = TOOLS) {
  const how =
    process.platform === 'darwin'
      ? 'run `xcode-select --install`'
      : `run \`sudo apt-get install ${TOOLS.join(' ')}\`, or your system's equivalent`;
  return `The VS Code test host needs ${missing.join(', ')} to compile its log writer: ${how}, then try again.`;
}
