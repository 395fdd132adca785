// @ts-check
/** The files of a PostgreSQL server: made once, reused while they fit, freed from what a killed run left in them. */
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPassword } from './password.mjs';

/** @typedef {import('./places.mjs').User} User */

/**
 * The environment of PostgreSQL's programs: without the PG* variables of the user's shell.
 * @returns {Record<string, string>}
 */
export function serverEnvironment() {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Makes `<folder>/cluster` unless one is there that this version and this user can run.
 * @param {{ folder: string, bin: string, major: string, user: User | undefined }} options
 * @returns {{ cluster: string, password: string, made: boolean }}
 */
export function prepareCluster({ folder, bin, major, user }) {
  const cluster = path.join(folder, 'cluster');
  const passwordFile = path.join(folder, 'password');
  if (existsSync(path.join(cluster, 'PG_VERSION')) && existsSync(passwordFile)) {
    const fits = readFileSync(path.join(cluster, 'PG_VERSION'), 'utf8').trim() === major;
    const owner = user?.uid ?? process.geteuid?.();
    if (fits && (owner === undefined || statSync(cluster).uid === owner)) {
      return { cluster, password: readFileSync(passwordFile, 'utf8').trim(), made: false };
    }
  }
  // Built aside and renamed at the end: an interrupted initdb leaves nothing that looks complete.
  const draft = path.join(folder, 'cluster.new');
  for (const old of [cluster, draft]) rmSync(old, { recursive: true, force: true });
  const password = newPassword();
  const secret = path.join(draft, 'password');
  mkdirSync(path.join(draft, 'data'), { recursive: true, mode: 0o700 });
  writeFileSync(secret, password + '\n', { mode: 0o600 });
  if (user !== undefined)
    for (const file of [draft, secret, path.join(draft, 'data')]) chownSync(file, user.uid, user.gid);
  initialise({ data: path.join(draft, 'data'), passwordFile: secret, bin, major, user });
  renameSync(path.join(draft, 'data'), cluster);
  rmSync(draft, { recursive: true, force: true });
  writeFileSync(passwordFile, password + '\n', { mode: 0o600 });
  return { cluster, password, made: true };
}

/** @param {{ data: string, passwordFile: string, bin: string, major: string, user: User | undefined }} options */
function initialise({ data, passwordFile, bin, major, user }) {
  const args = [
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same text rules on every machine, whatever locales it has.
    '--locale=C',
    ...(Number(major) >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : []),
    '--no-sync',
  ];
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const done = spawnSync(path.join(bin, 'initdb'), args, {
    ...as,
    cwd: '/',
    env: serverEnvironment(),
    encoding: 'utf8',
  });
  if (done.status === 0) return;
  const why = done.error?.message ?? done.stderr.trim().split('\n').slice(-3).join('\n  ');
  throw new Error(`PostgreSQL's initdb failed: ${why}`);
}

/**
 * Frees the cluster from an earlier run. PostgreSQL itself refuses to start when the process number in an old
 * `postmaster.pid` is taken, by whatever program.
 * @param {string} cluster
 */
export async function releaseCluster(cluster) {
  const file = path.join(cluster, 'postmaster.pid');
  // A run that has just been killed needs a moment to shut its server down.
  for (let waited = 0; ; waited += 100) {
    if (!existsSync(file)) return;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    const server = processInfo(pid);
    if (server === undefined || !server.command.includes(cluster)) return rmSync(file, { force: true });
    if (waited >= 3_000) {
      const watcher = processInfo(server.parent);
      if (watcher?.command.includes('supervise.mjs') === true || waited >= 15_000) {
        throw new Error(
          `PostgreSQL already runs on ${cluster} (process ${pid}): another demo uses it, stop that one first.`,
        );
      }
      // Nobody watches it any more (its watcher was killed too): it is ours to stop.
      process.kill(pid, 'SIGINT');
    }
    await sleep(100);
  }
}

/**
 * @param {number} pid
 * @returns {{ parent: number, command: string } | undefined} undefined: no such process
 */
function processInfo(pid) {
  if (existsSync(`/proc/${pid}/stat`)) {
    try {
      const parent = Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \S+ (\d+).*$/s, '$1'));
      return { parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
    } catch {
      return undefined;
    }
  }
  const { status, stdout } = spawnSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
  const match = /^\s*(\d+)\s+(.*)$/m.exec(stdout ?? '');
  return status === 0 && match !== null ? { parent: Number(match[1]), command: match[2] ?? '' } : undefined;
}
