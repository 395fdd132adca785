// @ts-check
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheDir, runToLog } from '../machine/index.mjs';
import { cleanEnvironment } from './environment.mjs';

/** @import { ServerInstall } from './server-install.mjs' */

/**
 * Installs a packaged extension into an extensions folder, as `code --install-extension` does.
 * @param {ServerInstall} install
 * @param {string} vsixPath
 * @param {string} extensionsDir
 * @returns {Promise<void>}
 * @throws {Error} when the package is refused
 */
export async function installVsix(install, vsixPath, extensionsDir) {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'vscode-host-vsix-'));
  try {
    const args = [path.join('out', 'server-main.js'), '--accept-server-license-terms', '--telemetry-level', 'off'];
    const where = ['--extensions-dir', path.resolve(extensionsDir), '--server-data-dir', data];
    await runToLog(install.node, [...args, ...where, '--install-extension', path.resolve(vsixPath), '--force'], {
      cwd: install.root,
      logFile: path.join(cacheDir(), 'install-vsix.log'),
      env: cleanEnvironment(),
    });
  } finally {
    fs.rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Enters an unpackaged extension in an extensions folder, as if installed, without copying it.
 * @param {string} extensionsDir
 * @param {string} extensionPath the folder with its package.json
 * @returns {void}
 * @throws {Error} when that has no package.json
 */
export function linkExtension(extensionsDir, extensionPath) {
  const folder = path.resolve(extensionPath);
  const { publisher, name, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const id = `${publisher}.${name}`.toLowerCase();
  const register = path.join(extensionsDir, 'extensions.json');
  /** @type {{ identifier: { id: string } }[]} */
  const known = fs.existsSync(register) ? JSON.parse(fs.readFileSync(register, 'utf8')) : [];
  const url = pathToFileURL(folder);
  const location = {
    $mid: 1,
    fsPath: folder,
    external: url.href,
    path: decodeURIComponent(url.pathname),
    scheme: 'file',
  };
  const entry = { identifier: { id }, version, location, metadata: { source: 'resource' } };
  fs.mkdirSync(extensionsDir, { recursive: true });
  fs.writeFileSync(register, JSON.stringify([...known.filter((each) => each.identifier.id !== id), entry]));
}
