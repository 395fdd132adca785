// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, dismissNotifications, openView, runCommand, waitForText } from '../../tools/vscode-host/index.mjs';
import { changeSetting, eventually, isStored, openEditor, picture, required, row } from './support.mjs';

/**
 * Where a server-based VS Code keeps the user's settings of this machine, such as connections.
 * @param {{ userDataDir: string }} server
 */
function machineSettings({ userDataDir }) {
  return readFileSync(join(userDataDir, 'data', 'Machine', 'settings.json'), 'utf8');
}

/**
 * Every regular file below a folder.
 * @param {string} folder
 */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('every empty state has its one action', function () {
  this.timeout(240_000);
  /** @type {Awaited<ReturnType<typeof openEditor>>} */
  let editor;
  let env = '';

  before(async () => {
    editor = await openEditor('states');
    env = readFileSync(join(editor.workspace, '.env'), 'utf8');
    await openView(editor.page, 'Celery Tasks');
  });
  after(async () => {
    await editor.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed')
      await picture(editor.page, `failed-${this.currentTest.title.replace(/\W+/g, '-')}`);
  });

  const welcome = (/** @type {string | RegExp} */ action) =>
    editor.page.locator('.welcome-view-content a.monaco-button:visible', { hasText: action });

  it('cannot reach: says what to look at, and checks again', async () => {
    writeFileSync(join(editor.workspace, '.env'), 'DATABASE_URL=postgresql://someone@127.0.0.1:1/nothing\n');
    // The editor looks at .env a moment after it was saved; there is nothing on the page to wait for.
    await eventually(async () => {
      await runCommand(editor.page, 'Celery Tasks: Check Task Status');
      return await waitForText(editor.page, /Connection refused at 127\.0\.0\.1:1\. /, { timeout: 5000 }).then(
        () => true,
        () => false,
      );
    }, 'the new .env to be read');
    for (const action of ['Open .env', 'Select Another Connection', 'Check Again'])
      await row(editor.page, action).waitFor();
    assert.equal(await editor.page.locator('.notification-toast').count(), 0, 'the view itself says it');
    await picture(editor.page, '10-cannot-reach');
    await dismissNotifications(editor.page);
  });

  it('not configured: offers to add a connection', async () => {
    rmSync(join(editor.workspace, '.env'));
    await welcome('Add Connection').waitFor();
    await picture(editor.page, '11-not-configured');
  });

  it('adds a connection: the password goes into the secret storage, not into the settings', async () => {
    const { page, server } = editor;
    const url = new URL(required('TEST_DATABASE_URL'));
    const { password } = url;
    url.password = '';
    await welcome('Add Connection').click();
    await answer(page, 'mysql://nowhere');
    await waitForText(page, /it names MySQL, and only PostgreSQL is supported/);
    await answer(page, url.href);
    await waitForText(page, /Password of postgres/);
    await answer(page, password);
    await waitForText(page, /Broker.s URL: Redis or RabbitMQ/);
    await answer(page, '');
    await waitForText(page, /Name \("prod"/);
    await answer(page, 'incident');
    await waitForText(page, /incident was added\. /);
    const settings = machineSettings(server);
    assert.match(settings, /"incident"/);
    assert.equal(settings.includes(password), false);
    await dismissNotifications(page);
  });

  it('and into nothing else that is kept: settings, state of workspace and user, storage folders, logs', async () => {
    const { page, server } = editor;
    const { password } = new URL(required('TEST_DATABASE_URL'));
    await eventually(() => isStored(page, 'settings:incident'), 'the selected connection is stored');
    assert.equal(await isStored(page, password), false);
    const kept = filesOf(server.userDataDir);
    assert.ok(
      kept.some((file) => file.endsWith('Celery Tasks.log')),
      'our output channel is among them',
    );
    for (const file of kept) assert.equal(readFileSync(file).includes(password), false, file);
  });

  it('checks with the connection that was added', async () => {
    const { page } = editor;
    await welcome(/^Check$/).click();
    await row(page, 'execute_signal').waitFor();
    await waitForText(page, / · incident/);
    await picture(page, '12-added');
    await dismissNotifications(page);
  });

  it('nothing old enough: never an all-clear, and one click to the younger tasks', async () => {
    const { page } = editor;
    await changeSetting(editor, 'celeryTasks.hours', 9000);
    await runCommand(page, 'Celery Tasks: Check Task Status');
    await waitForText(page, /No SCHEDULED task is older than 9,000 h .*151,\d{3} younger SCHEDULED tasks exist/);
    await row(page, 'Check Again').waitFor();
    await picture(page, '13-nothing-old-enough');
    await row(page, 'Show Those Older Than 7 Days').click();
    await waitForText(page, /stuck over 7 days/);
    await row(page, 'execute_signal').waitFor();
    await picture(page, '13-younger-shown');
  });

  it('removes the connection again, and its settings entry', async () => {
    const { page, server } = editor;
    writeFileSync(join(editor.workspace, '.env'), env);
    await runCommand(page, 'Celery Tasks: Remove Connection');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'incident' }).click();
    await page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove' }).click();
    await eventually(async () => !machineSettings(server).includes('"incident"'), 'the entry to be gone');
    await waitForText(page, /The connection incident is no longer named anywhere: breathecode \(\.env\) is used now/);
  });
});

describe('in an untrusted workspace', function () {
  this.timeout(240_000);

  it('connects to nothing, and says why', async () => {
    const editor = await openEditor('untrusted', { workspaceTrust: true });
    try {
      const { page } = editor;
      const no = page.locator('.monaco-dialog-box .monaco-button', { hasText: /^No, / });
      if (
        await no.waitFor({ timeout: 8000 }).then(
          () => true,
          () => false,
        )
      )
        await no.click();
      await openView(page, 'Celery Tasks');
      await waitForText(page, /Nothing is connected in Restricted Mode/);
      await waitForText(page, /Celery: Restricted/);
      await picture(page, '14-untrusted');
      await runCommand(page, 'Celery Tasks: Check Task Status');
      await waitForText(page, /Restricted Mode/);
      await draftsWithoutConnecting(page);
    } finally {
      await editor.close();
    }
  });
});

/**
 * A rule is drafted from the code of the function that the cursor is in, and is not tested.
 * @param {import('playwright-core').Page} page
 */
async function draftsWithoutConnecting(page) {
  await dismissNotifications(page);
  const input = page.locator('.quick-input-widget input[type="text"]').first();
  const file = page.locator('.quick-input-list .monaco-list-row', { hasText: 'tasks.py' }).first();
  // The list of files is made while it is asked for.
  await eventually(async () => {
    await page.keyboard.press('Control+KeyP');
    await input.fill('breathecode/assessment/tasks.py:12');
    return await file.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
  }, 'the file to be offered');
  await page.keyboard.press('Enter');
  await page.locator('.tab.active', { hasText: 'tasks.py' }).first().waitFor();
  await runCommand(page, 'Celery Tasks: Draft Effect Rule…');
  const drafts = page.frameLocator('iframe.webview').frameLocator('#active-frame').locator('#drafts');
  await drafts.locator('h1', { hasText: 'async_close_userassessment' }).waitFor();
  const text = await drafts.innerText();
  assert.match(text, /Restricted Mode: code is read, but nothing is connected/);
  assert.match(text, /finished_at/);
  assert.doesNotMatch(text, /It decides|finished tasks/);
  await picture(page, '88-draft-restricted');
}
