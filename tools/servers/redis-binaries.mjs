// @ts-check
/** Where a Redis server is on this machine, or how it gets here. */
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** @typedef {{ command: string, argv0?: string, version: string }} RedisProgram */

const HOW = 'Debian/Ubuntu: apt install redis-server; macOS: brew install redis';

/**
 * Finds `redis-server` or `valkey-server` on PATH; on Debian as root it installs one.
 * @param {(line: string) => void} log
 * @returns {Promise<RedisProgram | undefined>} undefined: none, and `log` has said what to do
 */
export async function findRedis(log) {
  const found = onPath();
  if (found !== undefined) return found;
  if (process.geteuid?.() === 0 && isDebian()) {
    const problem = await install(log);
    const installed = onPath();
    if (installed !== undefined) return installed;
    log(
      `Redis could not be installed (${problem ?? 'the package redis-tools holds no server'}), the demo goes on without it. ${HOW}.`,
    );
  } else {
    log(`No redis-server or valkey-server on PATH, the demo goes on without it. ${HOW}.`);
  }
  return undefined;
}

/** @returns {RedisProgram | undefined} */
function onPath() {
  // Debian keeps the server in redis-tools under the name redis-check-rdb; it acts by the name it is called with, and
  // the package redis-server adds a link, and a service that we do not want to start.
  const names = [
    ['redis-server'],
    ['valkey-server'],
    ['redis-check-rdb', 'redis-server'],
    ['valkey-check-rdb', 'valkey-server'],
  ];
  for (const [name, argv0] of names) {
    const command = which(name ?? '');
    if (command === undefined) continue;
    const { stdout } = spawnSync(command, ['--version'], {
      argv0: argv0 ?? command,
      encoding: 'utf8',
      timeout: 5_000,
      input: '',
    });
    const version = /^((?:Redis|Valkey) server) v=(\S+)/im.exec(stdout ?? '');
    if (version !== null) return { command, ...(argv0 === undefined ? {} : { argv0 }), version: version[2] ?? '' };
  }
  return undefined;
}

/** @param {string} name */
function which(name) {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (folder !== '') return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function isDebian() {
  if (!existsSync('/etc/os-release') || which('apt-get') === undefined) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/**
 * Installs redis-tools: the same server program as in redis-server, but no service is started, now or at the next boot.
 * @param {(line: string) => void} log
 * @returns {Promise<string | undefined>} what went wrong
 */
async function install(log) {
  log('Redis: installing the Debian package redis-tools (it holds the server, and no service)');
  const apt = (/** @type {string[]} */ ...args) =>
    promisify(execFile)('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=60', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 300_000,
    });
  const get = () => apt('install', '-y', '--no-install-recommends', 'redis-tools');
  try {
    // Package lists may be missing or old (containers): ask for them only then.
    await get().catch(async () => {
      await apt('update');
      await get();
    });
    return undefined;
  } catch (error) {
    const { stderr, message } = /** @type {Error & { stderr?: string }} */ (error);
    return (stderr ?? '').trim().split('\n').at(-1) || message;
  }
}
