// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { isExecutable, onPath } from '../machine/index.mjs';
import { cleanEnvironment } from './environment.mjs';
import { endGroup, killGroup, onProcessEnd } from './process-group.mjs';
import { settingsFile, writeSettings } from './settings.mjs';

const COMMANDS = ['code', 'code-insiders', 'codium'];
const MAC_APPS = [
  ['Visual Studio Code.app', 'code'],
  ['Visual Studio Code - Insiders.app', 'code'],
  ['VSCodium.app', 'codium'],
];

/**
 * Finds the command of a desktop VS Code that can open a window here.
 * @returns {string | undefined} its path; undefined in a terminal of a remote VS Code (where `code` only talks to the
 *   window it belongs to), under WSL (where `code` is the one of Windows), or without a display
 */
export function findDesktopCode() {
  const display = process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY'];
  if (process.platform === 'linux' && (!display || process.env['WSL_DISTRO_NAME'])) return undefined;
  const found = COMMANDS.map(onPath).find((each) => each && !isRemoteCli(each));
  if (found || process.platform !== 'darwin') return found;
  return MAC_APPS.flatMap(([app = '', command = '']) =>
    ['/Applications', path.join(os.homedir(), 'Applications')].map((folder) =>
      path.join(folder, app, 'Contents', 'Resources', 'app', 'bin', command),
    ),
  ).find(isExecutable);
}

/**
 * Opens a workspace in a separate desktop VS Code, with its own settings and only the extensions given.
 * @param {string} code from `findDesktopCode`
 * @param {{ extensionPaths: string[], workspace: string, userDataDir: string, env?: Record<string, string | undefined>,
 *   settings?: Record<string, unknown> }} options
 * @returns {{ closed: Promise<void>, close: () => Promise<void> }} `closed`: fulfilled when its window is closed, or
 *   rejected when it could not open; `close` ends it
 */
export function openDesktop(code, { extensionPaths, workspace, userDataDir, env, settings = {} }) {
  const userData = path.resolve(userDataDir);
  fs.mkdirSync(userData, { recursive: true });
  writeSettings(settingsFile(userData, 'desktop'), { 'security.workspace.trust.enabled': false, ...settings });
  const args = [
    ...['--new-window', '--wait', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
    ...[`--user-data-dir=${userData}`, `--extensions-dir=${path.join(userData, 'extensions')}`],
    ...(process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...extensionPaths.map((folder) => `--extensionDevelopmentPath=${path.resolve(folder)}`),
    path.resolve(workspace),
  ];
  const started = Date.now();
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(
        `"${code}"`,
        args.map((arg) => `"${arg}"`),
        { env: cleanEnvironment(env), stdio: 'ignore', shell: true },
      )
    : spawn(code, args, { env: cleanEnvironment(env), stdio: 'ignore', detached: true });
  const kill = () => {
    // The command starts the editor as a process outside of its own group; the editor notes its number in its data.
    for (const pid of [editorPid(userData, started), child.pid]) if (pid !== undefined) killGroup(pid);
  };
  const forget = onProcessEnd(kill);
  let closing = false;
  /** @type {Promise<void>} */
  const closed = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => {
      forget();
      if (status === 0 || closing) resolve();
      else reject(new Error(`${code} ended with ${status}: the window could not be opened.`));
    });
  });
  closed.catch(() => {});
  const close = async () => {
    closing = true;
    const editor = editorPid(userData, started);
    if (editor !== undefined) await endGroup(editor, 5000);
    if (child.pid !== undefined) await endGroup(child.pid, 1000);
  };
  return { closed, close };
}

/**
 * @param {string} userData
 * @param {number} since
 * @returns {number | undefined} the main process of the VS Code that was started on this data since then
 */
function editorPid(userData, since) {
  const lock = path.join(userData, 'code.lock');
  if (!fs.existsSync(lock) || fs.statSync(lock).mtimeMs < since) return undefined;
  const pid = Number(fs.readFileSync(lock, 'utf8').trim());
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/**
 * @param {string} program
 * @returns {boolean} whether it belongs to a VS Code server: its folder is `.../bin/remote-cli`
 */
function isRemoteCli(program) {
  return /[\\/]remote-cli[\\/]/.test(fs.realpathSync(program));
}
