// @ts-check
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, run, say } from './run.mjs';

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
  const log = join(PROJECT, '.demo', 'npm-ci.log');
  mkdirSync(join(PROJECT, '.demo'), { recursive: true });
  const code = await run('npm', ['ci', '--no-audit', '--no-fund'], { quiet: log });
  if (code !== 0) {
    throw new Error(`npm ci failed: is the npm registry reachable? Its last words:\n${readOrEmpty(log).slice(-2000)}`);
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
