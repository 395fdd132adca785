// @ts-check
import path from 'node:path';
import { linkExtension } from './extensions-folder.mjs';

/** @import { RunningServer } from './server.mjs' */

/**
 * Gives the address of a server's workspace, after entering extensions in its extensions folder.
 * @param {RunningServer} server
 * @param {{ extensionPaths?: string[], testsPath?: string, workspace?: string }} [options] `extensionPaths`: unpackaged
 *   extensions; `testsPath`: a module for the extension host to run, with the first of them as the one under
 *   development (the address can name one, and only for tests); `workspace`: default, the server's
 * @returns {string}
 * @throws {Error} when an extension folder has no package.json
 */
export function workbenchUrl(server, { extensionPaths = [], testsPath, workspace = server.workspace } = {}) {
  for (const folder of extensionPaths.slice(testsPath ? 1 : 0)) linkExtension(server.extensionsDir, folder);
  const remote = (/** @type {string} */ file) =>
    `vscode-remote://127.0.0.1:${server.port}${encodeURI(path.resolve(file))}`;
  const payload = [['skipWelcome', 'true']];
  if (testsPath && extensionPaths[0]) {
    payload.push(['extensionDevelopmentPath', remote(extensionPaths[0])]);
    payload.push(['extensionTestsPath', remote(testsPath)]);
  }
  const url = new URL(server.origin);
  url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', path.resolve(workspace));
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}
