// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { npm, runToLog, unpackPackage } from '../machine/index.mjs';
import { howToGetBuildTools } from './build-tools.mjs';

/** @import { HostVersion } from './versions.mjs' */

/** A package that brings ripgrep inside npm, for every platform. */
const RIPGREP = '@vscode/ripgrep-universal@1.18.0';

/** @returns {string} the npm package with the Node.js program for this machine (what the package `node` would choose) */
export function nodePackage() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/**
 * Installs what the server loads, by its own lock file and without running package scripts.
 * @param {string} root the server's folder
 * @param {HostVersion} wanted
 * @param {string} logFile
 * @returns {Promise<void>}
 * @throws {Error} when npm fails
 */
export async function installDependencies(root, wanted, logFile) {
  const file = path.join(root, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const name of wanted.leaveOut) delete manifest.dependencies[name];
  // A script of our own: every npm runs it, whatever it thinks of the install scripts of packages.
  const compile = wanted.native.map((name) => `node-gyp rebuild -C node_modules/${name}`).join(' && ');
  manifest.scripts = { 'compile-native': compile };
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
  const quiet = ['--no-audit', '--no-fund', '--engine-strict=false'];
  await npm(['install', '--omit=dev', '--ignore-scripts', ...quiet], { cwd: root, logFile });
  // Where VS Code 1.100 looks for part of what it serves.
  fs.symlinkSync('node_modules', path.join(root, 'node_modules.asar'));
  if (wanted.needsRipgrep) await bringRipgrep(root, logFile);
}

/**
 * Compiles the native packages and loads each one, so that a stamp is never set on something that does not work.
 * @param {string} root
 * @param {string} node the Node.js the server runs on
 * @param {HostVersion} wanted
 * @param {string} logFile
 * @returns {Promise<void>}
 * @throws {Error} when one cannot be compiled or loaded
 */
export async function compileNative(root, node, wanted, logFile) {
  try {
    await npm(['run', 'compile-native'], { cwd: root, logFile });
    const load = wanted.native.map((name) => `require(${JSON.stringify(name)})`).join(';');
    await runToLog(node, ['-e', load], { cwd: root, logFile });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${howToGetBuildTools()}`, { cause: error });
  }
}

/**
 * @param {string} root
 * @param {string} logFile
 */
async function bringRipgrep(root, logFile) {
  const universal = path.join(root, 'ripgrep-universal');
  await unpackPackage(RIPGREP, universal, logFile);
  const bin = path.join(root, 'node_modules', '@vscode', 'ripgrep', 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.renameSync(path.join(universal, 'bin', `${process.platform}-${process.arch}`, 'rg'), path.join(bin, 'rg'));
  fs.rmSync(universal, { recursive: true, force: true });
}
