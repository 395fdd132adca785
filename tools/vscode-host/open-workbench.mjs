// @ts-check
import process from 'node:process';
import { chromium } from 'playwright-core';
import { findChromium } from '../machine/index.mjs';
import { onProcessEnd } from './process-group.mjs';
import { rememberServer } from './theme.mjs';
import { workbenchUrl } from './workbench-url.mjs';

/** @import { Browser, Page } from 'playwright-core' */
/** @import { RunningServer } from './server.mjs' */

const ARGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/**
 * @typedef {object} WorkbenchOptions
 * @property {string[]} [extensionPaths] unpackaged extensions to load, as if installed from these folders
 * @property {string} [testsPath] a module whose `run()` the extension host calls; wants a server started
 *   `forTests`, and at least one extension, which is the one "under development"
 * @property {{ width: number, height: number }} [viewport] default 1280 x 800
 * @property {number} [scale] device pixels per pixel (2: sharp screenshots); default 1
 * @property {string} [theme] id of a colour theme, e.g. "Default Light Modern"
 * @property {(page: Page) => Promise<void>} [beforeLoad] e.g. to listen to the console or to expose functions
 */

/**
 * Opens a server's workspace in a new browser.
 * @param {RunningServer} server
 * @param {WorkbenchOptions} [options]
 * @returns {Promise<{ page: Page, browser: Browser, close: () => Promise<void> }>} once the workbench is drawn (with
 *   `testsPath`: once the page is loaded); `close` ends the browser at once
 * @throws {Error} when there is no browser, or the workbench does not come up
 */
export async function openWorkbench(server, options = {}) {
  const executablePath = await findChromium();
  // A browser of our own process: `browser.close()` can take 30 s against a workbench, killing takes none.
  const env = { ...process.env, TMPDIR: server.tempDir };
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const host = await chromium.launchServer({ executablePath, args: ARGS, env, ...signals });
  const forget = onProcessEnd(() => host.process().kill('SIGKILL'));
  const close = async () => {
    await host.kill();
    forget();
  };
  try {
    if (options.theme) server.writeSettings({ 'workbench.colorTheme': options.theme });
    const browser = await chromium.connect(host.wsEndpoint());
    const viewport = options.viewport ?? { width: 1280, height: 800 };
    const page = await browser.newPage({ viewport, deviceScaleFactor: options.scale ?? 1 });
    rememberServer(page, server);
    await options.beforeLoad?.(page);
    const { extensionPaths = [], testsPath } = options;
    const url = workbenchUrl(server, testsPath ? { extensionPaths, testsPath } : { extensionPaths });
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 60_000 });
    if (!options.testsPath) {
      await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
      // The theme comes from an extension: extensions are known now, so commands and views are there.
      await page.locator('.monaco-workbench[class*="vscode-theme-"]').waitFor({ timeout: 60_000 });
    }
    return { page, browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}
