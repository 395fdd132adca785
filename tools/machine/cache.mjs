// @ts-check
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { PROJECT } from './run.mjs';

/**
 * @returns {string} the folder that keeps downloads, built servers and logs between runs: `CELERY_TASKS_CACHE_DIR` if set, else
 *   `.vscode-test` in the project (git-ignored)
 */
export function cacheDir() {
  const moved = process.env['CELERY_TASKS_CACHE_DIR'];
  return moved ? path.resolve(moved.replace(/^~(?=\/|$)/, os.homedir())) : path.join(PROJECT, '.vscode-test');
}
