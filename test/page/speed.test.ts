import assert from 'node:assert/strict';
import { headText, type ToPage } from '../../src/report/panelMessages';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { medianWithin, timeOf, timeOfMessage, type Took } from './support/measure';
import { drawn, usePages, type OpenPage } from './support/pages';

const FIRST_PAINT_MS = 200;
const ANSWER_MS = 100;

/** Wall-clock times: another load on the machine disturbs them, which is why each is a median, taken again when it is too long. */
describe('with 2,000 task types and 130,000 stuck rows', function () {
  this.timeout(120_000);
  const pages = usePages();
  const big = makeDiagnosis({ types: 2000, rows: 130_000, samples: 5 });
  const message: ToPage = { type: 'diagnosis', id: 'scene-1', head: headText(big) };
  const firstRow = "document.getElementById('type-0') !== null";

  it(`is painted within ${String(FIRST_PAINT_MS)} ms`, async () => {
    const { page } = await pages().open({ diagnosis: null });
    const took = await medianWithin('diagnosis to painted', FIRST_PAINT_MS, async () => {
      // A fresh page each time: nothing is compiled or laid out yet.
      await page.evaluate(() => {
        sessionStorage.clear();
      });
      await page.reload();
      await drawn(page);
      return await timeOfMessage(page, message, firstRow);
    });
    assert.ok(took < FIRST_PAINT_MS, `${took.toFixed(0)} ms`);
  });

  it(`answers within ${String(ANSWER_MS)} ms to sorting, a letter in the filter, and opening a type`, async () => {
    const opened = await pages().open({ diagnosis: big });
    for (const [label, step] of Object.entries(STEPS)) {
      const took = await medianWithin(label, ANSWER_MS, () => step(opened));
      assert.ok(took < ANSWER_MS, `${label}: ${took.toFixed(0)} ms`);
    }
  });
});

/** What a person does; each time it is the opposite of the time before, so that there is something to do. */
const STEPS: Readonly<Record<string, (opened: OpenPage) => Promise<Took>>> = {
  'sort by name': ({ page }) =>
    timeOf(
      page,
      `window.before = document.querySelector('tr.type').id;
       document.querySelector('#task-types button.sort').click()`,
      "document.querySelector('tr.type').id !== window.before",
    ),
  'a letter in the filter': ({ page }) =>
    timeOf(
      page,
      `window.before = document.querySelector('#task-types .sentence').textContent;
       const field = document.querySelector('#task-types vscode-text-field');
       field.value = field.value === '' ? 'k_1' : field.value.length < 5 ? field.value + '1' : '';
       field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))`,
      "document.querySelector('#task-types .sentence').textContent !== window.before",
    ),
  'open a type': ({ page }) =>
    timeOf(
      page,
      `window.row = [...document.querySelectorAll('tr.type:not(.open)')][0].id;
       document.querySelector('#' + window.row + ' button.toggle').click()`,
      "document.querySelector('#' + window.row.replace('type', 'details') + ' .sample') !== null",
    ),
  'move the time slider': ({ page }) =>
    timeOf(
      page,
      `window.before = document.querySelector('#task-types .sentence').textContent;
       const slider = document.querySelector('.range input');
       slider.value = Number(slider.value) < 60 ? 70 : 50;
       slider.dispatchEvent(new InputEvent('input', { bubbles: true }))`,
      "document.querySelector('#task-types .sentence').textContent !== window.before",
    ),
};
