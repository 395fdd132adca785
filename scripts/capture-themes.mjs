// @ts-check
/**
 * `node scripts/capture-themes.mjs`: reads from a webview of a real VS Code what it gives every webview, theme by theme, and
 * keeps it in test/fixtures/themes. Run it again for a new VS Code, or when the page begins to use a variable that is not kept.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { PROJECT, say } from '../tools/machine/index.mjs';
import { installServer, openWorkbench, setTheme, startServer } from '../tools/vscode-host/index.mjs';

/** @import { Frame, Page } from 'playwright-core' */

const THEMES = {
  'dark-modern': 'Default Dark Modern',
  'light-modern': 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
  'dark-2026': 'Dark 2026',
  'light-2026': 'Light 2026',
};
const FOLDER = join(PROJECT, 'test', 'fixtures', 'themes');

/** Kept although nothing uses them yet: families that a report may want, so that a new style needs no new capture. */
const FAMILIES =
  /^--vscode-(badge|button|charts|checkbox|dropdown|focusBorder|foreground|input|keybindingLabel|list|panel|panelSection|progressBar|sash|scrollbar|scrollbarSlider|settings|symbolIcon|tab|text|textBlockQuote|textCodeBlock|textLink|textPreformat|textSeparator|toolbar|widget|banner|disabledForeground|errorForeground|icon|descriptionForeground|contrastBorder|contrastActiveBorder|font|editor-font|selection|problems\w*Icon|testing)\b/;

/** As text: it runs in the webview. */
const READ = `(() => {
  const { style } = document.documentElement;
  return {
    classes: [...document.body.classList],
    attributes: Object.fromEntries([...document.body.attributes].filter(({ name }) => name.startsWith('data-vscode')).map(({ name, value }) => [name, value])),
    variables: Object.fromEntries([...style].filter((name) => name.startsWith('--')).map((name) => [name, style.getPropertyValue(name)])),
  };
})()`;

const workspace = mkdtempSync(join(tmpdir(), 'theme-probe-'));
const install = await installServer('newest', say);
const server = await startServer(install, { workspace });
try {
  const { page, close } = await openWorkbench(server, {
    extensionPaths: [join(PROJECT, 'tools', 'report-server', 'theme-probe')],
    theme: THEMES['dark-modern'],
  });
  try {
    const frame = await probe(page);
    const styles = String(await frame.evaluate("document.getElementById('_defaultStyles')?.textContent ?? ''"));
    await write('webview-defaults.css', `/* What VS Code puts into every webview. */\n${styles}`);
    const used = new Set([...usedVariables(), ...(styles.match(/--[\w-]+/g) ?? [])]);
    for (const [name, id] of Object.entries(THEMES)) {
      await setTheme(page, id);
      await keep(name, id, await frame.evaluate(READ), used);
    }
  } finally {
    await close();
  }
} finally {
  await server.stop();
  rmSync(workspace, { recursive: true, force: true });
}

/**
 * @param {Page} page
 * @returns {Promise<Frame>} the innermost frame of our webview
 */
async function probe(page) {
  for (const end = Date.now() + 30_000; Date.now() < end; await page.waitForTimeout(200)) {
    for (const frame of page.frames()) {
      if (await frame.evaluate("document.getElementById('theme-probe') !== null").catch(() => false)) return frame;
    }
  }
  throw new Error('The webview of the theme probe did not open.');
}

/**
 * @param {string} name
 * @param {string} id
 * @param {{ classes: string[], attributes: Record<string, string>, variables: Record<string, string> }} read
 * @param {Set<string>} used
 */
async function keep(name, id, { classes, attributes, variables }, used) {
  const kept = Object.entries(variables)
    .filter(([variable]) => used.has(variable) || FAMILIES.test(variable))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const all = { theme: id, vscode: install.vscode, classes, attributes, variables: Object.fromEntries(kept) };
  await write(`${name}.json`, JSON.stringify(all));
  say(`${id}: ${kept.length} of ${Object.keys(variables).length} variables`);
}

/**
 * @param {string} name
 * @param {string} text
 */
async function write(name, text) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, name), await format(text, { filepath: name, printWidth: 120 }));
}

/** @returns {Set<string>} the variables that our page or the toolkit names */
function usedVariables() {
  const folders = [join(PROJECT, 'src', 'page'), join(PROJECT, 'node_modules/@vscode/webview-ui-toolkit/dist')];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(css|tsx?|js)$/.test(file))
      .map((file) => join(folder, file)),
  );
  return new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(/--vscode-[A-Za-z-]+/g) ?? []));
}
