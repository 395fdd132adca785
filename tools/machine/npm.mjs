// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { runToLog } from './child.mjs';

/**
 * Unpacks one npm package, without its dependencies and without running any of its scripts.
 * @param {string} spec `name@version`
 * @param {string} target a folder to make, that then holds the package's own files
 * @param {string} logFile
 * @returns {Promise<void>}
 * @throws {Error} when npm or tar fails
 */
export async function unpackPackage(spec, target, logFile) {
  const download = `${target}.download`;
  fs.rmSync(download, { recursive: true, force: true });
  fs.mkdirSync(download, { recursive: true });
  fs.mkdirSync(target, { recursive: true });
  await npm(['pack', spec, '--pack-destination', download], { cwd: download, logFile });
  const archive = fs.readdirSync(download).find((name) => name.endsWith('.tgz'));
  if (!archive) throw new Error(`npm pack ${spec} brought no archive: see ${logFile}`);
  await runToLog('tar', ['-xzf', path.join(download, archive), '-C', target, '--strip-components=1'], { logFile });
  fs.rmSync(download, { recursive: true, force: true });
}

/**
 * Runs npm, as if it had been called from a plain shell (this script may itself run under `npm test`).
 * @param {string[]} args
 * @param {{ cwd: string, logFile: string }} options
 * @returns {Promise<void>}
 * @throws {Error} when npm fails
 */
export async function npm(args, { cwd, logFile }) {
  // npm is a .cmd file on Windows, which only a shell starts.
  await runToLog('npm', args, { cwd, logFile, env: npmEnvironment(), shell: process.platform === 'win32' });
}

/** @returns {NodeJS.ProcessEnv} ours, without the calling npm's marks, and with what makes a compilation quick */
function npmEnvironment() {
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(npm_(package|lifecycle|config_local_prefix|command)|INIT_CWD$|NODE_OPTIONS$)/.test(name)) env[name] = value;
  }
  env['JOBS'] = String(Math.min(4, os.availableParallelism()));
  env['CXXFLAGS'] = `${env['CXXFLAGS'] ?? ''} -O0`.trim();
  const ownNode = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  if (fs.existsSync(path.join(ownNode, 'include', 'node', 'node_api.h'))) env['npm_config_nodedir'] = ownNode;
  return env;
}
