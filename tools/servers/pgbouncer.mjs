// @ts-check
/** A real PgBouncer in front of a PostgreSQL server, for tests. */
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { cacheDir, canInstallPackages, installPackages, onPath } from '../machine/index.mjs';
import { serverUser, temporaryFolder } from './places.mjs';
import { freePort, startSupervised, waitUntilReady } from './supervised.mjs';

const HOW = 'Debian/Ubuntu: apt install pgbouncer; macOS: brew install pgbouncer';

/**
 * Finds the program; on Debian as root it installs it.
 * @param {(line: string) => void} log
 * @returns {Promise<string | undefined>} undefined: there is none, and `log` has said what to do
 */
export async function findPgBouncer(log) {
  const found = program();
  if (found !== undefined) return found;
  if (canInstallPackages()) {
    log('Installing pgbouncer (apt-get)');
    try {
      await installPackages(['pgbouncer'], join(cacheDir(), 'install-pgbouncer.log'));
    } catch (error) {
      log(`apt-get could not install it: ${/** @type {Error} */ (error).message.split('\n', 1)[0]}`);
    }
  }
  if (program() === undefined) log(`There is no pgbouncer, and the tests with it will fail. ${HOW}.`);
  return program();
}

/** Debian puts it where only root's PATH looks. */
function program() {
  return onPath('pgbouncer') ?? ['/usr/sbin/pgbouncer', '/usr/local/sbin/pgbouncer'].find((file) => existsSync(file));
}

/**
 * Starts PgBouncer in transaction mode with one server session for each database, so that the next client gets the session
 * that was used last. It ends with this process, however that ends.
 * @param {string} command
 * @param {string} serverUrl of the superuser
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} url: the server's, through PgBouncer
 */
export async function startPgBouncer(command, serverUrl) {
  const server = new URL(serverUrl);
  const user = serverUser();
  const port = await freePort();
  const folder = join(temporaryFolder(user), `pgbouncer-${process.pid}-${port}`);
  mkdirSync(folder, { recursive: true });
  // Only its user may read them, because they hold the password. Others may only pass through the folder above.
  chmodSync(folder, 0o711);
  const users = join(folder, 'users.txt');
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(users, `"${decodeURIComponent(server.username)}" "${decodeURIComponent(server.password)}"\n`);
  writeFileSync(
    config,
    [
      '[databases]',
      `* = host=${server.hostname} port=${server.port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = scram-sha-256',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      'default_pool_size = 1',
      'max_client_conn = 50',
      '',
    ].join('\n'),
  );
  for (const file of [users, config]) own(file, user);
  const supervised = startSupervised({
    command,
    args: [config],
    env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' },
    logFile: join(folder, 'server.log'),
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    stopSignal: 'SIGINT',
    forceSignal: 'SIGKILL',
    remove: [folder],
  });
  server.port = String(port);
  try {
    await waitUntilReady(supervised, () => ping(server.href));
  } catch (error) {
    await supervised.stop();
    throw new Error(`PgBouncer did not start: ${/** @type {Error} */ (error).message}`, { cause: error });
  }
  return { url: server.href, stop: () => supervised.stop() };
}

/**
 * @param {string} file
 * @param {import('./places.mjs').User | undefined} user
 */
function own(file, user) {
  chmodSync(file, 0o600);
  if (user !== undefined) chownSync(file, user.uid, user.gid);
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
