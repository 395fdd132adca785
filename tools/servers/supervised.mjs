// @ts-check
/** Our side of `supervise.mjs`: starting a server that cannot outlive this process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./supervise.mjs').Order} Order */

/**
 * @typedef {object} Server
 * @property {() => boolean} running
 * @property {() => Promise<string>} reason why it ended, in words: its exit and the tail of its log
 * @property {() => Promise<void>} stop ends it and waits for its end; may be called again
 */

const SUPERVISOR = fileURLToPath(new URL('supervise.mjs', import.meta.url));

/**
 * Starts the server of an order. It does not keep our event loop alive: a script that forgets `stop()` still exits, and
 * the server goes with it.
 * @param {Order} order
 * @returns {Server}
 */
export function startSupervised(order) {
  const supervisor = spawn(process.execPath, [SUPERVISOR], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = new Promise((resolve) => supervisor.once('close', resolve));
  let running = true;
  let end = 'the program that watches it ended';
  supervisor.on('error', (error) => (end = error.message));
  supervisor.once('close', () => (running = false));
  supervisor.stdin.on('error', () => {});
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.pid !== undefined) return;
    running = false;
    end = message.error ?? `it ended with ${message.exit}`;
  });
  supervisor.stdin.write(JSON.stringify(order) + '\n');
  for (const handle of [supervisor, supervisor.stdin, supervisor.stdout]) unref(handle);

  return {
    running: () => running,
    reason: async () => `${end}${await tail(order.logFile)}`,
    stop: async () => {
      supervisor.ref();
      supervisor.stdin.end();
      await gone;
    },
  };
}

/** @param {object} handle a child process or a pipe; the types of pipes do not know `unref` */
function unref(handle) {
  /** @type {{ unref?: () => void }} */ (handle).unref?.();
}

/**
 * Repeats `attempt` until it succeeds, the server ends or the time is up.
 * @template T
 * @param {Server} server
 * @param {() => Promise<T>} attempt
 * @param {number} milliseconds
 * @returns {Promise<T>}
 */
export async function waitUntilReady(server, attempt, milliseconds = 30_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!server.running()) throw new Error(await server.reason(), { cause: error });
      if (Date.now() > deadline) throw new Error(`it did not answer in ${milliseconds / 1000} s`, { cause: error });
      await sleep(25);
    }
  }
}

/** @returns {Promise<number>} a TCP port of the loopback address that is free now */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return address.port;
}

/** @param {string} file */
async function tail(file) {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.trim().split('\n').slice(-5).join('\n  ');
  return lines === '' ? '' : `; the end of its log:\n  ${lines}`;
}
