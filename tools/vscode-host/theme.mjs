// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { pick, runCommand } from './quick-input.mjs';

/** @import { Page } from 'playwright-core' */
/** @import { RunningServer } from './server.mjs' */

const TIMEOUT = 15_000;

/** Colours fade for a moment. */
const SETTLE = 400;

/** @type {WeakMap<Page, RunningServer>} */
const servers = new WeakMap();

/**
 * Notes which server a page shows, for `setTheme`.
 * @param {Page} page
 * @param {RunningServer} server
 * @returns {void}
 */
export function rememberServer(page, server) {
  servers.set(page, server);
}

/**
 * Changes the colour theme of an open workbench. (VS Code's server does not watch its settings file, so this goes
 * through the theme picker.)
 * @param {Page} page from `openWorkbench`
 * @param {string} theme its settings id, e.g. "Default Light Modern", "Default High Contrast"
 * @returns {Promise<void>} once the workbench is drawn in it
 * @throws {Error} when the page is not from `openWorkbench`, or this VS Code has no such theme
 */
export async function setTheme(page, theme) {
  const server = servers.get(page);
  if (!server) throw new Error('setTheme wants a page from openWorkbench.');
  const { label, file } = findTheme(server.install.root, theme);
  const drawn = page.locator(`.monaco-workbench[class*="${path.basename(file, '.json')}-json"]`).first();
  if (await drawn.isVisible()) return;
  await runCommand(page, 'Preferences: Color Theme');
  await pick(page, label);
  await drawn.waitFor({ timeout: TIMEOUT });
  await page.waitForTimeout(SETTLE);
}

/**
 * @param {string} root
 * @param {string} id
 * @returns {{ label: string, file: string }} the name people see, and the file the class of the workbench is named after
 */
function findTheme(root, id) {
  const read = (/** @type {string} */ name) =>
    JSON.parse(fs.readFileSync(path.join(root, 'extensions', 'theme-defaults', name), 'utf8'));
  /** @type {{ id: string, label: string, path: string }[]} */
  const themes = read('package.json').contributes.themes;
  // VS Code took "Default " out of some ids, and goes on accepting the old ones.
  const theme = themes.find((each) => [id, id.replace(/^Default (?=Dark|Light)/, '')].includes(each.id));
  if (!theme) throw new Error(`No theme "${id}" in this VS Code; it has ${themes.map((each) => each.id).join(', ')}.`);
  return { label: read('package.nls.json')[theme.label.replaceAll('%', '')] ?? theme.label, file: theme.path };
}
