import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Diagnosis } from '../../src/model/diagnosis';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { painted, usePages } from './support/pages';
import { openType, setFilters } from './support/types';

describe('finding the way through the page', () => {
  const pages = usePages();

  it('has a name for every control, which says what it is', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 3, rows: 600 }) });
    await openType(page, 0);
    const names = await page.evaluate(() =>
      [...document.querySelectorAll('button, a, input, vscode-button, vscode-text-field, vscode-dropdown')].map(
        (each) => (each.getAttribute('aria-label') ?? each.textContent).replace(/\s+/g, ' ').trim(),
      ),
    );
    assert.deepEqual(
      names.filter((name) => name === '' || /^(text field|button|option|dropdown|listbox)$/i.test(name)),
      [],
    );
    for (const name of ['Name: words of it', 'Verdict', 'Cause', 'From', 'Until'])
      assert.ok(names.includes(name), `nothing is called ${name}`);
    // As the browser tells it to screen readers, within the toolkit's own elements too.
    assert.equal(await page.getByRole('textbox', { name: 'Name: words of it' }).count(), 1);
  });

  it('goes to each part by its link, by keyboard, and the focus goes along', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 12, rows: 3000 }), height: 500 });
    const links = page.locator('.jump-line a');
    assert.deepEqual(await links.allInnerTexts(), [
      'Overview',
      'Task types',
      'Recommendations',
      'Verification',
      'Servers',
    ]);
    for (const [index, heading] of [
      'Overview',
      'Task types',
      'Recommendations',
      'Verification',
      'Queues, workers and servers',
    ].entries()) {
      await links.nth(index).focus();
      await page.keyboard.press('Enter');
      await painted(page);
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), heading);
      const top = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? -1);
      assert.ok(top >= -2 && top < 480, `${heading} at ${String(top)}`);
    }
  });

  it('names the filters above the pictures too, and takes each off there', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 12, rows: 3000 }) });
    const line = page.locator('.active-filters');
    const height = async (): Promise<number> => (await line.boundingBox())?.height ?? 0;
    const before = await height();
    await setFilters(page, { text: 'task', verdict: 'lost' });
    assert.deepEqual(await line.locator('.chip').allInnerTexts(), ['Name task', 'Verdict lost']);
    assert.equal(await height(), before, 'the pictures stay where they are');
    assert.equal(await page.locator('.overview [aria-live], .overview [role="status"]').count(), 0, 'said once');
    await line.locator('.chip button').last().focus();
    await page.keyboard.press('Enter');
    await painted(page);
    assert.deepEqual(await line.locator('.chip').allInnerTexts(), ['Name task']);
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'row active-filters');
    await line.locator('vscode-button').click();
    assert.equal(await line.locator('.chip').count(), 0);
  });

  it('keeps the height of verdicts that a time leaves without tasks', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 4, rows: 3000 }) });
    const heights = (): Promise<number[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('.verdict-figure tbody tr')].map((row) => row.getBoundingClientRect().height),
      );
    const before = await heights();
    await page.locator('.range input').last().fill('0');
    await painted(page);
    assert.ok((await page.locator('.verdict-figure tbody td').allInnerTexts()).includes('0'), 'one has no task');
    assert.deepEqual(await heights(), before);
  });

  it('leads from an outcome to a row that was judged so', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 3, rows: 600 }) });
    await openType(page, 0);
    const link = page.locator('#details-0 .outcomes .link-button').first();
    const id = /\d+/.exec(await link.innerText())?.[0] ?? '';
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator(`#sample-${id}-details`).waitFor();
    await page.waitForFunction((wanted) => document.activeElement?.id === wanted, `sample-${id}`);
  });

  it('says of samples whether they are within the filters, and shows those first', async () => {
    const { page } = await pages().open({ diagnosis: mixed() });
    await setFilters(page, { verdict: 'lost' });
    await openType(page, 0);
    const samples = page.locator('#details-0 .sample-list').first().locator('.sample');
    assert.match(await samples.first().innerText(), /Row 2\b/);
    assert.match(await samples.nth(1).innerText(), /not within the filters/);
    assert.match(
      await page.locator('#details-0 .samples').innerText(),
      /1 of the newest 3 samples is within the filters/,
    );
  });

  it('opens the recommendation that is to be done first, and leads to it', async () => {
    const diagnosis = makeDiagnosis({ types: 4, rows: 900 });
    const [any] = diagnosis.recommendations;
    const recommendations = ['dispatch-lost', 'start-workers'].map((id) => ({ ...any!, id, title: `Do ${id}` }));
    const { page } = await pages().open({ diagnosis: { ...diagnosis, recommendations } });
    assert.match(await page.locator('.first-step').innerText(), /Do start-workers.*then 1 more step/s);
    assert.equal(await page.locator('.card.first').getAttribute('id'), 'recommendation-start-workers');
    assert.deepEqual(await page.locator('.card button[aria-expanded="true"]').allInnerTexts(), ['Do start-workers']);
    await page.locator('.first-step a').click();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Do start-workers');
  });

  it('says at 320 px whether a worker consumes a queue', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 2, rows: 90 }), width: 320 });
    const table = page.locator('#facts table').first();
    assert.match(await table.innerText(), /emails\s+no worker consumes it/);
    assert.equal(await columnsFit(page), true);
  });

  it('offers what fits: a connection for the sample, the output for a first check that failed', async () => {
    const { page, show } = await pages().open({ diagnosis: makeDiagnosis({ types: 2, rows: 90 }), state: 'sample' });
    assert.equal(await page.locator('vscode-button', { hasText: 'Run Again' }).count(), 0);
    assert.deepEqual(await page.locator('vscode-button[appearance="primary"]').allInnerTexts(), ['Add Connection']);
    await show('failed', null);
    assert.ok((await page.locator('.empty vscode-button').allInnerTexts()).includes('Show Output'));
  });
});

/** A type whose second sample is lost, and the others are not. */
function mixed(): Diagnosis {
  const diagnosis = makeDiagnosis({ types: 1, rows: 900 });
  const [type] = diagnosis.taskTypes;
  const samples = type!.samples.map((sample, index) => ({
    ...sample,
    id: index + 1,
    verification: { ...sample.verification!, verdict: index === 1 ? ('lost' as const) : ('running' as const) },
  }));
  return { ...diagnosis, taskTypes: [{ ...type!, samples, examples: [] }] };
}

async function columnsFit(page: Page): Promise<boolean> {
  return await page.evaluate(() => {
    const box = document.querySelector('#facts .wide');
    return box !== null && box.scrollWidth <= box.clientWidth;
  });
}
