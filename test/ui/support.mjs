// @ts-check
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepFolder } from '../../tools/test-runner/index.mjs';
import { installServer, openWorkbench, shoot, startServer } from '../../tools/vscode-host/index.mjs';

/** @import { Page } from 'playwright-core' */

const VERSION = process.env.UI_VERSION === 'minimum' ? 'minimum' : 'newest';
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const TITLE = '${activeEditorShort}${separator}${rootName}';
export const ARTEFACTS = join(PROJECT, 'test-artifacts', 'ui');

/**
 * What the runner gives by environment.
 * @param {string} name
 */
export function required(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run npm test -- --only ui`);
  return value;
}

/**
 * Opens a real VS Code with the extension on a copy of the demo's workspace.
 * @param {string} name of the copy
 * @param {{ workspaceTrust?: boolean, theme?: string, viewport?: { width: number, height: number }, scale?: number, onlyEnv?: boolean, folders?: readonly string[] }} [options]
 *   onlyEnv: nothing but the `.env` is copied; folders: as many folders in one workspace, each with a `.env`
 */
export async function openEditor(name, { workspaceTrust, onlyEnv = false, folders, ...look } = {}) {
  const workspace = `${required('TEST_WORKSPACE')}-${name}`;
  rmSync(workspace, { recursive: true, force: true });
  if (onlyEnv) mkdirSync(workspace, { recursive: true });
  const copied = onlyEnv ? '.env' : '';
  cpSync(join(required('TEST_WORKSPACE'), copied), join(workspace, copied), { recursive: true });
  for (const folder of folders ?? []) cpSync(join(workspace, '.env'), join(workspace, folder, '.env'));
  const file = join(workspace, 'several.code-workspace');
  if (folders) writeFileSync(file, JSON.stringify({ folders: folders.map((path) => ({ path })) }));
  const { theme = 'Default Dark Modern' } = look;
  const install = await installServer(VERSION, (line) => console.log(`      ${line}`));
  const server = await startServer(install, {
    workspace: folders ? file : workspace,
    ...(workspaceTrust === undefined ? {} : { workspaceTrust }),
    // The demo names its database in .env; what this machine has in its environment must not be found instead.
    env: { DATABASE_URL: undefined },
    settings: {
      'window.commandCenter': false,
      'workbench.layoutControl.enabled': false,
      'workbench.colorTheme': theme,
      // Its question would lie over what is looked at.
      'celeryTasks.openReportAfterCheck': 'never',
    },
  });
  try {
    const workbench = await openWorkbench(server, { extensionPaths: [PROJECT], ...look });
    // Only a test that fails waits so long; a busy machine needs half a minute for a check with all evidence.
    workbench.page.setDefaultTimeout(90_000);
    return {
      ...workbench,
      server,
      workspace,
      close: async () => {
        await keepOutputs(name, workbench.page, server);
        await workbench.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Keeps logs, state, settings and what stands on the page where the run looks for passwords at its end.
 * @param {string} name
 * @param {Page} page
 * @param {{ userDataDir: string, workspace: string }} server
 */
async function keepOutputs(name, page, { userDataDir, workspace }) {
  const outputs = process.env.TEST_OUTPUTS;
  if (outputs === undefined) return;
  const folder = join(outputs, `ui-${name}`);
  keepFolder(userDataDir, join(folder, 'vscode'));
  keepFolder(workspace, join(folder, 'workspace'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'page.html'), await page.content());
  writeFileSync(join(folder, 'stored.txt'), (await storedTexts(page)).join('\n'));
}

/**
 * A row of our tree that shows a text.
 * @param {Page} page
 * @param {string | RegExp} text
 */
export function row(page, text) {
  return page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
}

/**
 * Opens a row of our tree until it shows what is below it. One click is not enough: a tree that gets a new result at that moment is drawn
 * anew, and what was just opened is closed again.
 * @param {Page} page
 * @param {string | RegExp} parent
 * @param {string | RegExp} child a text that only rows below it have
 */
export async function expand(page, parent, child) {
  await row(page, parent).waitFor();
  const open = async () => {
    if (await row(page, child).isVisible()) return true;
    const shown = row(page, parent);
    if ((await shown.getAttribute('aria-expanded')) === 'false') await shown.click();
    return false;
  };
  await eventually(open, `${String(parent)} to show ${String(child)}`, 90);
}

/**
 * Closes a row of our tree.
 * @param {Page} page
 * @param {string | RegExp} parent
 */
export async function collapse(page, parent) {
  const closed = async () => {
    const shown = row(page, parent);
    if ((await shown.getAttribute('aria-expanded')) === 'false') return true;
    await shown.locator('.monaco-tl-twistie').click();
    return false;
  };
  await eventually(closed, `${String(parent)} to close`, 90);
}

/**
 * Waits until no check runs.
 * @param {Page} page
 */
export async function checkEnded(page) {
  const running = page.locator('.part.sidebar', { hasText: 'Checking…' });
  await eventually(async () => (await running.count()) === 0, 'the check to end', 90);
}

/**
 * Keeps a picture as a test artefact.
 * @param {Page} page
 * @param {string} name
 */
export async function picture(page, name) {
  await shoot(page, join(ARTEFACTS, `${name}.png`));
}

/**
 * Changes a workspace setting as a person would: in the file; `undefined` takes it out.
 * @param {{ page: Page, workspace: string }} editor
 * @param {string} key
 * @param {unknown} value
 */
export async function changeSetting({ page, workspace }, key, value) {
  const file = join(workspace, '.vscode', 'settings.json');
  mkdirSync(join(workspace, '.vscode'), { recursive: true });
  const settings = JSON.parse(readFileSync(file, 'utf8'));
  // The editor watches the file. It has read it when the window's title has one more of these, which nobody sees.
  const title = `${settings['window.title'] ?? TITLE}\u200b`;
  writeFileSync(file, JSON.stringify({ ...settings, 'window.title': title, [key]: value }, null, 2));
  const marks = title.split('\u200b').length;
  await eventually(async () => (await page.title()).split('\u200b').length === marks, `${key} to be read`, 60);
}

/**
 * Waits until something is so.
 * @param {() => Promise<boolean>} what
 * @param {string} label
 * @param {number} [seconds]
 */
export async function eventually(what, label, seconds = 30) {
  for (const end = Date.now() + seconds * 1000; !(await what());) {
    if (Date.now() > end) throw new Error(`Not so within ${seconds} s: ${label}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Whether the workbench has stored this text. In a browser it does so every five seconds (VS Code 1.139, storageService.ts,
 * BROWSER_DEFAULT_FLUSH_INTERVAL), and what is younger is lost with the page; on a desktop it is stored as the window closes.
 * @param {import('playwright-core').Page} page
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function isStored(page, text) {
  return (await storedTexts(page)).some((value) => value.includes(text));
}

/**
 * Everything that the workbench has stored in the browser: the state of workspace and user, and what is in the two simple storages.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
function storedTexts(page) {
  return page.evaluate(async () => {
    /** @type {any} */
    const { indexedDB, localStorage, sessionStorage } = globalThis;
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    const done = (/** @type {any} */ request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error);
        };
      });
    for (const { name } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db')) continue;
      const database = await done(indexedDB.open(name));
      const values = await done(database.transaction('ItemTable').objectStore('ItemTable').getAll());
      database.close();
      texts.push(...values.map((/** @type {unknown} */ value) => String(value)));
    }
    return texts;
  });
}
