import assert from 'node:assert/strict';
import { STATES } from '../../tools/report-server';
import { hostileDiagnosis, NAMES, SCRIPT } from './support/hostile';
import { assertNoSideScroll } from './support/layout';
import { painted, usePages } from './support/pages';
import { openAdvice, openSample, openType, showAllTypes } from './support/types';

describe('hostile content', () => {
  const pages = usePages();

  it('is text, whatever it says, and breaks nothing', async () => {
    const { page } = await pages().open({
      diagnosis: hostileDiagnosis(),
      state: {
        ...STATES.check,
        connection: SCRIPT,
        problem: { kind: 'unknown', message: `${SCRIPT} ${NAMES.join(' ')}` },
      },
      width: 320,
    });
    await showAllTypes(page);
    for (let type = 0; type < NAMES.length; type++) {
      await openType(page, type);
      await openSample(page, type, 0);
    }
    await openAdvice(page);
    await assertNoSideScroll(page, 'at 320 px');
    await page.setViewportSize({ width: 1200, height: 900 });
    await painted(page);
    await assertNoSideScroll(page, 'at 1200 px');

    const found = await page.evaluate(() => ({
      strangers: [
        ...document.querySelectorAll('img, iframe, object, embed, b, i, form, base, link:not([rel=stylesheet])'),
      ].length,
      scripts: document.scripts.length,
      pwned: 'pwned' in window,
      handlers: [...document.querySelectorAll('*')].filter((element) =>
        [...element.attributes].some(({ name }) => name.startsWith('on')),
      ).length,
      links: [...document.querySelectorAll('a[href]')].map((link) => String(link.getAttribute('href'))),
      text: document.body.textContent,
    }));
    assert.deepEqual(
      { strangers: found.strangers, scripts: found.scripts, pwned: found.pwned, handlers: found.handlers },
      { strangers: 0, scripts: 2, pwned: false, handlers: 0 },
    );
    assert.deepEqual(
      // To another part of the page, or encrypted.
      found.links.filter((link) => !/^(#[\w-]+$|https:\/\/)/.test(link)),
      [],
    );
    for (const text of [SCRIPT, '<b>bold</b>&amp;<!--', '__proto__', 'constructor', 'hasOwnProperty'])
      assert.ok(found.text.includes(text), `not shown: ${text}`);
  });

  it('cannot turn the text beside it around', async () => {
    const { page } = await pages().open({ diagnosis: hostileDiagnosis() });
    await showAllTypes(page);
    await openType(page, 2);
    await openSample(page, 2, 0);
    const loose = await page.evaluate(() => {
      const out: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode as Text;
        if (!/[\u202A-\u202E\u2066-\u2069]/.test(data) || !parentElement) continue;
        const kept = /isolate|plaintext/.test(getComputedStyle(parentElement).unicodeBidi);
        if (!kept) out.push(`${parentElement.tagName}.${parentElement.className}: ${data.slice(0, 60)}`);
      }
      return out;
    });
    assert.deepEqual(loose, []);
  });

  it('shows a megabyte of arguments without stopping', async () => {
    const { page } = await pages().open({ diagnosis: hostileDiagnosis() });
    await openType(page, 0);
    const began = Date.now();
    await openSample(page, 0, 0);
    await painted(page);
    const took = Date.now() - began;
    assert.ok(took < 3000, `took ${String(took)} ms`);
  });
});
