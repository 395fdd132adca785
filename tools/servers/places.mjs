// @ts-check
/** Who runs the demo's servers, and in which folders that user can work. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** @typedef {{ name: string, uid: number, gid: number }} User */

/**
 * The unprivileged user for servers when we are root: PostgreSQL refuses root, and Redis does not need it. An existing
 * user serves (initdb only wants one with a name), so nothing is added to the machine.
 * @returns {User | undefined} undefined: we are not root, servers run as ourselves
 */
export function serverUser() {
  if (process.geteuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag, name));
    if (uid !== undefined && gid !== undefined && uid > 0) return { name, uid, gid };
  }
  throw new Error(
    'The demo runs as root and finds no other user (postgres, nobody, daemon) for its servers: run it as a normal user.',
  );
}

/**
 * @param {string} flag
 * @param {string} name
 * @returns {number | undefined}
 */
function idOf(flag, name) {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined;
  }
}

/**
 * Whether the user can enter a folder: tried, because modes, access lists and mounts all have a say in it.
 * @param {string} folder must exist
 * @param {User | undefined} user
 * @returns {boolean}
 */
export function canEnter(folder, user) {
  if (user === undefined) return true;
  const { uid, gid } = user;
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', uid, gid, stdio: 'ignore' }).status === 0;
}

/**
 * Our folder for temporary files, one for all clones of this account, which the server's user can pass through.
 * @param {User | undefined} user
 * @returns {string}
 */
export function temporaryFolder(user) {
  const parents = [...new Set([tmpdir(), '/tmp', '/var/tmp'])];
  const parent = parents.find((folder) => canEnter(folder, user)) ?? tmpdir();
  const folder = path.join(parent, `celery-task-diagnostics-${process.geteuid?.() ?? 'user'}`);
  const mode = user === undefined ? 0o700 : 0o711;
  mkdirSync(folder, { recursive: true, mode });
  // The name can be guessed, so somebody else may have been there first: what we run from here must be ours.
  const { uid } = lstatSync(folder);
  if (process.geteuid !== undefined && uid !== process.geteuid())
    throw new Error(`${folder} belongs to another user: remove it.`);
  if (!lstatSync(folder).isDirectory()) throw new Error(`${folder} is not a folder: remove it.`);
  chmodSync(folder, mode);
  return folder;
}
