// @ts-check
/** Where a RabbitMQ server is on this machine, or how it gets here. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDir, canInstallPackages, installPackages, isExecutable, onPath } from '../machine/index.mjs';

/**
 * @typedef {object} RabbitProgram
 * @property {string} server
 * @property {string} ctl rabbitmqctl of the same version
 * @property {string} epmd Erlang's port mapper, which every Erlang node needs
 * @property {string} version for example 3.10.8
 */

const HOW = 'Debian/Ubuntu: apt install rabbitmq-server; macOS: brew install rabbitmq';

/** Debian's own programs come first: /usr/sbin has wrappers that refuse all users but root and rabbitmq, and run as the latter. */
const FOLDERS = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/sbin', '/usr/local/sbin'];
/** Beside PATH: a Homebrew whose folder is not on PATH, and Erlang's own folder on Debian. */
const EPMD_FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin', '/opt/homebrew/opt/erlang/bin', '/usr/lib/erlang/bin'];

/**
 * Finds RabbitMQ; on Debian and Ubuntu as root it installs one, whose service is neither started nor enabled.
 * @param {(line: string) => void} log
 * @returns {Promise<RabbitProgram | undefined>} undefined: none, and `log` has said what to do
 */
export async function findRabbitmq(log) {
  const found = installed();
  if (found !== undefined) return found;
  if (canInstallPackages()) {
    log('Installing rabbitmq-server (apt-get), without its service');
    try {
      await withoutServices(() => installPackages(['rabbitmq-server'], join(cacheDir(), 'install-rabbitmq.log')));
    } catch (error) {
      log(`apt-get could not install it: ${/** @type {Error} */ (error).message.split('\n', 1)[0]}`);
    }
  }
  if (installed() === undefined) log(`There is no RabbitMQ server, and the tests with it will fail. ${HOW}.`);
  return installed();
}

/** @returns {RabbitProgram | undefined} */
function installed() {
  const server =
    FOLDERS.map((folder) => join(folder, 'rabbitmq-server')).find(isExecutable) ?? onPath('rabbitmq-server');
  const epmd =
    onPath('epmd') ?? EPMD_FOLDERS.map((folder) => join(folder, 'epmd')).find(isExecutable) ?? epmdOfErlang();
  if (server === undefined || epmd === undefined) return undefined;
  const ctl = join(dirname(server), 'rabbitmqctl');
  return isExecutable(ctl) ? { server, ctl, epmd, version: versionOf(server, ctl) } : undefined;
}

/** Erlang keeps the program in a folder with its version and links to it only on some machines. */
function epmdOfErlang() {
  const roots = ['/usr/lib/erlang', '/opt/homebrew/lib/erlang', '/usr/local/lib/erlang'].filter(existsSync);
  const found = roots.flatMap((root) =>
    readdirSync(root)
      .filter((name) => name.startsWith('erts-'))
      .map((name) => join(root, name, 'bin', 'epmd')),
  );
  return found.find(isExecutable);
}

/**
 * @param {string} server
 * @param {string} ctl
 */
function versionOf(server, ctl) {
  // All packages have it in a folder's name; asking the program takes a second.
  const inPath = /(\d+\.\d+\.\d+)/.exec(realpathSync(server))?.[1];
  if (inPath !== undefined) return inPath;
  const { stdout } = spawnSync(ctl, ['version'], { encoding: 'utf8', timeout: 20_000 });
  return /\d+\.\d+\.\d+/.exec(stdout ?? '')?.[0] ?? '0.0.0';
}

/** Debian's packages ask this program before they start a service; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d';
const SERVICES = ['rabbitmq-server.service', 'epmd.service', 'epmd.socket'];

/**
 * Installs packages so that they start nothing, now or at the next boot. A machine that has its own policy for services keeps it.
 * @param {() => Promise<void>} install
 */
async function withoutServices(install) {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const systemctl = onPath('systemctl');
  const here = SERVICES.filter(isEnabled);
  try {
    await install();
  } finally {
    if (ours) rmSync(POLICY, { force: true });
    const added = SERVICES.filter((service) => !here.includes(service) && isEnabled(service));
    if (systemctl !== undefined && added.length > 0)
      spawnSync(systemctl, ['disable', ...added], { stdio: 'ignore', timeout: 60_000 });
  }
}

/** @param {string} service */
function isEnabled(service) {
  const { stdout } = spawnSync('systemctl', ['is-enabled', service], { encoding: 'utf8', timeout: 20_000 });
  return (stdout ?? '').trim() === 'enabled';
}
