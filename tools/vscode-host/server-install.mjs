// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { cacheDir, unpackPackage } from '../machine/index.mjs';
import { ensureBuildTools } from './build-tools.mjs';
import { onProcessEnd } from './process-group.mjs';
import { compileNative, installDependencies, nodePackage } from './server-steps.mjs';
import { VERSIONS } from './versions.mjs';

/** @import { VersionName } from './versions.mjs' */

/** Change it when the steps below change, so that older installs are made anew. */
const RECIPE = 1;

/** Written last. */
const STAMP = 'installed.json';

/**
 * An installed server-based VS Code.
 * @typedef {object} ServerInstall
 * @property {VersionName} version
 * @property {string} vscode version of VS Code, e.g. "1.100.3"
 * @property {string} root the folder of VS Code's server, where it must be started
 * @property {string} node the Node.js program it runs on
 */

/**
 * Installs a server-based VS Code from npm packages into the cache folder, unless it is there already.
 * @param {VersionName} version
 * @param {(line: string) => void} [log] gets one line per step; nothing when already installed
 * @returns {Promise<ServerInstall>}
 * @throws {Error} when npm, the network or the compiler fails (with the end of the log and what to install)
 */
export async function installServer(version, log = console.error) {
  const wanted = VERSIONS[version];
  if (process.platform === 'win32') {
    throw new Error('The server-based VS Code does not run on Windows: set VSCODE_EXECUTABLE to your Code.exe.');
  }
  const folder = path.join(cacheDir(), `code-server-${wanted.codeServer}`);
  const ownNode = Number(process.versions.node.split('.')[0]) === wanted.node.major;
  const installed = installIn(folder, version, ownNode);
  const isReady = () => isFinished(folder) && fs.existsSync(installed.node);
  if (isReady()) return installed;

  const started = Date.now();
  fs.mkdirSync(cacheDir(), { recursive: true });
  // In a folder of our own until it is complete: another process may be doing the same.
  const partial = fs.mkdtempSync(`${folder}.partial-`);
  const forget = onProcessEnd(() => fs.rmSync(partial, { recursive: true, force: true }));
  const logFile = path.join(cacheDir(), `install-code-server-${wanted.codeServer}.log`);
  fs.writeFileSync(logFile, '');
  try {
    log(`Installing VS Code ${wanted.vscode} (server) into ${folder}: once, about a minute`);
    await ensureBuildTools(log, logFile);
    await unpackPackage(`code-server@${wanted.codeServer}`, path.join(partial, 'code-server'), logFile);
    if (!ownNode) {
      log(`  Node.js ${wanted.node.release} for it`);
      await unpackPackage(`${nodePackage()}@${wanted.node.release}`, path.join(partial, 'node'), logFile);
    }
    const { root, node } = installIn(partial, version, ownNode);
    log('  its dependencies');
    await installDependencies(root, wanted, logFile);
    log(`  compiling ${wanted.native.join(', ')}`);
    await compileNative(root, node, wanted, logFile);
    fs.writeFileSync(path.join(partial, STAMP), JSON.stringify({ recipe: RECIPE }));
    // Unless another process was quicker.
    if (!isReady()) putInPlace(partial, folder);
  } finally {
    forget();
    fs.rmSync(partial, { recursive: true, force: true });
  }
  log(`  done in ${Math.round((Date.now() - started) / 1000)} s`);
  return installed;
}

/**
 * @param {string} folder
 * @param {VersionName} version
 * @param {boolean} ownNode whether the Node.js that runs us will do
 * @returns {ServerInstall} what is in that folder when complete
 */
function installIn(folder, version, ownNode) {
  const node = ownNode ? process.execPath : path.join(folder, 'node', 'bin', 'node');
  return { version, vscode: VERSIONS[version].vscode, root: path.join(folder, 'code-server', 'lib', 'vscode'), node };
}

/**
 * Moves a complete install to where it belongs, in place of a half or an outdated one.
 * @param {string} complete
 * @param {string} folder
 */
function putInPlace(complete, folder) {
  if (fs.existsSync(folder)) {
    const old = fs.mkdtempSync(`${folder}.partial-`);
    fs.renameSync(folder, path.join(old, 'old'));
    fs.rmSync(old, { recursive: true, force: true });
  }
  fs.renameSync(complete, folder);
}

/**
 * @param {string} folder
 * @returns {boolean} whether an install with today's steps came to its end
 */
function isFinished(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, STAMP), 'utf8')).recipe === RECIPE;
  } catch {
    return false;
  }
}
