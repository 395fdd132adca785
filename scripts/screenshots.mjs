// @ts-check
/** `npm run screenshots`: takes the README's pictures anew, of the demo incident in the newest VS Code. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
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

const PICTURES = join(PROJECT, 'media', 'screenshots');
const VIEWPORT = { width: 1180, height: 720 };
/** The report gets the window for itself. */
const REPORT = { viewport: { width: 1300, height: 900 }, scale: 1.25 };
const MAX_BYTES = 250_000;
const SIDE_BAR_EDGE = 640;
/**
 * Types and the verdict of the sample that is opened below each.
 * @type {[type: string, verdict: string][]}
 */
const SHOWN = [
  ['async_learnpack_webhook', 'finished'],
  ['execute_signal', 'unknown'],
];

const demo = await startDemo({ log: say });
const install = await installServer('newest', say);
const server = await startServer(install, {
  workspace: demo.workspace,
  settings: {
    'window.commandCenter': false,
    'celeryTasks.openReportAfterCheck': 'never',
    'workbench.layoutControl.enabled': false,
    'editor.minimap.enabled': false,
    'workbench.navigationControl.enabled': false,
  },
});
try {
  await take('Default Dark Modern', 'dark');
  await take('Default Light Modern', 'light');
  await takeReport('Default Dark Modern', 'dark');
  await takeReport('Default Light Modern', 'light');
  await takeCodeAndFix();
} finally {
  await server.stop();
  await demo.stop();
}

/**
 * @param {string} theme
 * @param {string} name
 */
async function take(theme, name) {
  const { page, close } = await openWorkbench(server, {
    extensionPaths: [PROJECT],
    viewport: VIEWPORT,
    scale: 1.5,
    theme,
  });
  try {
    await openView(page, 'Celery Tasks');
    await widenSideBar(page);
    await runCommand(page, 'Celery Tasks: Check Task Status');
    await waitForText(page, /SCHEDULED over 906 h/);
    const rows = page.locator('.pane-body .monaco-list-row');
    await dismissNotifications(page);
    for (const [type, verdict] of SHOWN) {
      await rows.filter({ hasText: type }).click();
      await rows
        .filter({ hasText: new RegExp(`#\\d+.*${verdict}`) })
        .first()
        .click();
    }
    await page.mouse.move(800, 650);
    await waitForText(page, /Webhook \d+ is/);
    await shoot(page, join(PICTURES, `tree-${name}.png`));
    await runCommand(page, 'Celery Tasks: Open Diagnostic Log');
    await waitForText(page, 'Analyzing tasks stuck for more than 906 hours:');
    // Colours come a moment after the text.
    await page.waitForTimeout(2500);
    // The README shows one of the log.
    if (name === 'dark') await shoot(page, join(PICTURES, 'log-dark.png'));
    say(`Took the pictures in ${theme}`);
  } finally {
    await close();
  }
}

/**
 * @param {string} theme
 * @param {string} name
 */
async function takeReport(theme, name) {
  const { page, close } = await openWorkbench(server, { extensionPaths: [PROJECT], ...REPORT, theme });
  const file = join(PICTURES, `report-${name}.png`);
  try {
    await openView(page, 'Celery Tasks');
    await runCommand(page, 'Celery Tasks: Check and Verify Execution');
    await waitForText(page, /SCHEDULED over 906 h/, { timeout: 60_000 });
    await dismissNotifications(page);
    await runCommand(page, 'Celery Tasks: Open Report');
    // The page takes the keyboard as it opens: not while a command is typed.
    await page.frameLocator('iframe.webview').frameLocator('#active-frame').locator('.verdict-figure').waitFor();
    await runCommand(page, 'View: Close Primary Side Bar');
    await page.mouse.move(5, 895);
    await page.waitForTimeout(1000);
    await shoot(page, file);
  } finally {
    await close();
  }
  const { size } = statSync(file);
  if (size > MAX_BYTES)
    throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}: take it at a smaller scale.`);
  say(`Took the report in ${theme}`);
}

/** The function of a task with its line of stuck tasks, and a script beside what undoes it. */
async function takeCodeAndFix() {
  const { page, close } = await openWorkbench(server, {
    extensionPaths: [PROJECT],
    viewport: { width: 1400, height: 900 },
    theme: 'Default Dark Modern',
  });
  try {
    await openView(page, 'Celery Tasks');
    await runCommand(page, 'Celery Tasks: Check and Verify Execution');
    const hook = page.locator('.pane-body .monaco-list-row', { hasText: 'async_deliver_hook' }).first();
    await hook.waitFor({ timeout: 60_000 });
    await dismissNotifications(page);
    await hook.hover();
    await hook.locator('.action-label[aria-label^="Go to Task Source"]').click();
    await page.locator('.codelens-decoration a', { hasText: /stuck/ }).first().waitFor();
    await shoot(page, join(PICTURES, 'code-dark.png'));
    await runCommand(page, 'Celery Tasks: Generate Fix Script…');
    await pick(page, 'finished · lost-update');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: /SQL: mark/ })
      .first()
      .click();
    await waitForText(page, 'nothing has been run');
    // Colours come a moment after the text.
    await page.waitForTimeout(2500);
    await shoot(page, join(PICTURES, 'fix-dark.png'));
    say('Took the code and the script');
  } finally {
    await close();
  }
}

/** @param {import('playwright-core').Page} page */
async function widenSideBar(page) {
  const sashes = await page.locator('.monaco-sash.vertical').all();
  const edges = await Promise.all(sashes.map((sash) => sash.boundingBox()));
  const edge = edges.find((box) => box !== null && box.x > 250 && box.x < SIDE_BAR_EDGE && box.height > 300);
  if (!edge) throw new Error('The edge of the side bar was not found.');
  await page.mouse.move(edge.x + edge.width / 2, 400);
  await page.mouse.down();
  await page.mouse.move(SIDE_BAR_EDGE, 400, { steps: 10 });
  await page.mouse.up();
}
