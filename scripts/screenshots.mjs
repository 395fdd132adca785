// @ts-check
/**
 * `npm run screenshots`: takes the pictures of the README and the documents anew, of the demo incident in the newest VS Code. Commands are
 * found by their ids, and the tree and the page by what they are, so that other words change the pictures alone.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startDemo } from '../tools/demo/index.mjs';
import { PROJECT, say } from '../tools/machine/index.mjs';
import {
  dismissNotifications,
  installServer,
  openView,
  openWorkbench,
  pick,
  runCommand,
  shoot,
  startServer,
  waitForText,
} from '../tools/vscode-host/index.mjs';

/** @import { Page } from 'playwright-core' */

const PICTURES = join(PROJECT, 'media', 'screenshots');
const DARK = 'Default Dark Modern';
const LIGHT = 'Default Light Modern';
/** The side bar has 300 px, as it has for everybody at first. */
const WINDOW = { viewport: { width: 1180, height: 720 }, scale: 1.5 };
/** The report gets the window for itself. */
const REPORT = { viewport: { width: 1300, height: 900 }, scale: 1.25 };
const MAX_BYTES = 250_000;
const SETTINGS = {
  'window.commandCenter': false,
  'celeryTasks.openReportAfterCheck': 'never',
  'celeryTasks.checkExecution': true,
  'workbench.layoutControl.enabled': false,
  'editor.minimap.enabled': false,
  'workbench.navigationControl.enabled': false,
};

const words = JSON.parse(readFileSync(join(PROJECT, 'package.nls.json'), 'utf8'));
/** @param {string} id of a command, without `celeryTasks.` */
const titleOf = (id) => `Celery Tasks: ${words[`command.${id}.title`]}`;

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;

const { values } = parseArgs({ options: { only: { type: 'string' } } });
if (values.only !== undefined && values.only !== 'redis' && values.only !== 'rabbitmq')
  throw new Error(`--only cannot be "${values.only}": give redis or rabbitmq.`);
const install = await installServer('newest', say);
if (values.only !== 'rabbitmq') await takeAll();
if (values.only !== 'redis') await takeRabbitmq();

/** The demo, whose broker is Redis. */
async function takeAll() {
  const empty = mkdtempSync(join(tmpdir(), 'no-connection-'));
  const demo = await startDemo({ log: say });
  try {
    await within(empty, () => takeEmpty());
    await within(demo.workspace, async () => {
      await takeView(DARK, 'dark');
      await takeView(LIGHT, 'light');
      await takeReport(DARK, 'report-dark', { story: 'story-dark' });
      await takeReport(LIGHT, 'report-light');
      await takeCodeAndFix();
    });
  } finally {
    await demo.stop();
    rmSync(empty, { recursive: true, force: true });
  }
}

/** The same incident with its messages in RabbitMQ. */
async function takeRabbitmq() {
  const demo = await startDemo({ log: say, broker: 'rabbitmq' });
  try {
    await within(demo.workspace, async () => {
      // What is different is said of each type.
      await takeReport(DARK, 'rabbitmq-dark', { from: '#task-types' });
      await takeReport(LIGHT, 'rabbitmq-light', { from: '#task-types' });
    });
  } finally {
    await demo.stop();
  }
}

/**
 * @param {string} workspace
 * @param {() => Promise<void>} take
 */
async function within(workspace, take) {
  server = await startServer(install, { workspace, settings: SETTINGS });
  try {
    await take();
  } finally {
    await server.stop();
  }
}

/**
 * @param {object} look of the window
 * @param {(page: Page) => Promise<void>} take
 */
async function inWindow(look, take) {
  const { page, close } = await openWorkbench(server, { extensionPaths: [PROJECT], ...look });
  try {
    await openView(page, 'Celery Tasks');
    await take(page);
  } finally {
    await close();
  }
}

/** What a person meets who has no connection yet. */
async function takeEmpty() {
  await inWindow({ ...WINDOW, theme: DARK }, async (page) => {
    await waitForText(page, /Add Connection/);
    await dismissNotifications(page);
    await shoot(page, join(PICTURES, 'empty-dark.png'));
  });
  say('Took the empty window');
}

/**
 * The tree as wide as it is at first, and the log.
 * @param {string} theme
 * @param {string} name
 */
async function takeView(theme, name) {
  await inWindow({ ...WINDOW, theme }, async (page) => {
    const type = await checked(page);
    await type.click();
    await page.waitForTimeout(1000);
    await page.mouse.move(800, 650);
    await shoot(page, join(PICTURES, `tree-${name}.png`));
    if (name !== 'dark') return;
    await runCommand(page, titleOf('openLog'));
    await waitForText(page, 'Analyzing tasks stuck for more than 906 hours:');
    // Colours come a moment after the text.
    await page.waitForTimeout(2500);
    await shoot(page, join(PICTURES, 'log-dark.png'));
  });
  say(`Took the view in ${theme}`);
}

/**
 * The report's first screen, or a later one, and the story of one task.
 * @param {string} theme
 * @param {string} name of the picture
 * @param {object} [options]
 * @param {string} [options.from] the part that stands at the top
 * @param {string} [options.story] name of the picture of the story; none is taken without it
 */
async function takeReport(theme, name, { from, story } = {}) {
  const file = join(PICTURES, `${name}.png`);
  await inWindow({ ...REPORT, theme }, async (page) => {
    await checked(page);
    await runCommand(page, titleOf('openReport'));
    // The page takes the keyboard as it opens: not while a command is typed.
    const report = page.frameLocator('iframe.webview').frameLocator('#active-frame');
    await report.locator('#task-types').waitFor();
    await runCommand(page, 'View: Close Primary Side Bar');
    if (from !== undefined)
      await report.locator(from).evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await page.mouse.move(5, 895);
    await page.waitForTimeout(1000);
    await shoot(page, file);
    if (story === undefined) return;
    await report.locator('#type-1 button.toggle').click();
    const sample = report.locator('#details-1 .sample button.toggle').first();
    await sample.click();
    await sample.evaluate((element) => element.scrollIntoView({ block: 'start' }));
    await page.mouse.move(5, 895);
    await page.waitForTimeout(1000);
    await shoot(page, join(PICTURES, `${story}.png`));
  });
  const { size } = statSync(file);
  if (size > MAX_BYTES)
    throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}: take it at a smaller scale.`);
  say(`Took ${name} in ${theme}`);
}

/** The function of a task with its line of stuck tasks, and a script beside what undoes it. */
async function takeCodeAndFix() {
  await inWindow({ viewport: { width: 1400, height: 900 }, theme: DARK }, async (page) => {
    await checked(page);
    const hook = page.locator('.pane-body .monaco-list-row', { hasText: 'async_deliver_hook' }).first();
    await hook.click();
    await runCommand(page, titleOf('goToTaskSource'));
    await page.locator('.codelens-decoration a', { hasText: /stuck/ }).first().waitFor();
    await dismissNotifications(page);
    await shoot(page, join(PICTURES, 'code-dark.png'));
    // Asked for with no row selected, it asks for which.
    await runCommand(page, 'View: Close Primary Side Bar');
    await runCommand(page, titleOf('generateFixScript'));
    await pick(page, 'finished · lost-update');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: /SQL: mark/ })
      .first()
      .click();
    await waitForText(page, 'nothing has been run');
    await page.waitForTimeout(2500);
    await shoot(page, join(PICTURES, 'fix-dark.png'));
  });
  say('Took the code and the script');
}

/**
 * Checks with verification, and waits for the tree.
 * @param {Page} page
 * @returns the row of the biggest task type
 */
async function checked(page) {
  await runCommand(page, titleOf('verifyExecution'));
  const type = page.locator('.pane-body .monaco-list-row', { hasText: 'execute_signal' }).first();
  await type.waitFor({ timeout: 90_000 });
  await page.waitForTimeout(1000);
  await dismissNotifications(page);
  return type;
}
