// @ts-check
import assert from 'node:assert/strict';
import pg from 'pg';
import { dismissNotifications, openView, runCommand, setTheme, waitForText } from '../../tools/vscode-host/index.mjs';
import { changeSetting, eventually, isStored, openEditor, picture, required, row } from './support.mjs';

/** @import { Page } from 'playwright-core' */

/**
 * The report's page: VS Code shows it in a frame within a frame.
 * @param {Page} page
 */
function report(page) {
  return page.frameLocator('iframe.webview').frameLocator('#active-frame');
}

/**
 * A toolkit button of the page by its words.
 * @param {Page} page
 * @param {string} title
 */
function button(page, title) {
  return report(page).locator('vscode-button', { hasText: title }).first();
}

describe('the report in the editor, as a person reads it', function () {
  this.timeout(240_000);
  /** @type {Awaited<ReturnType<typeof openEditor>>} */
  let editor;

  before(async () => {
    editor = await openEditor('report', { viewport: { width: 1400, height: 900 } });
    await changeSetting(editor, 'celeryTasks.openReportAfterCheck', 'never');
  });
  after(async () => {
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(editor.page, `failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });

  it("opens from the view's title and answers in its first sentence", async () => {
    const { page } = editor;
    await openView(page, 'Celery Tasks');
    await runCommand(page, 'Celery Tasks: Check with Verification');
    await row(page, 'execute_signal').waitFor({ timeout: 60_000 });
    await dismissNotifications(page);
    await page.locator('.part.sidebar .action-label[aria-label^="Open Report"]').first().click();
    const answer = report(page).locator('h1');
    await answer.waitFor();
    assert.match(await answer.innerText(), /^148,708 tasks have been stuck for more than 37 days \(245 task types\)$/);
    assert.match(await report(page).locator('.verdict-line', { hasText: 'lost' }).innerText(), /lost\s+\d+%/);
    assert.match(await report(page).locator('.health-headline').innerText(), /^No worker is connected/);
    await picture(page, '20-report-dark');
    await runCommand(page, 'View: Close Primary Side Bar');
    await page.waitForTimeout(500);
    await picture(page, '21-report-dark-wide');
  });

  it("has its actions in the editor's title, and is searched with Ctrl+F", async () => {
    const { page } = editor;
    await report(page).locator('h1').click();
    for (const title of ['Refresh', 'Open Diagnostic Log', 'Share'])
      await page.locator(`.editor-actions .action-label[aria-label^="${title}"]`).first().waitFor();
    await page.keyboard.press('Control+F');
    const find = page.locator('.simple-find-part.visible, .webview-find-widget .visible').first();
    await find.waitFor();
    await picture(page, '20-report-find');
    await page.keyboard.press('Escape');
  });

  it('narrows down, opens a type to a sample, and tells its story', async () => {
    const { page } = editor;
    await report(page).locator('#task-types vscode-text-field input').fill('learnpack webhook');
    await eventually(async () => (await report(page).locator('#task-types tr.type').count()) === 1, 'one type');
    await report(page).locator('#task-types tr.type button.toggle').click();
    await report(page).locator('.sample button.toggle').first().click();
    await report(page).locator('.story .result').waitFor();
    await report(page)
      .locator('#task-types')
      .evaluate((section) => section.scrollIntoView());
    await picture(page, '22-report-sample');
  });

  it('is as it was when its tab comes back', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Open Diagnostic Log');
    await waitForText(page, 'Analyzing tasks stuck for more than 906 hours:');
    await page
      .locator('.tab', { hasText: /Report/ })
      .first()
      .click();
    await assertKept(page);
  });

  it('is there again after the window was reloaded', async () => {
    const { page } = editor;
    const open = await report(page).locator('.sample > [aria-expanded="true"]').getAttribute('id');
    const row = open?.replace('sample-', '') ?? '';
    assert.match(row, /^\d+$/);
    // The editor stores now and then: the filter may be there before the row that was opened after it.
    await eventually(() => isStored(page, row), 'the state of the page is stored');
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await report(page).locator('h1', { hasText: '148,708' }).waitFor({ timeout: 60_000 });
    await assertKept(page);
    await picture(page, '23-report-restored');
  });

  it('runs again with its progress, and stops at the button', async () => {
    const { page } = editor;
    const client = new pg.Client({ connectionString: required('TEST_DATABASE_URL') });
    await client.connect();
    try {
      await client.query(
        'create or replace view report_slow as select t.* from task_manager_taskmanager t where pg_sleep(0.2) is not null',
      );
      await changeSetting(editor, 'celeryTasks.table', 'report_slow');
      await button(page, 'Run Again').click();
      // It begins before the first step is known.
      await report(page)
        .locator('.banner-running', { hasText: /step \d+ of \d+/ })
        .waitFor();
      await picture(page, '24-report-running');
      await report(page).locator('.banner-running vscode-button', { hasText: 'Cancel' }).click();
      await report(page).locator('.banner-running').waitFor({ state: 'detached' });
      const ours = "select count(*)::int as n from pg_stat_activity where application_name = 'celery-task-diagnostics'";
      await eventually(async () => (await client.query(ours)).rows[0].n === 0, 'no query of ours on the server');
      assert.match(await report(page).locator('h1').innerText(), /^148,708 tasks/);
      await picture(page, '25-report-cancelled');
    } finally {
      await changeSetting(editor, 'celeryTasks.table', undefined);
      // A query of ours that still runs would keep the view locked.
      await client.query(
        "select pg_cancel_backend(pid) from pg_stat_activity where application_name = 'celery-task-diagnostics'",
      );
      await client.query('drop view report_slow');
      await client.end();
    }
    await dismissNotifications(page);
    await button(page, 'Run Again').click();
    await report(page).locator('.banner-running').waitFor();
    await report(page).locator('.banner-running').waitFor({ state: 'detached', timeout: 60_000 });
  });

  it('is as clear in a light theme, and in a narrow window', async () => {
    const { page } = editor;
    await dismissNotifications(page);
    await setTheme(page, 'Default Light Modern');
    await button(page, 'Clear Filters').click();
    await report(page)
      .locator('h1')
      .evaluate((answer) => answer.scrollIntoView({ block: 'center' }));
    await page.waitForTimeout(500);
    await picture(page, '26-report-light');
    await runCommand(page, 'View: Close Primary Side Bar');
    await page.setViewportSize({ width: 420, height: 900 });
    const fits = 'document.documentElement.scrollWidth <= document.documentElement.clientWidth';
    await page.waitForTimeout(500);
    await eventually(() => report(page).locator('body').evaluate(fits), 'the page to fit into the window');
    await picture(page, '27-report-narrow');
  });

  /** @param {Page} page */
  async function assertKept(page) {
    const field = report(page).locator('#task-types vscode-text-field input');
    await field.waitFor();
    assert.equal(await field.inputValue(), 'learnpack webhook');
    await report(page).locator('.story .result').waitFor();
  }
});
