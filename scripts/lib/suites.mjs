// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { PROJECT } from './run.mjs';

/** Adds up what all suites counted. A skipped test counts as failed: it proves nothing. */
export class Tally {
  passed = 0;
  failed = 0;
  /** @type {string[]} */
  broken = [];

  /**
   * Takes one line of a suite's output.
   * @param {string} line
   * @returns {boolean} whether it was the line with the counts, which nobody needs to see
   */
  take(line) {
    const match = /@@counts (\{.*\})/.exec(line);
    if (!match) return false;
    const { passes, failures, pending } = JSON.parse(match[1] ?? '{}');
    this.passed += passes;
    this.failed += failures + pending;
    return true;
  }

  /**
   * Runs one part of the tests and notes whether it came to an end: a suite that dies without counts is a failure too.
   * @param {string} name
   * @param {() => Promise<number>} job gives an exit code
   */
  async part(name, job) {
    process.stdout.write(`\n== ${name}\n`);
    const before = this.passed + this.failed;
    const failedBefore = this.failed;
    const began = performance.now();
    let code = 1;
    try {
      code = await job();
    } catch (error) {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
    const silent = this.passed + this.failed === before;
    if ((code !== 0 && this.failed === failedBefore) || (code === 0 && silent)) {
      this.failed++;
      this.broken.push(name);
    }
    process.stdout.write(
      `== ${name}: ${code === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
    );
  }
}

/**
 * Runs mocha over built test files, its output shown and counted.
 * @param {Tally} tally
 * @param {readonly string[]} files globs
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<number>}
 */
export function mocha(tally, files, env) {
  const args = [
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'scripts/lib/mocha-counts.cjs',
    '--timeout',
    '60000',
    '--exit',
    ...files,
  ];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: PROJECT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (!tally.take(line)) process.stdout.write(`${line}\n`);
      });
    }
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
