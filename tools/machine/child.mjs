// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const TAIL_LINES = 25;

/**
 * Runs a program to its end with all its output in a log file.
 * @param {string} program
 * @param {string[]} args
 * @param {{ logFile: string, cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options the log file is appended to
 * @returns {Promise<void>} when the program ended with code 0
 * @throws {Error} when it cannot start or fails: names the program, the log file and the last lines of its output
 */
export async function runToLog(program, args, { logFile, cwd, env, shell }) {
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  fs.appendFileSync(logFile, `\n$ ${program} ${args.join(' ')}\n`);
  const start = fs.statSync(logFile).size;
  const output = fs.openSync(logFile, 'a');
  try {
    const stdio = /** @type {const} */ (['ignore', output, output]);
    const child = spawn(program, args, { cwd, env: env ?? process.env, shell: shell ?? false, stdio: [...stdio] });
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(status ?? signal));
    });
    if (code !== 0) throw new Error(`ended with ${code}`);
  } catch (error) {
    const said = fs.readFileSync(logFile).subarray(start).toString('utf8');
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`\`${program} ${args.join(' ')}\` failed (${why}); all of it: ${logFile}\n${tail(said)}`, {
      cause: error,
    });
  } finally {
    fs.closeSync(output);
  }
}

/**
 * @param {string} text
 * @returns {string} its last lines, indented
 */
export function tail(text) {
  const lines = text.trimEnd().split('\n').slice(-TAIL_LINES);
  return lines.map((line) => `    ${line}`).join('\n');
}

/**
 * @param {string} name a program
 * @returns {string | undefined} where PATH has it
 */
export function onPath(name) {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
  return folders.flatMap((folder) => names.map((each) => path.join(folder, each))).find(isExecutable);
}

/**
 * @param {string} file
 * @returns {boolean} whether it is a file we may run
 */
export function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
