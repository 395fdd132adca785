import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails where axe finds anything; `colour` looks at contrasts alone, which is all that a theme changes. */
export async function assertAccessible(page: Page, where: string, what: 'all' | 'colour' = 'all'): Promise<void> {
  // By the debugger: the page's policy lets no other script in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const runOnly =
    what === 'all'
      ? { type: 'tag' as const, values: STANDARDS }
      : { type: 'rule' as const, values: ['color-contrast', 'link-in-text-block'] };
  const found = await page.evaluate(async (only) => {
    // Parts that have scrolled below what stays at the top are no smaller for that.
    window.scrollTo(0, 0);
    const run = (window as unknown as { axe: typeof axe }).axe.run;
    const { violations } = await run(document, { runOnly: only, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')}: ${(node.failureSummary ?? '').replace(/\s+/g, ' ')}`),
    );
  }, runOnly);
  assert.deepEqual(found, [], `axe, ${where}`);
}
