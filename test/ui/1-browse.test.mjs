// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { dismissNotifications, openView, runCommand, setTheme, waitForText } from '../../tools/vscode-host/index.mjs';
import {
  changeSetting,
  checkEnded,
  collapse,
  eventually,
  expand,
  openEditor,
  picture,
  required,
  row,
} from './support.mjs';

/** @typedef {Awaited<ReturnType<typeof openEditor>>} Editor */

describe('in the editor, as a person does it', function () {
  this.timeout(240_000);
  /** @type {Editor} */
  let editor;

  before(async () => {
    editor = await openEditor('ui', { viewport: { width: 1280, height: 800 } });
  });
  after(async () => {
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(editor.page, `failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });

  it('offers the check where nothing has been checked', async () => {
    await openView(editor.page, 'Celery Tasks');
    await editor.page.locator('.welcome-view-content a.monaco-button', { hasText: /^Check$/ }).waitFor();
    await picture(editor.page, '01-welcome');
  });

  it('checks from the palette and fills the tree, most stuck first', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Check Task Status');
    await row(page, 'execute_signal').waitFor();
    const rows = await rowsFromTop(page);
    const texts = rows.map((text) => text.replace(/\s+/g, ' ').trim());
    assert.match(texts[0] ?? '', /^No worker is connected/, 'what cannot wait comes first');
    const [first, second] = texts.filter((text) => /% /.test(text));
    assert.match(first ?? '', /^66,597 execute_signal ?\d+% unknown$/);
    assert.match(second ?? '', /^63,090 async_deliver_hook ?\d+% lost$/);
    await waitForText(
      page,
      /148,708 stuck · \d+% unknown · \d+% lost · (just now|\d+ min ago) · breathecode \(\.env\)/,
    );
    // Lost and failed tasks: 46,911.
    const badge = page.locator(
      '.activitybar .action-item:has(.action-label[aria-label*="Celery Tasks"]) .badge-content',
    );
    assert.match(await badge.innerText(), /^46K/);
    await eventually(
      async () => /Celery: breathecode · 148k stuck/.test((await page.locator('.statusbar').textContent()) ?? ''),
      'the status bar says how many',
    );
    assert.equal(await page.locator('.notification-toast').count(), 0, 'the view itself says it');
    await dismissNotifications(page);
  });

  it('shows every number in a narrow side bar', async () => {
    const { page } = editor;
    const bar = await page.locator('.part.sidebar').boundingBox();
    assert.ok((bar?.width ?? 0) < 310);
    const cut = await page.evaluate(`[...document.querySelectorAll('.pane-body .monaco-list-row .label-name')]
      .filter((label) => /^[0-9,]+ /.test(label.textContent))
      .filter((label) => {
        const range = document.createRange();
        const text = document.createTreeWalker(label, 4).nextNode();
        range.setStart(text, 0);
        range.setEnd(text, text.textContent.indexOf(' '));
        const row = label.closest('.monaco-list-row').getBoundingClientRect();
        return range.getBoundingClientRect().right > row.right;
      }).length`);
    assert.equal(cut, 0);
  });

  it('opens a type to its verdicts, one of them to its samples, and loads more of these', async () => {
    const { page } = editor;
    await expand(page, 'async_deliver_hook', /lost · broker-wiped/);
    await expand(page, /lost · broker-wiped/, /#\d+/);
    await page.mouse.move(700, 500);
    await picture(page, '02-tree-dark');
    const before = await samplesShown(page);
    assert.ok(before < 6);
    await row(page, 'more…').click();
    await eventually(async () => (await samplesShown(page)) > 15, 'more samples');
    await collapse(page, /lost · broker-wiped/);
    await collapse(page, 'async_deliver_hook');
  });

  it('groups by verdict and sorts by age, marks what is chosen, and remembers it', async () => {
    const { page } = editor;
    const choose = async (/** @type {string} */ label) => {
      await runCommand(page, 'Celery Tasks: Group and Sort…');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: label }).click();
    };
    await choose('Verdict and Cause');
    await expand(page, /^\s*46,\d+ lost/, 'broker-wiped');
    await choose('Age');
    await row(page, /lost.*\d+ d/).waitFor();
    await runCommand(page, 'Celery Tasks: Group and Sort…');
    await page.locator('.quick-input-list .monaco-list-row:has(.codicon-check)', { hasText: 'Age' }).waitFor();
    await picture(page, '10-group');
    await page.keyboard.press('Escape');
    await choose('Count');
    await choose('Task Type');
  });

  it('filters by verdict, says so in its title, and takes the filter off there', async () => {
    const { page } = editor;
    await page.locator('.part.sidebar .action-label[aria-label^="Filter"]').first().click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Only failed' }).click();
    await waitForText(page, /filter: failed/);
    await picture(page, '11-filtered');
    await page.locator('.part.sidebar .action-label[aria-label^="Clear Filter"]').first().click();
    await row(page, 'execute_signal').waitFor();
  });

  it('shows the evidence of a sample below it, and takes it again on "Verify This Task"', async () => {
    const { page } = editor;
    await expand(page, 'async_learnpack_webhook', /finished · lost-update/);
    await expand(page, /finished · lost-update/, /#\d+/);
    const sample = row(page, /#\d+/);
    await expand(page, /#\d+/, /since 2/);
    await sample.hover();
    await picture(page, '15-evidence-dark');
    await sample.locator('.action-label[aria-label="Verify This Task"]').click();
    await row(page, /verified \d/).waitFor();
    await row(page, /since 2/).waitFor();
    await dismissNotifications(page);
    await page.mouse.move(700, 500);
    await picture(page, '16-verified-again');
    await collapse(page, 'async_learnpack_webhook');
  });

  it('says everything of a row in its tooltip', async () => {
    const { page } = editor;
    await expand(page, 'async_deliver_hook', /lost · broker-wiped/);
    await expand(page, /lost · broker-wiped/, /#\d+/);
    await row(page, /#\d+/).hover();
    await waitForText(page, /Status.message/);
    await picture(page, '03-tooltip');
    await page.mouse.move(700, 500);
    await collapse(page, /lost · broker-wiped/);
    await collapse(page, 'async_deliver_hook');
  });

  it('opens the other statuses down to samples', async () => {
    const { page } = editor;
    // Nothing that stands below them is meant.
    await page.locator('.pane-body .monaco-list').press('End');
    await row(page, /in other unfinished/).click();
    await page.keyboard.press('ArrowLeft');
    for (const label of [/PENDING/, /^\s*[\d,]+ /, /#\d+/]) {
      // The key opens a row, then goes to the first row below it, which is loaded first.
      const reached = page.locator('.pane-body .monaco-list-row.focused', { hasText: label });
      await eventually(
        async () => {
          if (await reached.isVisible()) return true;
          await page.keyboard.press('ArrowRight');
          return false;
        },
        `the row of ${String(label)} to have the focus`,
      );
    }
    await picture(page, '04-other-statuses');
    await page.locator('.pane-body .monaco-list').press('Home');
  });

  it('shows the diagnostic log with colours, folding and an outline', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Open Diagnostic Log');
    await waitForText(page, 'Analyzing tasks stuck for more than 906 hours:');
    // As text: this runs in the page, where there is a document.
    const count = `new Set([...document.querySelectorAll('.monaco-editor .view-line span span')].map((span) => getComputedStyle(span).color)).size`;
    const colours = async () => Number(await page.evaluate(count));
    await eventually(async () => (await colours()) >= 4, 'colours');
    await picture(page, '05-log-dark');
    await runCommand(page, 'Fold All');
    await waitForText(page, 'Recommendations:');
    await picture(page, '06-log-folded');
    await runCommand(page, 'Unfold All');
  });

  it('saves the log into the workspace', async () => {
    const { page, workspace } = editor;
    const file = join(workspace, 'logs', 'task_diagnosis.log');
    assert.equal(existsSync(file), false);
    await runCommand(page, 'Celery Tasks: Save Diagnostic Log');
    await waitForText(page, /was saved to/);
    assert.match(
      readFileSync(file, 'utf8'),
      /^Analyzing tasks stuck for more than 906 hours:\n={80}\n\nSummary:\n(?: {2}.+\n)+\nTask: task_manager/,
    );
    await dismissNotifications(page);
  });

  it('stops at the button, on the server too', async () => {
    const { page } = editor;
    const client = new pg.Client({ connectionString: required('TEST_DATABASE_URL') });
    await client.connect();
    try {
      await client.query(
        'create or replace view ui_slow as select t.* from task_manager_taskmanager t where pg_sleep(0.2) is not null',
      );
      await changeSetting(editor, 'celeryTasks.table', 'ui_slow');
      await runCommand(page, 'Celery Tasks: Refresh');
      await waitForText(page, /Querying database for stuck tasks/);
      // Nothing new happens in this step: the seconds go on by themselves.
      await waitForText(page, /Checking… \d of \d · (?:[2-9]|\d\d+) s · Querying database/);
      assert.equal(await page.locator('.notification-toast').count(), 0, 'progress is said once');
      await picture(page, '07-progress');
      await page.locator('.part.sidebar .action-label[aria-label^="Cancel Check"]').first().click();
      const ours = "select count(*)::int as n from pg_stat_activity where application_name = 'celery-task-diagnostics'";
      await eventually(async () => (await client.query(ours)).rows[0].n === 0, 'no query of ours on the server');
      await waitForText(page, /148,708 stuck/);
    } finally {
      await changeSetting(editor, 'celeryTasks.table', undefined);
      await client.query('drop view ui_slow');
      await client.end();
    }
  });

  it('is as clear in a light theme, and in a narrow window', async () => {
    const { page } = editor;
    await setTheme(page, 'Default Light Modern');
    await runCommand(page, 'View: Close All Editors');
    await runCommand(page, 'Celery Tasks: Check Task Status');
    await waitForText(page, /Checking…/);
    await checkEnded(page);
    await waitForText(page, /148,708 stuck/, { timeout: 60_000 });
    await dismissNotifications(page);
    await openView(page, 'Celery Tasks');
    await page.mouse.move(700, 500);
    await picture(page, '08-tree-light');
    await expand(page, 'async_deliver_hook', /lost · broker-wiped/);
    await expand(page, /lost · broker-wiped/, /#\d+/);
    await expand(page, /#\d+/, /since 2/);
    await page.mouse.move(700, 500);
    await picture(page, '17-evidence-light');
    await page.setViewportSize({ width: 480, height: 720 });
    await page.waitForTimeout(500);
    await picture(page, '09-narrow');
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

/** @param {import('playwright-core').Page} page */
async function samplesShown(page) {
  return await page.locator('.pane-body .monaco-list-row', { hasText: /#\d+/ }).count();
}

/**
 * The rows of the tree from the top; the page holds them in another order.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
async function rowsFromTop(page) {
  return await page.evaluate(`[...document.querySelectorAll('.pane-body .monaco-list-row')]
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((row) => row.innerText)`);
}
