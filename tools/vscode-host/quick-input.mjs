// @ts-check
/** @import { Page } from 'playwright-core' */

const ATTEMPTS = 4;
const TIMEOUT = 15_000;

const input = (/** @type {Page} */ page) => page.locator('.quick-input-widget:visible .quick-input-box input').first();

/**
 * Runs a command from the palette, by the name people read there.
 * @param {Page} page
 * @param {string} title e.g. "Celery Tasks: Refresh"
 * @returns {Promise<void>} once it was chosen (what it does may still be going on)
 * @throws {Error} when the palette does not open or has no such command
 */
export async function runCommand(page, title) {
  for (let attempt = 1; ; attempt++) {
    // Not at first: Escape hides notifications too.
    if (attempt > 1) await page.keyboard.press('Escape');
    await page.keyboard.press('F1');
    try {
      await input(page).waitFor({ timeout: 3000 });
      break;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
  await input(page).fill(`>${title}`);
  await choose(page, title);
}

/**
 * Chooses an entry of the open quick pick.
 * @param {Page} page
 * @param {string} label all of its label
 * @returns {Promise<void>}
 * @throws {Error} when it does not come up
 */
export async function pick(page, label) {
  await input(page).waitFor({ timeout: TIMEOUT });
  await input(page).fill(label);
  await choose(page, label);
}

/**
 * Answers the open input box.
 * @param {Page} page
 * @param {string} text
 * @returns {Promise<void>}
 * @throws {Error} when none is open
 */
export async function answer(page, text) {
  await input(page).waitFor({ timeout: TIMEOUT });
  await input(page).fill(text);
  await page.keyboard.press('Enter');
}

/**
 * @param {Page} page
 * @param {string} label
 */
async function choose(page, label) {
  const row = page
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.label-name', { hasText: new RegExp(`^\\s*${escapeRegExp(label)}\\s*$`) }) })
    .first();
  await row.waitFor({ timeout: TIMEOUT });
  await row.click();
}

/** @param {string} text */
function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
