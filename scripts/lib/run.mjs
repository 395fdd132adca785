// @ts-check
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

/** The project's folder, wherever it was cloned to. */
export const PROJECT = new URL('../../', import.meta.url).pathname.replace(/\/$/, '');

/**
 * Runs a program to its end, its output shown.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, quiet?: string }} [options] quiet: a file for the output instead
 * @returns {Promise<number>} the exit code; 1 when it could not be started or was killed
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const stdio = options.quiet === undefined ? 'inherit' : 'pipe';
    const child = spawn(command, args, {
      cwd: options.cwd ?? PROJECT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', stdio, stdio],
      // npm is a .cmd file on Windows, which only a shell starts.
      shell: process.platform === 'win32',
    });
    if (options.quiet !== undefined) {
      const file = createWriteStream(options.quiet, { flags: 'a' });
      child.stdout?.pipe(file, { end: false });
      child.stderr?.pipe(file, { end: false });
    }
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const began = performance.now();

/**
 * Says where a long job is, on standard error: standard output belongs to the result.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`[+${((performance.now() - began) / 1000).toFixed(1)}s] ${line}\n`);
}
