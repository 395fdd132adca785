// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { PROJECT, say } from './run.mjs';

/**
 * Installs the packages of package-lock.json unless exactly these are installed already, so that `npm start` and `npm test`
 * need no command before them. Uses nothing but Node itself.
 * @throws {Error} one sentence, when npm fails
 */
export async function ensureDependencies() {
  const stamp = join(PROJECT, 'node_modules', '.installed-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(PROJECT, 'package-lock.json')))
    .digest('hex');
  if (readOrEmpty(stamp) === lock) return;
  say('Installing packages (npm ci)...');
  try {
    await npm(['ci', '--no-audit', '--no-fund'], { cwd: PROJECT, logFile: join(PROJECT, '.demo', 'npm-ci.log') });
  } catch (error) {
    throw new Error(`Is the npm registry reachable? ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  writeFileSync(stamp, lock);
}

/** @param {string} file */
function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
