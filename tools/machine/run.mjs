// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The project's folder, wherever it was cloned to, also below a folder with a space in its name. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Runs a program to its end, its output shown. (`runToLog` writes it to a file.)
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, onLine?: (line: string) => void }} [options] onLine: gets each printed line; default:
 *   it goes where ours goes
 * @returns {Promise<number>} the exit code; 1 when it could not be started or was killed
 */
export function run(command, args, { env = {}, onLine } = {}) {
  return new Promise((resolve) => {
    const output = onLine ? 'pipe' : 'inherit';
    // npm is a .cmd file on Windows, which only a shell starts.
    const child = spawn(command, args, {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
      shell: process.platform === 'win32' && command !== process.execPath,
    });
    for (const stream of [child.stdout, child.stderr])
      if (stream && onLine) createInterface({ input: stream }).on('line', onLine);
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
