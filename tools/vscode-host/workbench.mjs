// @ts-check
import fs from 'node:fs';
import path from 'node:path';
import { runCommand } from './quick-input.mjs';

/** @import { Frame, Locator, Page } from 'playwright-core' */

const TIMEOUT = 15_000;

/**
 * Saves a picture of the page.
 * @param {Page} page
 * @param {string} file a .png to write; folders are made
 * @returns {Promise<void>}
 */
export async function shoot(page, file) {
  fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
}

/**
 * Waits for a text to be seen, in the workbench or in any webview.
 * @param {Page} page
 * @param {string | RegExp} text part of it is enough
 * @param {{ timeout?: number }} [options] milliseconds, 15,000 if not given
 * @returns {Promise<Locator>} the innermost element that shows it
 * @throws {Error} when it does not appear
 */
export async function waitForText(page, text, { timeout = TIMEOUT } = {}) {
  const deadline = Date.now() + timeout;
  do {
    for (const frame of page.frames()) {
      const found = await visible(frame, text);
      if (found) return found;
    }
    await page.waitForTimeout(100);
  } while (Date.now() < deadline);
  throw new Error(`Not seen within ${timeout / 1000} s: ${text}`);
}

/**
 * Opens a view container, as by a click on its icon in the activity bar.
 * @param {Page} page
 * @param {string} title e.g. "Celery Tasks"
 * @returns {Promise<void>} once the side bar shows it
 * @throws {Error} when there is no such icon
 */
export async function openView(page, title) {
  const shown = page.locator('.part.sidebar .composite.title h2', { hasText: new RegExp(`^${title}\\b`, 'i') }).first();
  if (await shown.isVisible()) return;
  const icon = page.locator(`.part.activitybar .action-label[aria-label^="${title}"]`).first();
  try {
    await icon.click({ timeout: 5000 });
  } catch {
    await runCommand(page, `View: Show ${title}`);
  }
  await shown.waitFor({ timeout: TIMEOUT });
}

/**
 * Clears all notifications.
 * @param {Page} page
 * @returns {Promise<void>} once none covers the page
 */
export async function dismissNotifications(page) {
  const toasts = page.locator('.notifications-toasts .notification-toast');
  if ((await toasts.count()) === 0) return;
  await runCommand(page, 'Notifications: Clear All Notifications');
  await toasts.first().waitFor({ state: 'detached', timeout: TIMEOUT });
}

/**
 * @param {Frame} frame
 * @param {string | RegExp} text
 * @returns {Promise<Locator | undefined>}
 */
async function visible(frame, text) {
  try {
    // Not what is only said to screen readers: that text is "visible" too, outside of the page.
    const found = frame
      .getByText(text)
      .locator('visible=true')
      .and(frame.locator(':not(.monaco-aria-container *)'))
      .last();
    return (await found.isVisible()) ? found : undefined;
  } catch {
    return undefined; // The frame went away meanwhile.
  }
}
