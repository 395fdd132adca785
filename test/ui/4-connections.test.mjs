// @ts-check
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  answer,
  dismissNotifications,
  openView,
  pick,
  runCommand,
  setTheme,
  waitForText,
} from '../../tools/vscode-host/index.mjs';
import { changeSetting, eventually, openEditor, picture, required, row } from './support.mjs';

/** @import { Page } from 'playwright-core' */

const MINUTE = 60_000;
const statusBar = (/** @type {Page} */ page) =>
  page.locator('.statusbar-item[id*="celeryTasks.connection"], .statusbar-item[id*="celery-task-diagnostics"]').first();
const field = (/** @type {Page} */ page) => page.locator('.quick-input-widget:visible .quick-input-box input').first();
const listed = (/** @type {Page} */ page, /** @type {string | RegExp} */ text) =>
  page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

/**
 * Answers the questions for the servers with what stands there.
 * @param {Page} page
 */
async function keepServers(page) {
  for (const question of [
    /Database URL/,
    /Password of .*empty keeps the stored one/,
    /Broker's URL/,
    /Result backend/,
  ]) {
    await waitForText(page, question);
    await page.keyboard.press('Enter');
  }
}

/**
 * Where a server-based VS Code keeps the user's settings of this machine.
 * @param {{ userDataDir: string }} server
 */
function machineSettings({ userDataDir }) {
  const file = join(userDataDir, 'data', 'Machine', 'settings.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

describe('a person with nothing but a Django .env', function () {
  this.timeout(4 * MINUTE);

  it('gets from a fresh VS Code to the first result in under a minute, without typing a URL', async () => {
    const began = Date.now();
    const editor = await openEditor('only-env', { onlyEnv: true });
    try {
      const { page } = editor;
      await openView(page, 'Celery Tasks');
      await page.locator('.welcome-view-content a.monaco-button:visible', { hasText: /^Check$/ }).click();
      // The broker is known, and nobody has said yet whether to read it.
      await waitForText(page, /Also find out what happened to each task/);
      await picture(page, '39-question');
      await listed(page, 'Always').click();
      await row(page, 'execute_signal').waitFor();
      const seconds = (Date.now() - began) / 1000;
      console.log(`      first result after ${seconds.toFixed(1)} s, the start of VS Code included`);
      await picture(page, '40-first-result');
      assert.ok(seconds < 60, `${String(seconds)} s`);
      assert.match((await statusBar(page).textContent()) ?? '', /Celery: breathecode/);
      await waitForText(page, /148,708 stuck · \d+% unknown/);
      await runCommand(page, 'Celery Tasks: Check Task Status');
      await waitForText(page, /unchanged since/, { timeout: 60_000 });
    } finally {
      await editor.close();
    }
  });
});

describe('connections', function () {
  this.timeout(4 * MINUTE);
  /** @type {Awaited<ReturnType<typeof openEditor>>} */
  let editor;
  const url = new URL(required('TEST_DATABASE_URL'));
  const { password } = url;

  before(async () => {
    editor = await openEditor('connections');
    const file = readFileSync(join(editor.workspace, '.env'), 'utf8');
    writeFileSync(join(editor.workspace, '.env.production'), file);
    writeFileSync(join(editor.workspace, '.env.example'), file.replace(/:[^:@\s]+@/g, ':change-me@'));
    // What is looked at here is the connection, not what became of the tasks.
    await changeSetting(editor, 'celeryTasks.checkExecution', false);
    await openView(editor.page, 'Celery Tasks');
    await statusBar(editor.page).waitFor();
  });
  after(async () => {
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(editor.page, `failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
    await editor.page.keyboard.press('Escape');
  });

  it('offers what was found before it asks for a URL, and marks production everywhere', async () => {
    const { page } = editor;
    await runCommand(page, 'Celery Tasks: Add Connection');
    await listed(page, 'breathecode (.env.production)').waitFor();
    // Not the template, and not the one that is in use anyway.
    assert.equal(await page.locator('.quick-input-list .monaco-list-row', { hasText: 'breathecode' }).count(), 1);
    const text = (await page.locator('.quick-input-widget').textContent()) ?? '';
    assert.match(text, /PRODUCTION · postgres at 127\.0\.0\.1/);
    assert.equal(text.includes(password), false);
    await picture(page, '41-found');
    await listed(page, 'breathecode (.env.production)').click();
    await waitForText(page, /Now using breathecode \(\.env\.production\)/);
    await eventually(
      async () => /PRODUCTION/.test((await statusBar(page).textContent()) ?? ''),
      'production is marked',
    );
    assert.match(readFileSync(join(editor.workspace, '.vscode', 'settings.json'), 'utf8'), /"\.env\.production"/);
    await dismissNotifications(page);
    await runCommand(page, 'Celery Tasks: Check Task Status');
    await waitForText(page, / · PRODUCTION: breathecode \(\.env\.production\)/);
    await dismissNotifications(page);
    await picture(page, '42-production');
    await setTheme(page, 'Default Light Modern');
    await picture(page, '43-production-light');
    await setTheme(page, 'Default Dark Modern');
  });

  it('takes a pasted password out of the field at once, goes back, and keeps nothing on Escape', async () => {
    const { page, server } = editor;
    await runCommand(page, 'Celery Tasks: Add Connection');
    await pick(page, 'Type or Paste a URL…');
    await waitForText(page, /Database URL \(a password goes to VS Code's secret storage\)/);
    await field(page).fill(url.href);
    await waitForText(page, /The password was taken out of the URL/);
    assert.equal((await field(page).inputValue()).includes(password), false);
    await picture(page, '44-pasted');
    await page.keyboard.press('Enter');
    // No question for the password: it is known.
    await waitForText(page, /Broker's URL/);
    await page.locator('.quick-input-titlebar .codicon-quick-input-back').click();
    await waitForText(page, /Database URL \(a password goes to VS Code's secret storage\)/);
    await page.locator('.quick-input-titlebar .codicon-quick-input-back').click();
    await listed(page, 'breathecode (.env)').waitFor();
    await page.keyboard.press('Escape');
    assert.doesNotMatch(machineSettings(server), /databaseUrl/);
  });

  it('tests PostgreSQL and Redis before it keeps anything, and lets the person change it', async () => {
    const { page, server } = editor;
    await runCommand(page, 'Celery Tasks: Add Connection');
    await pick(page, 'Type or Paste a URL…');
    await answer(page, url.href);
    await waitForText(page, /Broker's URL/);
    await answer(page, 'redis://127.0.0.1:1/0');
    // It is tried at once, and can be kept all the same.
    await waitForText(page, /Connection refused at 127\.0\.0\.1:1\/0\. .*Press Enter again to continue anyway/);
    await picture(page, '45-refused');
    await page.keyboard.press('Enter');
    await waitForText(page, /Result backend/);
    await answer(page, '');
    await waitForText(page, /Name \("prod"/);
    await answer(page, 'live');
    await page.locator('.monaco-dialog-box', { hasText: /Couldn't connect to "live".*127\.0\.0\.1:1/ }).waitFor();
    await picture(page, '45-redis-fails');
    assert.doesNotMatch(machineSettings(server), /databaseUrl/);
    await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Edit' }).click();
    await waitForText(page, /Database URL \(a password goes to VS Code's secret storage\)/);
    assert.equal((await field(page).inputValue()).includes(password), false);
    await page.keyboard.press('Enter');
    await waitForText(page, /Broker's URL/);
    await answer(page, required('TEST_REDIS_URL'));
    await waitForText(page, /Result backend/);
    await page.keyboard.press('Enter');
    await waitForText(page, /Name \("prod"/);
    await page.keyboard.press('Enter');
    await waitForText(page, /live was added\. PostgreSQL at .* is ready.* Redis at .* answers/);
    assert.equal(machineSettings(server).includes(password), false);
    await eventually(
      async () => /Celery PRODUCTION: live/.test((await statusBar(page).textContent()) ?? ''),
      'live is marked',
    );
    await dismissNotifications(page);
  });

  it('edits: what is called live and is not production is said to be none', async () => {
    const { page, server } = editor;
    await runCommand(page, 'Celery Tasks: Edit Connection');
    await listed(page, 'live').waitFor();
    await picture(page, '46-edit');
    await listed(page, 'live').click();
    await keepServers(page);
    await waitForText(page, /Name \("prod"/);
    await answer(page, 'live copy of last night');
    await listed(page, 'Not production').click();
    await waitForText(page, /live copy of last night was changed/);
    assert.match(machineSettings(server), /"production": false/);
    await eventually(
      async () => /Celery: live copy of last night/.test((await statusBar(page).textContent()) ?? ''),
      'the new name, unmarked',
    );
    await dismissNotifications(page);
    await runCommand(page, 'Celery Tasks: Check Task Status');
    // With the stored password: host, port and user are the same.
    await waitForText(page, / · live copy of last night/);
    await dismissNotifications(page);
  });

  it('duplicates: the stored password serves the copy too', async () => {
    const { page, server } = editor;
    await runCommand(page, 'Celery Tasks: Duplicate Connection');
    await listed(page, 'live').click();
    await keepServers(page);
    await waitForText(page, /Name \("prod"/);
    assert.equal(await field(page).inputValue(), 'live copy of last night copy');
    await answer(page, 'staging');
    await listed(page, 'Not production').waitFor();
    await page.keyboard.press('Enter');
    await waitForText(page, /staging was added\. PostgreSQL at .* is ready/);
    assert.match(machineSettings(server), /"staging"/);
    await dismissNotifications(page);
    await statusBar(page).click();
    await listed(page, 'staging').waitFor();
    await picture(page, '47-select');
    await page.keyboard.press('Escape');
  });

  it('says in the status bar that the chosen connection cannot be used', async () => {
    const { page, workspace } = editor;
    await runCommand(page, 'Celery Tasks: Select Connection');
    await listed(page, 'breathecode (.env.production)').click();
    rmSync(join(workspace, '.env.production'));
    writeFileSync(join(workspace, '.env.production'), 'DATABASE_URL=mysql://elsewhere/db\n');
    await eventually(async () => /Celery: Connection/.test((await statusBar(page).textContent()) ?? ''), 'it is said');
    await picture(page, '48-broken');
    await changeSetting(editor, 'celeryTasks.envFile', undefined);
  });
});

describe('a Django .env without a broker', function () {
  this.timeout(4 * MINUTE);

  it('gets it in one click, is verified, and is left as it is', async () => {
    const editor = await openEditor('no-broker');
    const { page, server, workspace } = editor;
    const file = join(workspace, '.env');
    const text = readFileSync(file, 'utf8').replace(/^(REDIS_URL|CELERY_\w+)=.*\n/gm, '');
    const redis = new URL(required('TEST_REDIS_URL'));
    writeFileSync(file, text);
    try {
      await openView(page, 'Celery Tasks');
      await page.locator('.welcome-view-content a.monaco-button:visible', { hasText: 'Add Broker' }).click();
      await waitForText(page, /settings\.py line \d+ takes it from CELERY_BROKER_URL/);
      await picture(page, '51-add-redis');
      await field(page).fill(`export CELERY_BROKER_URL="${redis.href}"`);
      if (redis.password !== '') await waitForText(page, /The password was taken out of the URL/);
      else await eventually(async () => (await field(page).inputValue()).startsWith('redis://'), 'it is cleaned');
      await page.keyboard.press('Enter');
      await waitForText(page, /Redis at .* was added to breathecode \(\.env\)/);
      await page.locator('.notification-list-item .monaco-button', { hasText: 'Check with Verification' }).click();
      await row(page, 'execute_signal').waitFor();
      await dismissNotifications(page);
      await statusBar(page).click();
      await waitForText(page, /Redis at .* \(added here\)/);
      await waitForText(page, /stuck, checked .* ago|just now/);
      await picture(page, '52-list');
      await page.keyboard.press('Escape');
      assert.equal(readFileSync(file, 'utf8'), text);
      assert.doesNotMatch(machineSettings(server), /redis/);
      await runCommand(page, 'Celery Tasks: Remove Connection');
      await listed(page, 'breathecode (.env)').click();
      await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
      await statusBar(page).click();
      await waitForText(page, /no broker: verdicts need it/);
    } finally {
      await editor.close();
    }
  });
});

describe('two folders of the same name', function () {
  this.timeout(4 * MINUTE);

  it('have connections of their own', async () => {
    const editor = await openEditor('several', { folders: ['a/web', 'b/web'], viewport: { width: 700, height: 600 } });
    try {
      const { page } = editor;
      await openView(page, 'Celery Tasks');
      await eventually(
        async () => /breathecode \(a\/web\/\.env\)/.test((await statusBar(page).textContent()) ?? ''),
        'the first one is in use',
      );
      // Which one is meant only a person knows: the first check asks.
      await runCommand(page, 'Celery Tasks: Check Task Status');
      await listed(page, 'breathecode (b/web/.env)').waitFor();
      await picture(page, '49-same-name');
      await listed(page, 'breathecode (b/web/.env)').click();
      await eventually(
        async () => /breathecode \(b\/web\/\.env\)/.test((await statusBar(page).textContent()) ?? ''),
        'the second one is in use',
      );
      await listed(page, 'Always').click();
      await waitForText(page, / stuck · .* · breathecode \(b\/web\/\.env\)/, { timeout: 60_000 });
      await runCommand(page, 'Celery Tasks: Refresh');
      await waitForText(page, /unchanged since/, { timeout: 60_000 });
      assert.equal(await page.locator('.quick-input-widget:visible').count(), 0, 'it asks once');
    } finally {
      await editor.close();
    }
  });
});
