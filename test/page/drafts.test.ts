import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { themeNames } from '../../tools/report-server';
import type { DraftState } from '../../src/report/draftMessages';
import { A_DRAFT, AN_UNTESTED_DRAFT, NO_DRAFT } from '../support/ruleDrafts';
import { A_BROKEN_RULE_TEST } from '../support/ruleTests';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { STATES } from '../../tools/report-server';
import { assertAccessible } from './support/axe';
import { assertNoSideScroll } from './support/layout';
import { painted, PROJECT, usePages } from './support/pages';
import { openType } from './support/types';

const STATE: DraftState = {
  drafts: [{ draft: A_DRAFT, undetermined: 63_933 }],
  connection: 'shop (.env)',
  running: null,
  problem: null,
  cannotTry: null,
  file: 'celery-effects.json',
};

const SEVERAL: DraftState = {
  ...STATE,
  drafts: [
    ...STATE.drafts,
    { draft: { ...A_DRAFT, task: 'shop.tasks.sync_contact', tested: A_BROKEN_RULE_TEST }, undetermined: 5210 },
    { draft: NO_DRAFT, undetermined: 900 },
  ],
};

const button = (page: Page, name: RegExp) => page.getByRole('button', { name });

describe('the page of drafted effect rules', () => {
  const pages = usePages();

  it('begins with what the draft decides and what to do, then the test, its sentences, the code, and the rule', async () => {
    const { page } = await pages().open({ diagnosis: null, drafts: STATE, width: 640 });
    const text = await page.locator('main').innerText();
    const order = [
      'send_invoice',
      '63,933 undetermined tasks',
      'It decides 41,203 of 63,933 undetermined tasks: 29,804 finished, 11,399 not executed.',
      'Try in This Check',
      'Add to celery-effects.json',
      'Create Rule by Hand…',
      'executed: 3,480 of 3,499 finished tasks; 0 of 533 that did not run',
      '"Executed" counts as proven; "not executed" counts as likely.',
      'Invoice {id} was sent at {sent_at}.',
      'executed, proven: sent_at is at or after the creation of the task',
      'It sets sent_at to the current time and saves. shop/services/invoices.py:40',
      '"table": "billing_invoice"',
    ];
    const places = order.map((words) => text.replace(/\s+/g, ' ').indexOf(words));
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? -1)),
      `${places.join(' ')}\n${text}`,
    );
  });

  it('asks the editor for what its buttons and links say, and for nothing by itself', async () => {
    const { page, received } = await pages().open({ diagnosis: null, drafts: STATE });
    assert.deepEqual(await received(), [{ type: 'ready' }]);
    for (const name of [/^Try in This Check/, /^Add to celery/, /^Create Rule by Hand/, /^Go to Task Source/])
      await button(page, name).click();
    await page.getByRole('button', { name: 'shop/services/invoices.py:40' }).click();
    assert.deepEqual((await received()).slice(1), [
      { type: 'draftDo', action: 'try', draft: 0 },
      { type: 'draftDo', action: 'add', draft: 0 },
      { type: 'draftDo', action: 'byHand', draft: 0 },
      { type: 'draftDo', action: 'goToSource', draft: 0 },
      { type: 'draftPlace', draft: 0, reason: 1 },
    ]);
  });

  it('says while it works what it does, and can be cancelled; then by how much fewer are undetermined', async () => {
    const { page, send, received } = await pages().open({
      diagnosis: null,
      drafts: { ...STATE, running: 'Checking with the tried rules…' },
    });
    assert.match(await page.locator('.draft-status').innerText(), /Checking with the tried rules…/);
    assert.equal(await button(page, /^Try in This Check/).isDisabled(), true);
    await button(page, /^Cancel$/).click();
    assert.deepEqual((await received()).at(-1), { type: 'draftDo', action: 'cancel', draft: null });
    await send({
      type: 'drafts',
      state: {
        ...STATE,
        drafts: [{ ...STATE.drafts[0]!, tried: true }],
        share: { before: 72_701, after: 31_498, all: [148_708, 148_708] },
      },
    });
    await painted(page);
    const status = await page.locator('.draft-status').innerText();
    assert.match(status, /72,701 tasks \(49%\) before, 31,498 \(21%\) with the tried rules/);
    assert.match(status, /They are saved nowhere/);
    assert.equal(await button(page, /^Try in This Check/).isDisabled(), true);
  });

  it('lists several types, opens each, and tries or adds together those that decide something', async () => {
    const { page, received } = await pages().open({ diagnosis: null, drafts: SEVERAL });
    assert.match(
      await page.locator('main').innerText(),
      /2 of 3 task types have a draft; together they decide 41,203 of 70,043 undetermined tasks\./,
    );
    assert.deepEqual(await page.locator('.draft-head .quiet').allInnerTexts(), [
      'decides 41,203 of 63,933',
      'decides 0 of 5,210',
      '900 undetermined, no draft',
    ]);
    await button(page, /^Try All in This Check$/).click();
    await button(page, /^Add All to celery-effects.json$/).click();
    await page.locator('.drafts .toggle').nth(2).click();
    const open = await page.locator('#draft-2').innerText();
    assert.match(open, /Its code leaves nothing in the database\./);
    assert.match(open, /Create Rule by Hand…/);
    assert.doesNotMatch(open, /Try in This Check/);
    assert.deepEqual((await received()).slice(1), [
      { type: 'draftDo', action: 'try', draft: null },
      { type: 'draftDo', action: 'add', draft: null },
    ]);
  });

  it('says in Restricted Mode that nothing was tested, and offers nothing that connects', async () => {
    const cannotTry = 'Restricted Mode: code is read, but nothing is connected.';
    const { page } = await pages().open({
      diagnosis: null,
      drafts: { ...STATE, connection: null, cannotTry, drafts: [{ draft: AN_UNTESTED_DRAFT, undetermined: null }] },
    });
    const text = await page.locator('main').innerText();
    assert.match(text, /The rule is not tested/);
    assert.ok(text.includes(cannotTry));
    assert.equal(await button(page, /^(Try|Create)/).count(), 0);
    assert.equal(await button(page, /^Add to/).count(), 1);
  });

  it('is accessible and scrolls only downwards in every theme and width', async () => {
    for (const state of [STATE, SEVERAL, { ...STATE, problem: 'It failed.', running: 'Checking…' }])
      for (const width of [320, 1200]) {
        const { page } = await pages().open({ diagnosis: null, drafts: state, width });
        if (state === SEVERAL) await page.locator('.drafts .toggle').first().click();
        await assertAccessible(page, `drafts at ${String(width)} px`);
        await assertNoSideScroll(page, `drafts at ${String(width)} px`);
      }
    for (const theme of themeNames(PROJECT)) {
      const { page } = await pages().open({ diagnosis: null, drafts: STATE, theme });
      await assertAccessible(page, theme, 'colour');
    }
  });
});

describe('the ways from the report to a draft', () => {
  const pages = usePages();

  it('lead from the recommendation for all its types, and from an undetermined type', async () => {
    const diagnosis = makeDiagnosis({ types: 2, rows: 500 });
    const { page, received } = await pages().open({ diagnosis });
    const card = page.locator('#recommendation-add-effect-rules');
    await card.getByRole('button', { name: /^Draft Effect Rules/ }).click();
    await openType(page, 0);
    await page
      .locator('#details-0')
      .getByRole('button', { name: /^Draft Effect Rule: breathecode/ })
      .click();
    const asked = (await received()).filter(({ type }) => type === 'draftRules');
    assert.deepEqual(
      asked.map((message) => 'about' in message && message.about),
      [{ recommendation: 0 }, { taskType: 0 }],
    );
  });

  it('are not there in the sample, and a banner says that tried rules are in use', async () => {
    const diagnosis = makeDiagnosis({ types: 2, rows: 500 });
    const { page } = await pages().open({ diagnosis, state: 'sample' });
    assert.equal(await page.getByRole('button', { name: /^Draft Effect Rule/ }).count(), 0);
    const tried = await pages().open({ diagnosis, state: { ...STATES.check, triedRules: 2 } });
    assert.match(
      await tried.page.locator('.banner-tried').innerText(),
      /2 tried effect rules in use\. .*saved nowhere/,
    );
  });
});
