// @ts-check
import { run, say } from '../machine/index.mjs';

/**
 * Runs parts of the tests one after the other and adds up what their suites counted. A skipped test counts as failed: it proves nothing.
 */
export class Tally {
  passed = 0;
  failed = 0;
  /** @type {string[]} */
  broken = [];
  /** @type {string[]} the tests that failed or were skipped, with the first words of why */
  failures = [];
  /** @type {string[]} */
  #kept = [];
  #live;

  /**
   * @param {{ live: boolean }} options live: what is printed is shown at once; otherwise each part's output is shown whole at its end,
   *   because other parts run beside it
   */
  constructor({ live }) {
    this.#live = live;
  }

  /**
   * Takes one line of a suite's output: prints it, unless it is a line with counts, or with a failure for the end.
   * @param {string} line
   * @returns {void}
   */
  take(line) {
    const failure = /@@failed (".*")/.exec(line);
    if (failure) {
      this.failures.push(JSON.parse(failure[1] ?? '""'));
      return;
    }
    const match = /@@counts (\{.*\})/.exec(line);
    if (!match) return this.print(line);
    const { passes, failures, pending } = JSON.parse(match[1] ?? '{}');
    this.passed += passes;
    this.failed += failures + pending;
  }

  /** @param {string} line */
  print(line) {
    if (this.#live) process.stdout.write(`${line}\n`);
    else this.#kept.push(line);
  }

  /** Shows what was kept; also of a part that has not ended. */
  flush() {
    const lines = this.#kept.splice(0);
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  }

  /**
   * Runs one part of the tests and notes whether it came to an end: a suite that dies without counts is a failure too.
   * @param {string} name
   * @param {() => Promise<number>} job gives an exit code
   */
  async part(name, job) {
    this.print(`\n== ${name}`);
    if (!this.#live) say(`${name}...`);
    const before = this.passed + this.failed;
    const failedBefore = this.failed;
    const began = performance.now();
    let code = 1;
    try {
      code = await job();
    } catch (error) {
      this.print(error instanceof Error ? error.message : String(error));
    }
    const silent = this.passed + this.failed === before;
    if ((code !== 0 && this.failed === failedBefore) || (code === 0 && silent)) {
      this.failed++;
      this.broken.push(name);
    }
    const failed = code !== 0 || this.failed > failedBefore;
    this.print(`== ${name}: ${failed ? 'FAILED' : 'ok'} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    this.flush();
  }
}

/**
 * Runs mocha over built test files, its output shown and counted.
 * @param {Tally} tally
 * @param {readonly string[]} files globs
 * @param {Record<string, string | undefined>} env
 * @param {readonly string[]} [without] globs
 * @returns {Promise<number>}
 */
export function mocha(tally, files, env, without = []) {
  const ignored = without.flatMap((file) => ['--ignore', file]);
  const options = ['--reporter', 'tools/test-runner/mocha-counts.cjs', '--timeout', '60000', '--exit', ...ignored];
  const args = ['node_modules/mocha/bin/mocha.js', ...options, ...files];
  return run(process.execPath, args, { env, onLine: (line) => tally.take(line) });
}
