import assert from 'node:assert/strict';
import { headText } from '../../src/report/panelMessages';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { drawn, painted, usePages } from './support/pages';
import { filtersOf, isOpen, isSampleOpen, openSample, openType, setFilters, shownTypes } from './support/types';

/** What nobody wrote, or another version did. */
const GARBAGE = [
  'null',
  '42',
  '"text"',
  '[]',
  '{"filters":null,"sort":null,"openTypes":null,"openSamples":null}',
  '{"filters":{"text":5,"verdict":"__proto__","cause":"toString","range":{"from":"a","to":{}},"recommendation":99}}',
  '{"filters":{"range":{"from":50,"to":2}},"sort":{"column":"constructor","descending":"yes"}}',
  '{"openTypes":"execute_signal","openSamples":[null,{},"1"],"shownTypes":-1000000000,"scroll":"down"}',
  '{"openTypes":[[]],"shownTypes":1e308,"scroll":-5,"axis":7,"__proto__":{"scroll":1}}',
];

describe('what the person did', () => {
  const pages = usePages();

  it('is there again when the page comes back: filters, open rows, sorting and place', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis(), height: 500 });
    await setFilters(page, { text: 'async', verdict: 'lost' });
    await openType(page, 1);
    await openSample(page, 1, 0);
    await page.evaluate(() => {
      document.getElementById('type-1')?.scrollIntoView({ block: 'start' });
    });
    // The place is kept a moment after the page stands still.
    await page.waitForTimeout(400);
    const before = {
      types: await shownTypes(page),
      filters: await filtersOf(page),
      scroll: await page.evaluate(() => window.scrollY),
    };
    assert.ok(before.scroll > 200, 'the page was moved');
    await page.reload();
    await drawn(page);
    await page.waitForFunction((scroll) => Math.abs(window.scrollY - scroll) < 3, before.scroll);
    assert.deepEqual(await shownTypes(page), before.types);
    assert.deepEqual(await filtersOf(page), before.filters);
    assert.equal(await isOpen(page, 1), true);
    assert.equal(await isSampleOpen(page, 1, 0), true);
  });

  it('is dropped as far as a new Diagnosis has nothing for it', async () => {
    const { page, send } = await pages().open({ diagnosis: makeDiagnosis() });
    await setFilters(page, { verdict: 'held' });
    await openType(page, (await shownTypes(page))[0]!);
    const next = makeDiagnosis({ types: 3, rows: 90, verified: false });
    await send({ type: 'diagnosis', id: 'next', head: headText(next) });
    await page.waitForFunction(() => document.querySelectorAll('#task-types tr.type').length === 3);
    await painted(page);
    assert.equal((await shownTypes(page)).length, 3, 'no filter hides the new types');
  });

  it('does not disturb the page when it is garbage', async () => {
    const diagnosis = makeDiagnosis({ types: 5, rows: 100 });
    const { page } = await pages().open({ diagnosis });
    const address = page.url();
    for (const kept of GARBAGE) {
      // From another document of the server, so that the page cannot write while it goes.
      await page.goto(new URL('/report.css', address).href);
      await page.evaluate((text) => {
        sessionStorage.setItem('report-state', text);
      }, kept);
      await page.goto(address);
      await drawn(page);
      assert.equal((await shownTypes(page)).length, 5, kept);
      await setFilters(page, { text: 'execute' });
      assert.equal((await shownTypes(page)).length, 1, kept);
    }
  });
});
