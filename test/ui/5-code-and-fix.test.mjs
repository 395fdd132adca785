// @ts-check
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import {
  dismissNotifications,
  openView,
  pick,
  runCommand,
  setTheme,
  waitForText,
} from '../../tools/vscode-host/index.mjs';
import { eventually, openEditor, picture, required, row } from './support.mjs';

/** @import { Page } from 'playwright-core' */

const report = (/** @type {Page} */ page) => page.frameLocator('iframe.webview').frameLocator('#active-frame');
const lens = (/** @type {Page} */ page) => page.locator('.codelens-decoration a', { hasText: /stuck/ }).first();
const advice = (/** @type {Page} */ page) => report(page).locator('#recommendation-mark-done');

/** @param {(client: pg.Client) => Promise<any>} job */
async function onDatabase(job) {
  const client = new pg.Client({ connectionString: required('TEST_DATABASE_URL') });
  await client.connect();
  try {
    return await job(client);
  } finally {
    await client.end();
  }
}

/** Everything that a script could have changed. */
async function table() {
  const sum =
    "select count(*)::int as rows, md5(string_agg(t::text, '|' order by id)) as sum from task_manager_taskmanager t";
  return await onDatabase(async (client) => (await client.query(sum)).rows[0]);
}

describe('from the first check to the code, and to a fix', function () {
  this.timeout(240_000);
  /** @type {Awaited<ReturnType<typeof openEditor>>} */
  let editor;
  let began = 0;
  /** @type {object} */
  let untouched;

  before(async () => {
    untouched = await table();
    editor = await openEditor('code-and-fix', { viewport: { width: 1400, height: 900 } });
  });
  after(async () => {
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(editor.page, `failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });

  it('says nothing over the code before the first check', async () => {
    const { page } = editor;
    await openView(page, 'Celery Tasks');
    await waitForText(page, /^Check$/);
    await page.keyboard.press('Control+P');
    await page.keyboard.type('notify/tasks.py');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'breathecode/notify' }).first().click();
    await waitForText(page, 'async_deliver_hook');
    assert.equal(await lens(page).count(), 0);
    await runCommand(page, 'View: Close All Editors');
  });

  it('gets from the tree to the function, with what the check found over it', async () => {
    const { page } = editor;
    began = Date.now();
    await openView(page, 'Celery Tasks');
    await runCommand(page, 'Celery Tasks: Check with Verification');
    await row(page, 'async_deliver_hook').waitFor({ timeout: 60_000 });
    await dismissNotifications(page);
    await row(page, 'async_deliver_hook').hover();
    await row(page, 'async_deliver_hook').locator('.action-label[aria-label^="Go to Task Source"]').click();
    await page.locator('.tab.active', { hasText: 'tasks.py' }).waitFor();
    await lens(page).waitFor();
    assert.match((await lens(page).textContent()) ?? '', /^63,090 stuck · \d+% [a-z]+ \([a-z, -]+\) · checked \d/);
    await picture(page, '50-code-dark');
  });

  it('gets from the code to the report at that task', async () => {
    const { page } = editor;
    await lens(page).click();
    await report(page).locator('tr.type.open', { hasText: 'async_deliver_hook' }).waitFor();
    await picture(page, '51-report-at-type');
  });

  it('gets from a recommendation to its script, and what takes it back beside it', async () => {
    const { page } = editor;
    const toggle = advice(page).locator('button.toggle');
    if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
    await advice(page).locator('vscode-button', { hasText: 'Generate Fix Script' }).click();
    const list = page.locator('.quick-input-list .monaco-list-row', { hasText: /^\s*SQL: mark [\d,]+ tasks as DONE/ });
    await list.first().waitFor({ timeout: 30_000 });
    await picture(page, '52-which-script');
    const label = (await list.first().locator('.label-name').first().textContent()) ?? '';
    await pick(page, label.trim());
    await eventually(async () => (await page.locator('.editor-group-container').count()) === 2, 'two groups');
    await waitForText(page, 'nothing has been run');
    await picture(page, '53-script-dark');
  });

  it('runs as it is opened without changing anything: two minutes after the check began', async () => {
    const { page } = editor;
    await runCommand(page, 'File: Save As...');
    // The dialog hears no Enter while it reads the folder; on a busy machine that takes seconds.
    const dialog = page.locator('.quick-input-widget:visible', { hasText: 'Save As' });
    await dialog.locator('.monaco-list-row', { hasText: '..' }).first().waitFor();
    await eventually(async () => {
      if (await dialog.isVisible()) await page.keyboard.press('Enter');
      return await dialog.waitFor({ state: 'hidden', timeout: 5000 }).then(
        () => true,
        () => false,
      );
    }, 'the dialog to take its answer');
    await eventually(async () => savedScript().includes('ROLLBACK;'), 'the script is saved');
    const script = savedScript();
    assert.equal(script.includes(new URL(required('TEST_DATABASE_URL')).password), false);
    const counts = await onDatabase(async (client) => {
      const results = /** @type {pg.QueryResult[]} */ (/** @type {unknown} */ (await client.query(script)));
      return results.find(({ fields }) => fields?.some(({ name }) => name === 'to_change'))?.rows[0];
    });
    const seconds = (Date.now() - began) / 1000;
    console.log(`      code and dry run ${seconds.toFixed(1)} s after the check began: ${JSON.stringify(counts)}`);
    assert.ok(Number(counts.listed) > 1000);
    assert.deepEqual([counts.to_change, counts.moved, counts.gone], [counts.listed, '0', '0']);
    assert.deepEqual(await table(), untouched);
    assert.ok(seconds < 120, `${String(seconds)} s`);
  });

  it('makes the saved script refuse after the next check', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Refresh');
    await waitForText(page, /fix scripts? (is|are) older than this check/, { timeout: 60_000 });
    await waitForText(page, 'OUTDATED');
    await picture(page, '54-outdated');
    await dismissNotifications(page);
    await runCommand(page, 'File: Save');
    await eventually(async () => savedScript().includes('OUTDATED'), 'the guard is saved');
    await assert.rejects(
      onDatabase((client) => client.query(savedScript())),
      /OUTDATED/,
    );
    assert.deepEqual(await table(), untouched);
  });

  it('is as clear in a light theme, and in a narrow window', async () => {
    const { page } = editor;
    await setTheme(page, 'Default Light Modern');
    await picture(page, '55-script-light');
    await runCommand(page, 'View: Close Primary Side Bar');
    await page.setViewportSize({ width: 520, height: 900 });
    await page
      .locator('.tab', { hasText: /Report/ })
      .first()
      .click();
    await advice(page).scrollIntoViewIfNeeded();
    await page.waitForTimeout(500);
    const wide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
    assert.equal(await report(page).locator('body').evaluate(wide), false);
    await picture(page, '56-report-narrow');
  });

  /** What the editor has saved, wherever it thought best; empty before. */
  function savedScript() {
    const { workspace } = editor;
    const name = readdirSync(workspace, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.sql'));
    return name === undefined ? '' : readFileSync(join(workspace, name), 'utf8');
  }
});
