// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, openView, runCommand, waitForText } from '../../tools/vscode-host/index.mjs';
import { openEditor, picture, required, row } from './support.mjs';

/** @import { Page } from 'playwright-core' */

/**
 * A page of ours: VS Code shows it in a frame within a frame. The one that was opened last.
 * @param {Page} page
 */
function shown(page) {
  return page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
}

describe('a first-time user', function () {
  this.timeout(300_000);

  it('gets from an empty window to the first step and to one task', async () => {
    const editor = await openEditor('first-time', { onlyEnv: true, viewport: { width: 1280, height: 800 } });
    const { page, workspace } = editor;
    const env = join(workspace, '.env');
    const text = readFileSync(env, 'utf8');
    rmSync(env);
    try {
      await openView(page, 'Celery Tasks');
      await waitForText(page, /No database found/);
      await picture(page, '60-empty');

      await runCommand(page, 'Celery Tasks: Open Sample Report');
      await shown(page).locator('h1', { hasText: '148,708 tasks have been stuck' }).waitFor();
      await picture(page, '61-sample');
      await runCommand(page, 'View: Close Editor');

      // A Django .env that names the database alone.
      writeFileSync(env, text.replace(/^(REDIS_URL|CELERY_\w+)=.*\n/gm, ''));
      await page.locator('.welcome-view-content a.monaco-button:visible', { hasText: 'Add Broker' }).click();
      await picture(page, '62-no-redis');
      await answer(page, required('TEST_REDIS_URL'));
      await page.locator('.notification-list-item .monaco-button', { hasText: 'Check with Verification' }).click();
      await row(page, 'No worker is connected').waitFor();
      await waitForText(page, /148,708 stuck/);
      await picture(page, '63-checked');

      await runCommand(page, 'Celery Tasks: Open Report');
      await shown(page).locator('.first-step', { hasText: 'Start here:' }).waitFor();
      await picture(page, '64-first-step');
      await runCommand(page, 'View: Close Editor');

      await runCommand(page, 'Celery Tasks: Find Task…');
      await answer(page, 'task 12450000 raised an error');
      await shown(page).locator('h1').first().waitFor();
      const story = await shown(page).locator('body').innerText();
      assert.match(story, /12450000/);
      assert.match(story, /waiting/i);
      await picture(page, '65-one-task');
    } finally {
      await editor.close();
    }
  });
});
