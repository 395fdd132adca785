// @ts-check
/**
 * Runs one server for another process and stops it when that process is gone, however it went.
 *
 * Started by `supervised.mjs`. Standard input is the life line: its first line is the order (JSON), and its end means
 * "stop". The operating system closes it when our parent exits, crashes or is killed with SIGKILL, so the parent needs
 * no signal handlers. We live in a session of our own, so Ctrl-C in a terminal reaches only the parent.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * @typedef {object} Order
 * @property {string} command
 * @property {string[]} args
 * @property {string} [argv0] name under which the program sees itself
 * @property {string} [input] what the server reads from its standard input (configuration that `ps` must not show)
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {Record<string, string>} env
 * @property {string} logFile receives stdout and stderr, truncated first
 * @property {NodeJS.Signals} stopSignal the polite stop
 * @property {NodeJS.Signals} forceSignal what follows after ten seconds without an end
 * @property {string[]} remove folders that go away with the server
 */

/** How long a server may take for its polite stop. */
const GRACE_MS = 10_000;

/** @param {object} message */
function tell(message) {
  process.stdout.write(JSON.stringify(message) + '\n');
}

/** @param {Order} order */
function run(order) {
  const log = openSync(order.logFile, 'w', 0o600);
  const child = spawn(order.command, order.args, {
    argv0: order.argv0,
    cwd: '/',
    env: order.env,
    stdio: [order.input === undefined ? 'ignore' : 'pipe', log, log],
    ...(order.uid === undefined ? {} : { uid: order.uid, gid: order.gid }),
  });
  closeSync(log);
  child.stdin?.on('error', () => {});
  child.stdin?.end(order.input);

  /** @param {object} message */
  const finish = (message) => {
    tell(message);
    for (const folder of order.remove) rmSync(folder, { recursive: true, force: true });
    process.exitCode = 0;
    process.stdin.destroy();
    clearTimeout(force);
  };
  /** @type {NodeJS.Timeout | undefined} */
  let force;
  const stop = () => {
    if (force !== undefined) return;
    child.kill(order.stopSignal);
    force = setTimeout(() => child.kill(order.forceSignal), GRACE_MS);
  };
  child.on('spawn', () => tell({ pid: child.pid }));
  child.on('error', (error) => finish({ error: error.message }));
  child.on('exit', (code, signal) => finish({ exit: code ?? signal }));
  return stop;
}

/** @type {(() => void) | undefined} */
let stop;
let lost = false;
const goodbye = () => {
  lost = true;
  stop?.();
};
// A parent that is gone cannot read us; that must not be our own end before the server's.
process.stdout.on('error', goodbye);
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', goodbye);
const lines = createInterface({ input: process.stdin });
lines.once('line', (line) => {
  if (!lost) stop = run(JSON.parse(line));
});
lines.once('close', goodbye);
