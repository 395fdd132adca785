import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { STATES } from '../../tools/report-server';
import type { Diagnosis } from '../../src/model/diagnosis';
import { healthOf } from '../../src/report/health';
import { PHASE_TITLES } from '../../src/report/plan';
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
      'Recommendations',
      'Timeline',
      'Task types',
      'Verification',
      'Servers',
    ]);
    for (const [index, heading] of [
      'Recommendations',
      'When they stopped',
      'Task types',
      'Verification',
      'Queues, workers and servers',
    ].entries()) {
      await links.nth(index).focus();
      await page.keyboard.press('Enter');
      await painted(page);
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), heading);
      const top = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? -1);
      const bar = await page.evaluate(() => document.querySelector('.jump-line')?.getBoundingClientRect().bottom ?? 0);
      assert.ok(top >= bar - 2 && top < 480, `${heading} at ${String(top)}, below what stays at ${String(bar)}`);
    }
  });

  it("shows each effect rule's test, first those that count for less, and marks evidence of untested rules", async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 3, rows: 600 }) });
    const rows = page.locator('#sources table.facts tbody tr');
    assert.deepEqual(await rows.locator('th bdi').allInnerTexts(), [
      'shop.tasks.sync_contact',
      'crm_contact',
      'shop.tasks.close_day',
      'shop_day',
      'shop.tasks.send_invoice',
      'billing_invoice',
    ]);
    const texts = await rows.allInnerTexts();
    assert.match(texts[0]!, /executed: 1,990 of 2,000 finished tasks; 401 of 412 that did not run/);
    assert.match(texts[0]!, /decides nothing\s+It calls 401 of 412/);
    assert.match(texts[1]!, /executed: 120 of 120 finished tasks; none that did not run to test it on/);
    assert.match(texts[2]!, /29,804 finished, 11,399 not executed[^]*executed: proven\s+not executed: likely/);
    await openType(page, 0);
    await page.locator('#details-0 .sample .toggle').first().click();
    await page.locator('#details-0 .also summary').first().click();
    assert.match(await page.locator('#details-0 .looked-at').first().innerText(), /\(untested rule\)/);
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
        [...document.querySelectorAll('.verdict-line')].map((row) => row.getBoundingClientRect().height),
      );
    const before = await heights();
    await page.locator('.range input').last().fill('0');
    await painted(page);
    assert.ok((await page.locator('.line-rows').allInnerTexts()).includes('0'), 'one has no task');
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

  it('shows of the samples those within the filters, and says how many are hidden', async () => {
    const diagnosis = mixed();
    const { page } = await pages().open({ diagnosis });
    await setFilters(page, { verdict: 'lost' });
    await openType(page, 0);
    const samples = page.locator('#details-0 .sample');
    assert.deepEqual(await samples.locator('.sample-id').allInnerTexts(), ['Row 2']);
    assert.match(
      await page.locator('#details-0 .samples').innerText(),
      /1 of 3 samples is within the filters; the rest is hidden/,
    );
    await setFilters(page, { verdict: 'unknown' });
    assert.equal(await samples.count(), 0);
    assert.match(await page.locator('#details-0 .samples').innerText(), /None of the samples is within the filters/);
  });

  it('opens the first step of the plan, and leads to it; each step says which come before it', async () => {
    const diagnosis = makeDiagnosis({ types: 4, rows: 900 });
    const [any] = diagnosis.recommendations;
    const step = (id: string, change: Partial<typeof any>): typeof any => ({
      ...any!,
      id,
      title: `Do ${id}`,
      ...change,
    });
    const recommendations = [
      step('start-workers', { phase: 'now' }),
      step('dispatch-lost', { phase: 'then', after: ['start-workers'] }),
      step('let-run', { phase: 'info' }),
    ].map((each) => each!);
    const { page } = await pages().open({
      diagnosis: { ...diagnosis, recommendations },
      state: {
        ...STATES.check,
        settled: [{ id: 'deploy-task', title: 'Deploy it' }],
        since: { at: '2026-11-23T09:42:00Z', change: -6480 },
      },
    });
    assert.equal(await page.locator('.since').innerText(), '6,480 fewer than at 2026-11-23 09:42 UTC');
    assert.match(await page.locator('.first-step').innerText(), /Start here: Do start-workers.*· 1 more step/s);
    assert.equal(await page.locator('.card.first').getAttribute('id'), 'recommendation-start-workers');
    assert.deepEqual(await page.locator('.card button[aria-expanded="true"]').allInnerTexts(), ['Do start-workers']);
    assert.deepEqual(await page.locator('.plan > h3').allInnerTexts(), [
      'Done since the previous check',
      ...[PHASE_TITLES.now, PHASE_TITLES.then, PHASE_TITLES.info],
    ]);
    assert.deepEqual(await page.locator('.settled li').allInnerTexts(), ['Deploy it']);
    const numbers = page.locator('.card .card-number');
    assert.deepEqual(
      (await numbers.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim()),
      ['Step 1', 'Step 2'],
    );
    await page.locator('.first-step a').click();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Do start-workers');
    await page.locator('#recommendation-dispatch-lost .helped a').click();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Do start-workers');
  });

  it('says first what cannot wait, whatever is stuck', async () => {
    const diagnosis = makeDiagnosis({ types: 4, rows: 900 });
    const health = healthOf(diagnosis);
    const { page } = await pages().open({ diagnosis });
    const line = page.locator('.health');
    assert.equal(await line.locator('.health-headline').innerText(), health?.headline);
    assert.match((await line.getAttribute('class')) ?? '', /health-alarm/);
    for (const { says } of health!.items) assert.ok((await line.innerText()).includes(says), says);
    const plain = await pages().open({ diagnosis: makeDiagnosis({ types: 4, rows: 900, verified: false }) });
    assert.equal(await plain.page.locator('.health').count(), 0, 'no broker was read');
  });

  for (const [width, height] of [
    [1024, 700],
    [683, 467],
  ] as const)
    it(`shows answer, bar and first step on the first screen of ${String(width)} x ${String(height)}`, async () => {
      const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 40, rows: 148_708 }), width, height });
      for (const part of ['h1', '.stack', '.first-step']) {
        const box = await page.locator(part).boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= height, `${part}: ${JSON.stringify(box)}`);
      }
    });

  it("tells times by the reader's clock, and in UTC to who points at them", async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 2, rows: 90 }), zone: 'America/New_York' });
    await openType(page, 0);
    const oldest = page.locator('#details-0 time').first();
    const [at, shown, utc] = await Promise.all([
      oldest.getAttribute('datetime'),
      oldest.innerText(),
      oldest.getAttribute('title'),
    ]);
    assert.equal(utc, `${at!.replace('T', ' ').replace('Z', '')} UTC`);
    const local = new Date(Date.parse(at!) - 4 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    assert.equal(shown, `${local} EDT`);
    assert.match(await page.locator('.readout-when').innerText(), /EDT$/);
    assert.match((await page.locator('.readout-when').getAttribute('title')) ?? '', /UTC$/);
    assert.equal(await page.locator('.axis-zone').innerText(), 'EDT');
  });

  it('folds the facts of the check into one line, and names the sources in one place', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 2, rows: 90 }) });
    const about = page.locator('.about');
    assert.match(
      await about.locator('summary').innerText(),
      /^Checked .* · breathecode \(\.env\) · SCHEDULED > 906 h ·\s+2 of 6 sources incomplete$/,
    );
    assert.equal(await about.locator('dl').isVisible(), false);
    await about.locator('summary').focus();
    await page.keyboard.press('Enter');
    await about.locator('dl a').click();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Verification');
  });

  it('says at 320 px whether a worker consumes a queue', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 2, rows: 90 }), width: 320 });
    const table = page.locator('#facts table').first();
    assert.match(await table.innerText(), /emails\s+no worker consumes it/);
    assert.equal(await table.locator('.nobody .sign-alarm').count(), 1);
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
