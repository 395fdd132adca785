// @ts-check
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { tail } from '../machine/index.mjs';
import { cleanEnvironment } from './environment.mjs';
import { endGroup, killGroup, onProcessEnd } from './process-group.mjs';
import { settingsFile, writeSettings } from './settings.mjs';

/** @import { ServerInstall } from './server-install.mjs' */

const START_TIMEOUT = 60_000;
const WATCH_PARENT = fileURLToPath(new URL('watch-parent.js', import.meta.url));

/**
 * @typedef {object} ServerOptions
 * @property {string} workspace folder (or `.code-workspace` file) that opens
 * @property {string} [userDataDir] settings, state and logs; without it, a temporary folder that `stop` removes
 * @property {string} [extensionsDir] installed extensions; without it, an empty folder in `userDataDir`
 * @property {Record<string, string | undefined>} [env] added to the environment of server and extension host
 * @property {Record<string, unknown>} [settings] user settings besides the quiet ones
 * @property {boolean} [forTests] true: obey `extensionTestsPath`; VS Code then shows no notifications and confirms
 *   dialogs by itself, so not for what a person would see
 * @property {boolean} [workspaceTrust] true: ask for trust as VS Code does; default: everything is trusted
 */

/**
 * A running server-based VS Code.
 * @typedef {object} RunningServer
 * @property {ServerInstall} install
 * @property {string} origin `http://127.0.0.1:PORT`
 * @property {number} port
 * @property {number} pid leader of the server's process group
 * @property {string} workspace
 * @property {string} userDataDir
 * @property {string} tempDir where it and its browsers put temporary files; `stop` removes it
 * @property {string} extensionsDir
 * @property {string} logFile what the server printed
 * @property {(settings: Record<string, unknown>) => void} writeSettings changes user settings, for pages opened later
 * @property {Promise<void>} ended fulfilled when the server is gone, for whatever reason
 * @property {() => Promise<void>} stop ends it with all it started; fulfilled when nothing is left
 */

/**
 * Starts a VS Code server on a free port of the loopback interface. It ends with this process at the latest.
 * @param {ServerInstall} install
 * @param {ServerOptions} options
 * @returns {Promise<RunningServer>} once it answers
 * @throws {Error} when it ends or stays silent instead: with the end of its output
 */
export async function startServer(install, options) {
  // Short, because VS Code makes its sockets in it; and its own, because VS Code leaves them there.
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'vsh-'));
  const userDataDir = path.resolve(options.userDataDir ?? path.join(temporary, 'data'));
  const trust = options.workspaceTrust === true;
  const settings = settingsFile(userDataDir, 'server');
  writeSettings(settings, { 'security.workspace.trust.enabled': trust, ...options.settings });
  const logFile = path.join(userDataDir, 'server.log');
  const output = fs.openSync(logFile, 'w');
  const extensionsDir = path.resolve(options.extensionsDir ?? path.join(userDataDir, 'extensions'));
  const args = [
    ...['--require', WATCH_PARENT, path.join('out', 'server-main.js')],
    ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
    ...['--telemetry-level', 'off', '--server-data-dir', userDataDir],
    ...['--extensions-dir', extensionsDir],
    ...(trust ? [] : ['--disable-workspace-trust']),
    ...(options.forTests ? ['--enable-smoke-test-driver'] : []),
  ];
  const env = cleanEnvironment({ TMPDIR: temporary, XDG_RUNTIME_DIR: temporary, ...options.env });
  const child = spawn(install.node, args, { cwd: install.root, env, stdio: ['pipe', output, output], detached: true });
  fs.closeSync(output);
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`Cannot start ${install.node}`);
  const clear = () => fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  const forget = onProcessEnd(() => {
    killGroup(pid);
    clear();
  });
  const stop = async () => {
    await endGroup(pid);
    forget();
    clear();
  };
  try {
    const port = await waitForPort(logFile, ended);
    const origin = `http://127.0.0.1:${port}`;
    return {
      ...{
        install,
        origin,
        port,
        pid,
        workspace: path.resolve(options.workspace),
        userDataDir,
        extensionsDir,
        logFile,
        tempDir: temporary,
      },
      writeSettings: (changes) => writeSettings(settings, changes),
      ...{ ended, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {string} logFile
 * @param {Promise<void>} ended
 * @returns {Promise<number>} the port the server chose
 */
async function waitForPort(logFile, ended) {
  let gone = false;
  void ended.then(() => (gone = true));
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const said = fs.readFileSync(logFile, 'utf8');
    const port = /Extension host agent listening on (\d+)/.exec(said)?.[1];
    if (port && (await answers(`http://127.0.0.1:${port}/version`))) return Number(port);
    if (gone || Date.now() > deadline) {
      throw new Error(`VS Code's server ${gone ? 'ended' : 'did not answer'} at start:\n${tail(said)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}
