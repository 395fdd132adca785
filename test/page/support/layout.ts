import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Fails where the document is wider than its window; names what sticks out. */
export async function assertNoSideScroll(page: Page, where: string): Promise<void> {
  const found = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const body = document.body.scrollWidth;
    if (scrollWidth <= clientWidth && body <= clientWidth) return [];
    /** What scrolls by itself may be wide inside. */
    const scrolls = (element: Element): boolean => {
      for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
        if (getComputedStyle(each).overflowX !== 'visible') return true;
      return false;
    };
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5 && !scrolls(element))
      .sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)
      .slice(0, 5)
      .map((element) => {
        const { width, right } = element.getBoundingClientRect();
        const text = element.textContent.slice(0, 40);
        return `${element.tagName}.${String(element.getAttribute('class'))} ${width.toFixed(0)} to ${right.toFixed(0)} "${text}"`;
      })
      .concat(`document ${String(Math.max(scrollWidth, body))} in a window of ${String(clientWidth)}`);
  });
  assert.deepEqual(found, [], `wider than the window, ${where}`);
}
