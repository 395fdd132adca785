import assert from 'node:assert/strict';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { without } from '../support/without';
import { painted, usePages } from './support/pages';

describe('what the check cost', () => {
  const pages = usePages();

  it('stands in a sentence, and opens to the steps and the servers, by keyboard', async () => {
    const { page } = await pages().open({ diagnosis: makeDiagnosis({ types: 3, rows: 600 }) });
    assert.equal(
      await page.locator('.cost').innerText(),
      'PostgreSQL 61 queries, 612 rows, 0.2 MB, 1.41 s; Redis 153 commands, 12.3 MB, 0.84 s.',
    );
    const details = page.locator('.cost-details');
    assert.equal(await details.locator('table').count(), 0, 'built when it is opened');
    await details.locator('summary').focus();
    await page.keyboard.press('Enter');
    await painted(page);
    const steps = await details
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).innerText));
    assert.deepEqual(steps, [
      'Connecting\t0.04 s',
      'Querying database for stuck tasks\t1.21 s',
      'Searching the queues of the broker\t4.12 s',
      'Writing recommendations\t0.00 s',
    ]);
    const facts = await details.locator('dd').allInnerTexts();
    assert.deepEqual(facts, [
      '61, the longest 1.20 s',
      '612',
      '186 kB',
      '1.41 s over 2 connections',
      '153, the longest wait 0.01 s',
      '12.3 MB',
      '0.84 s over 1 connection',
    ]);
  });

  it('says nothing of Redis where none was asked, and nothing at all for an older export', async () => {
    const plain = makeDiagnosis({ types: 3, rows: 600, verified: false });
    const { page } = await pages().open({ diagnosis: plain });
    assert.equal(await page.locator('.cost').innerText(), 'PostgreSQL 9 queries, 612 rows, 0.2 MB, 1.41 s.');
    await page.locator('.cost-details summary').click();
    await page.locator('.cost-details table').waitFor();
    assert.deepEqual(await page.locator('.cost-details h4').allInnerTexts(), ['PostgreSQL']);
    const old = await pages().open({ diagnosis: without(plain, 'cost') });
    await old.page.locator('#facts').waitFor();
    assert.equal(await old.page.locator('.cost, .cost-details').count(), 0);
  });
});
