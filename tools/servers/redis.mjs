// @ts-check
/** A Redis (or Valkey) server of our own, in memory only. */
import { chownSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { newPassword } from './password.mjs';
import { serverUser, temporaryFolder } from './places.mjs';
import { findRedis } from './redis-binaries.mjs';
import { freePort, startSupervised, waitUntilReady } from './supervised.mjs';

/**
 * @typedef {object} RedisServer
 * @property {string} url database 0, password included
 * @property {number} port on 127.0.0.1
 * @property {() => Promise<void>} stop resolves when the server is gone
 */

/**
 * Starts Redis on 127.0.0.1 with a password, without persistence. The server ends with this process, however that ends,
 * and does not keep it alive.
 * @param {object} [options]
 * @param {string} [options.dir] for its log; a temporary folder by default
 * @param {number} [options.port] a free one by default
 * @param {boolean} [options.appendOnly] keeps what it holds in `dir`, as a Redis should that holds queues
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<RedisServer | undefined>} undefined: there is no server program, and `log` has said what to do
 */
export async function startRedis({ dir, port, appendOnly = false, log = () => {} } = {}) {
  const program = await findRedis(log);
  if (program === undefined) return undefined;
  const user = serverUser();
  const chosen = port ?? (await freePort());
  // Whoever can talk to a Redis can make it write files as its user: other accounts of this machine must not.
  const password = newPassword();
  const folder = dir ?? path.join(temporaryFolder(user), `redis-${process.pid}-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  if (appendOnly && user !== undefined) chownSync(folder, user.uid, user.gid);
  const server = startSupervised({
    command: program.command,
    args: ['-'],
    ...(program.argv0 === undefined ? {} : { argv0: program.argv0 }),
    input: [
      'bind 127.0.0.1',
      `port ${chosen}`,
      `requirepass ${password}`,
      'save ""',
      ...(appendOnly ? [`dir ${JSON.stringify(folder)}`, 'appendonly yes', 'appendfsync no'] : ['appendonly no']),
      'daemonize no',
      'databases 16',
      '',
    ].join('\n'),
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    logFile: path.join(folder, 'server.log'),
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    stopSignal: 'SIGTERM',
    forceSignal: 'SIGKILL',
    remove: dir === undefined ? [folder] : [],
  });
  const url = `redis://:${password}@127.0.0.1:${chosen}/0`;
  try {
    await waitUntilReady(server, () => ping(url));
  } catch (error) {
    await server.stop();
    throw new Error(`Redis did not start: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  log(`Redis ${program.version} is up`);
  return { url, port: chosen, stop: () => server.stop() };
}

/** @param {string} url */
async function ping(url) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
