// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dismissNotifications, openView, pick, runCommand, setTheme } from '../../tools/vscode-host/index.mjs';
import { checkEnded, eventually, openEditor, picture, row } from './support.mjs';

/** @import { Page } from 'playwright-core' */

/** A type of the demo whose code sends the user assessment's end into its row. */
const TYPE = 'async_close_userassessment';

const drafts = (/** @type {Page} */ page) =>
  page.frameLocator('iframe.webview').frameLocator('#active-frame').locator('#drafts');
const button = (/** @type {Page} */ page, /** @type {string} */ name) =>
  drafts(page).locator('vscode-button', { hasText: name }).first();

/**
 * Undetermined and all stuck tasks, as the page says after a try.
 * @param {Page} page
 */
async function share(page) {
  const text = await drafts(page).locator('.draft-status').innerText();
  const [, before, after] = /Undetermined: ([\d,]+) tasks .* before, ([\d,]+) /.exec(text) ?? [];
  return [before, after].map((number) => Number((number ?? '').replaceAll(',', '')));
}

describe('from an undetermined task type to a tested rule', function () {
  this.timeout(300_000);
  /** @type {Awaited<ReturnType<typeof openEditor>>} */
  let editor;
  let clicks = 0;
  let decided = 0;

  before(async () => {
    editor = await openEditor('rules', { viewport: { width: 1400, height: 900 } });
    const { page } = editor;
    await openView(page, 'Celery Tasks');
    await runCommand(page, 'Celery Tasks: Check with Verification');
    await row(page, TYPE).waitFor();
    await checkEnded(page);
    await dismissNotifications(page);
  });
  after(async () => {
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(editor.page, `failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });

  it('drafts and tests a rule with one click, and shows it beside the code', async () => {
    const { page } = editor;
    await row(page, TYPE).hover();
    await row(page, TYPE).locator('.action-label[aria-label^="Draft Effect Rule"]').click();
    clicks++;
    await drafts(page).locator('h1', { hasText: TYPE }).waitFor();
    assert.equal(await page.locator('.editor-group-container').count(), 2, 'side by side');
    await page.locator('.tab', { hasText: 'tasks.py' }).first().waitFor();
    const text = await drafts(page).innerText();
    const [, tasks = ''] = /It decides ([\d,]+) of [\d,]+ undetermined tasks/.exec(text) ?? [];
    decided = Number(tasks.replaceAll(',', ''));
    assert.ok(decided > 0, text);
    assert.match(text, /executed: [\d,]+ of [\d,]+ finished tasks; [\d,]+ of [\d,]+ that did not run/);
    await picture(page, '80-draft-dark');
  });

  it('makes the undetermined share smaller with one more, and saves nothing', async () => {
    const { page, workspace } = editor;
    await button(page, 'Try in This Check').click();
    clicks++;
    await drafts(page).locator('.draft-status', { hasText: 'Undetermined: ' }).waitFor();
    const [before = 0, after = 0] = await share(page);
    assert.ok(clicks <= 4, `${String(clicks)} clicks`);
    assert.ok(after < before && before - after <= decided, `${String(before)} before, ${String(after)} after`);
    await row(page, /tried effect rule/).waitFor();
    assert.equal(existsSync(join(workspace, 'celery-effects.json')), false);
    await dismissNotifications(page);
    await picture(page, '81-tried-dark');
  });

  it('opens the line that a part of the draft comes from', async () => {
    const { page } = editor;
    const link = drafts(page).locator('.link-button').first();
    const name = /([^/]+\.py):\d+/.exec(await link.innerText())?.[1] ?? '';
    await link.click();
    await page.locator('.tab.active', { hasText: name }).first().waitFor();
  });

  it('adds it to a file only when asked, and points the setting at the file', async () => {
    const { page, workspace } = editor;
    await button(page, 'Add to celery-effects.json').click();
    const file = join(workspace, 'celery-effects.json');
    await eventually(async () => existsSync(file), 'the file');
    assert.match(readFileSync(file, 'utf8'), new RegExp(TYPE));
    const settings = join(workspace, '.vscode', 'settings.json');
    await eventually(
      async () => JSON.parse(readFileSync(settings, 'utf8'))['celeryTasks.effects'] === 'celery-effects.json',
      'the setting',
    );
    await drafts(page).locator('vscode-button[disabled]', { hasText: 'Add to celery-effects.json' }).waitFor();
  });

  it('takes the tried rule out of use with the next check, which has it from the file', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Refresh');
    await checkEnded(page);
    await eventually(async () => (await row(page, /tried effect rule/).count()) === 0, 'no tried rule');
    await dismissNotifications(page);
  });

  it('is readable in light and high contrast', async () => {
    const { page } = editor;
    for (const [theme, name] of [
      ['Default Light Modern', 'light'],
      ['Default High Contrast', 'high-contrast'],
    ]) {
      await setTheme(page, theme ?? '');
      await picture(page, `82-draft-${name ?? ''}`);
    }
    await setTheme(page, 'Default Dark Modern');
  });

  it('makes a rule by hand of a table and a column, and says at once what it would decide', async () => {
    const { page } = editor;
    await button(page, 'Create Rule by Hand…').click();
    const title = (/** @type {string} */ text) => page.locator('.quick-input-titlebar', { hasText: text }).waitFor();
    await title('(1 of 4)');
    await picture(page, '85-by-hand-table');
    await pick(page, 'assessment_userassessment');
    await title('(2 of 4)');
    await pick(page, 'args[0]');
    await title('(3 of 4)');
    await pick(page, 'id');
    await title('(4 of 4)');
    await picture(page, '86-by-hand-column');
    await pick(page, 'finished_at');
    await drafts(page).locator('li', { hasText: 'You chose finished_at of assessment_userassessment' }).waitFor();
    assert.match(await drafts(page).innerText(), /executed: [\d,]+ of [\d,]+ finished tasks; 0 of/);
    await picture(page, '87-by-hand-dark');
  });

  it('has drafts for all undetermined types in one list', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Draft Effect Rule…');
    const all = page.locator('.quick-input-list .monaco-list-row', { hasText: /^\s*All \d+ task types/ });
    await all.first().waitFor();
    await picture(page, '83-which-types');
    await pick(page, ((await all.first().locator('.label-name').first().textContent()) ?? '').trim());
    await drafts(page)
      .locator('strong', { hasText: /task types have a draft; together they decide/ })
      .waitFor();
    await drafts(page).locator('.drafts .toggle').first().click();
    await picture(page, '84-drafts-dark');
  });
});
