import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { STATES } from '../../tools/report-server';
import { VERDICTS } from '../../src/model/verdict';
import { diagnosisJson } from '../../src/report/diagnosisJson';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { painted, usePages } from './support/pages';
import { factsOf, rowsOf } from './support/truth';
import { openAdvice, openSample, openType, shownTypes } from './support/types';

describe('what a person does', () => {
  const pages = usePages();
  const diagnosis = makeDiagnosis({ types: 20, rows: 6000 });
  const { taskTypes } = diagnosis;

  /** Presses keys on something that has the focus then. */
  async function press(page: Page, selector: string, ...keys: string[]): Promise<void> {
    await page.locator(selector).first().focus();
    for (const key of keys) await page.keyboard.press(key);
    await painted(page);
  }

  it('sorts by every column, both ways, by keyboard', async () => {
    const { page } = await pages().open({ diagnosis });
    const places = taskTypes.map((_, index) => index);
    const by = (key: (index: number) => number): number[] => [...places].sort((a, b) => key(a) - key(b) || a - b);
    const name = (index: number): string => `${taskTypes[index]!.taskModule}.${taskTypes[index]!.taskName}`;
    const names = [...places].sort((a, b) => name(a).localeCompare(name(b), 'en', { numeric: true }));
    const header = (column: number): string => `#task-types th:nth-child(${String(column)}) button.sort`;

    assert.deepEqual(await shownTypes(page), places, 'most tasks first');
    await press(page, header(2), 'Enter');
    assert.deepEqual(
      await shownTypes(page),
      by((index) => taskTypes[index]!.count),
    );
    await press(page, header(3), 'Space');
    assert.deepEqual(
      await shownTypes(page),
      by((index) => -taskTypes[index]!.maxHoursStuck),
    );
    await press(page, header(3), 'Enter');
    assert.deepEqual(
      await shownTypes(page),
      by((index) => taskTypes[index]!.maxHoursStuck),
    );
    await press(page, header(1), 'Enter');
    assert.deepEqual(await shownTypes(page), names);
    assert.equal(await page.locator('#task-types th').first().getAttribute('aria-sort'), 'ascending');
    await press(page, header(1), 'Enter');
    assert.deepEqual(await shownTypes(page), names.reverse());
    assert.equal(await page.locator('#task-types th[aria-sort]').count(), 1);
  });

  it('narrows down by name, verdict and time, and takes it off again, by keyboard', async () => {
    const { page } = await pages().open({ diagnosis });
    const facts = factsOf(diagnosis);
    const sentence = (): Promise<string> => page.locator('#task-types .sentence').innerText();
    const tasks = (rows: number): string =>
      `${rows.toLocaleString('en-US')} of ${rowsOf(facts).toLocaleString('en-US')} tasks`;

    await page.locator('#task-types vscode-text-field').focus();
    await page.keyboard.type('execute');
    await painted(page);
    assert.deepEqual(await shownTypes(page), [0]);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');

    await press(page, '.verdict-line .line-button', 'Enter');
    const verdict = await page.locator('.verdict-line.chosen .line-verdict').innerText();
    assert.ok((await sentence()).includes(tasks(rowsOf(facts, (fact) => fact.verdict === verdict.trim()))));
    await press(page, '.verdict-line .line-button[aria-pressed="true"]', 'Space');

    await press(page, '#task-types vscode-dropdown[aria-label="Verdict"]', 'Enter', 'End', 'Enter');
    const chosen = await page
      .locator('#task-types vscode-dropdown[aria-label="Verdict"]')
      .evaluate((element) => (element as HTMLSelectElement).value);
    assert.ok((await sentence()).includes(tasks(rowsOf(facts, (fact) => fact.verdict === chosen))), chosen);
    await press(page, '#task-types vscode-dropdown[aria-label="Verdict"]', 'Enter', 'Home', 'Enter');

    await press(page, '.range input >> nth=0', 'PageUp', 'PageUp', ...Array<string>(50).fill('ArrowRight'));
    const from = Number(await page.locator('.range input').first().inputValue());
    assert.ok(from > 50);
    assert.ok((await sentence()).includes(tasks(rowsOf(facts, ({ bin }) => bin >= from))), 'the first slider');
    await press(page, '.range input >> nth=1', 'End', 'ArrowLeft', 'ArrowLeft');
    const to = Number(await page.locator('.range input').last().inputValue());
    assert.ok(
      (await sentence()).includes(tasks(rowsOf(facts, ({ bin }) => bin >= from && bin <= to))),
      'the last slider',
    );

    await press(page, '#task-types .chip button', 'Enter');
    assert.equal((await shownTypes(page)).length, taskTypes.length);
    assert.equal(
      await page.evaluate(() => document.activeElement === document.body),
      false,
      'the focus stays somewhere',
    );
  });

  it('draws a time with the pointer, and clicks it away', async () => {
    const { page } = await pages().open({ diagnosis });
    await page.locator('.plot').scrollIntoViewIfNeeded();
    const box = (await page.locator('.plot').boundingBox())!;
    const x = (bin: number): number => box.x + ((bin + 0.5) / diagnosis.timeline!.bins) * box.width;
    await page.mouse.move(x(70), box.y + 50);
    await page.mouse.down();
    await page.mouse.move(x(75), box.y + 60, { steps: 4 });
    await page.mouse.up();
    await painted(page);
    const ends = async (): Promise<number[]> => [
      Number(await page.locator('.range input').first().inputValue()),
      Number(await page.locator('.range input').last().inputValue()),
    ];
    assert.deepEqual(await ends(), [70, 75]);
    await page.mouse.click(x(80), box.y + 50);
    assert.deepEqual(await ends(), [80, 80]);
    await page.mouse.click(x(80), box.y + 50);
    assert.deepEqual(await ends(), [0, diagnosis.timeline!.bins - 1]);
  });

  it('opens a type and a sample and copies its arguments, by keyboard', async () => {
    const { page } = await pages().open({ diagnosis });
    await press(page, '#type-1 button.toggle', 'Enter');
    await page.locator('#details-1 .sample').first().waitFor();
    await press(page, '#details-1 .sample button.toggle', 'Enter');
    await page.locator('#details-1 .sample-details').waitFor();
    await press(page, '#details-1 .sample-details vscode-button[aria-label^="Copy Arguments"]', 'Enter');
    await page.locator('#details-1 .sample-details [role="status"]', { hasText: 'Copied' }).first().waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.deepEqual(JSON.parse(copied), JSON.parse(taskTypes[1]!.samples[0]!.arguments!.rawJSON));
    assert.ok(copied.includes('\n'), 'a line for each part');
    await press(page, '#type-1 button.toggle', 'Space');
    assert.equal(await page.locator('#details-1').count(), 0);
  });

  it('copies a query letter for letter, whatever is in it', async () => {
    const text = "select '\u202E</script>', E'\\t'\n  from \"x\" where id in (1, 2); -- \u00e9 \ud83d\ude00";
    const [first, ...others] = diagnosis.recommendations;
    const snippets = [{ language: 'sql' as const, title: 'Copy the query for these rows', text }];
    const { page } = await pages().open({
      diagnosis: { ...diagnosis, recommendations: [{ ...first!, snippets }, ...others] },
    });
    await openAdvice(page);
    await page.locator('#recommendations .snippet vscode-button').first().click();
    await page.locator('#recommendations .snippet [role="status"]', { hasText: 'Copied' }).first().waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  });

  it('exports the whole Diagnosis', async () => {
    const { page } = await pages().open({ diagnosis, exports: true });
    const download = page.waitForEvent('download');
    await page.locator('vscode-button', { hasText: 'Export JSON' }).click();
    assert.equal(readFileSync(await (await download).path(), 'utf8'), diagnosisJson(diagnosis));
  });

  it('asks the editor for what only it can do, each button once', async () => {
    const { page, received } = await pages().open({ diagnosis });
    for (const title of ['Run Again', 'Open Log', 'Copy as Markdown'])
      await page.locator('.toolbar vscode-button', { hasText: title }).click();
    await openAdvice(page);
    await openType(page, 2);
    await openSample(page, 2, 1);
    await page.locator('#details-2 .sample-details vscode-button', { hasText: 'Open Log Here' }).click();
    await page.locator('#recommendations vscode-button', { hasText: 'Open Log Here' }).nth(1).click();
    const said = await received();
    assert.deepEqual(
      said.filter(({ type }) => type === 'do' || type === 'openLogAt'),
      [
        { type: 'do', action: 'runAgain' },
        { type: 'do', action: 'openLog' },
        { type: 'do', action: 'copyMarkdown' },
        { type: 'openLogAt', diagnosis: 'scene-1', place: { taskType: 2, sample: 1 } },
        { type: 'openLogAt', diagnosis: 'scene-1', place: { recommendation: 1 } },
      ].map((message) =>
        'diagnosis' in message
          ? { ...message, diagnosis: said.find((each) => each.type === 'samples')?.diagnosis }
          : message,
      ),
    );
  });

  it('tells the editor what the user narrowed it to, and nothing where the editor narrowed it', async () => {
    const { page, received } = await pages().open({ diagnosis });
    const [verdict] = VERDICTS.filter((one) => taskTypes.some(({ verdicts }) => (verdicts?.[one] ?? 0) > 0));
    await page
      .locator('.verdict-line', { hasText: verdict ?? '' })
      .locator('button.line-button')
      .click();
    const told = async (): Promise<unknown[]> => (await received()).filter(({ type }) => type === 'filtered');
    await page.waitForFunction(() => document.querySelector('.verdict-line.chosen') !== null);
    assert.deepEqual(await told(), [{ type: 'filtered', text: '', verdict }]);
  });

  it('offers a fix script where there is one, and none in a sample', async () => {
    for (const [state, offered] of [
      ['check', 1],
      ['sample', 0],
    ] as const) {
      const { page } = await pages().open({ diagnosis, state });
      await openAdvice(page);
      await openType(page, 0);
      for (const place of ['#recommendation-dispatch-lost', '.type-details > .row', '#task-types > .sentence']) {
        const scripts = page.locator(`${place} vscode-button`, { hasText: 'Generate Fix Script' });
        assert.equal(await scripts.count(), offered, `${state}: ${place}`);
      }
    }
  });

  it('offers nothing that only an editor can do in a file', async () => {
    const { page } = await pages().open({ diagnosis, state: 'file' });
    await openAdvice(page);
    await openType(page, 0);
    await openSample(page, 0, 0);
    const titles = await page.locator('vscode-button:visible').allInnerTexts();
    for (const title of [
      'Run Again',
      'Open Log',
      'Open Log Here',
      'Go to Source',
      'Generate Fix Script',
      'Export JSON',
    ])
      assert.equal(titles.includes(title), false, title);
    assert.ok(titles.includes('Show These Tasks'), 'what a browser can do is offered');
  });

  it('goes with a recommendation to its rows', async () => {
    const { page } = await pages().open({ diagnosis });
    await openAdvice(page);
    await page.locator('#recommendation-dispatch-lost vscode-button', { hasText: 'Show These Tasks' }).click();
    await page.waitForFunction(() => {
      const top = document.getElementById('task-types')?.getBoundingClientRect().top ?? 1e6;
      return top > -50 && top < 200;
    });
    await page.locator('#task-types vscode-button', { hasText: 'Clear Filters' }).click();
    assert.equal((await shownTypes(page)).length, taskTypes.length);
  });

  it('narrows down by a click anywhere on a verdict: its line, its part of the bar, its word in the key', async () => {
    const { page } = await pages().open({ diagnosis });
    const facts = factsOf(diagnosis);
    const lost = rowsOf(facts, ({ verdict }) => verdict === 'lost').toLocaleString('en-US');
    const places = [
      '.verdict-line:has(.verdict-lost) .line-rows',
      '.verdict-line:has(.verdict-lost) .line-meaning',
      '.stack-part[title^="lost"]',
      '.legend-button:has-text("lost")',
    ];
    for (const place of places) {
      await page.locator(place).click();
      await painted(page);
      assert.ok((await page.locator('#task-types .sentence').innerText()).includes(`, ${lost} of `), place);
      assert.match(await page.locator('.jump-filtered').innerText(), new RegExp(`^Filtered: ${lost} tasks`));
      await page.locator('.jump-filtered button').click();
      await painted(page);
      assert.equal(await page.locator('.jump-filtered').count(), 0);
      assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /^Recommendations$/);
    }
  });

  it('goes to the filter by name with a slash, but not while one types', async () => {
    const { page } = await pages().open({ diagnosis });
    await page.keyboard.press('/');
    await page.keyboard.type('a/b');
    assert.equal(await page.locator('#task-types vscode-text-field input').inputValue(), 'a/b');
  });

  it('asks for younger tasks, and how to name the broker, with the one click that does it', async () => {
    const younger = [{ status: 'SCHEDULED', count: 1234, oldestLastRun: '2026-11-01T00:00:00Z' }];
    const next = { name: 'breathecode (.env)', noBroker: { envFile: true } };
    const { page, received } = await pages().open({
      diagnosis: { ...diagnosis, taskTypes: [], recommendations: [], younger },
      state: { ...STATES.check, next },
    });
    assert.match(
      await page.locator('.younger').innerText(),
      /^1,234 younger SCHEDULED tasks exist \(oldest 22 d 10 h\)/,
    );
    for (const button of await page.locator('.younger vscode-button').all()) await button.click();
    const plain = makeDiagnosis({ types: 3, rows: 90, verified: false });
    const other = await pages().open({ diagnosis: plain, state: { ...STATES.check, next } });
    for (const button of await other.page.locator('.first-step vscode-button').all()) await button.click();
    assert.deepEqual(
      [...(await received()), ...(await other.received())].filter(({ type }) => type === 'do' || type === 'checkHours'),
      [
        { type: 'checkHours', hours: 1 },
        { type: 'checkHours', hours: 24 },
        { type: 'checkHours', hours: 168 },
        { type: 'do', action: 'addBroker' },
        { type: 'do', action: 'openEnv' },
      ],
    );
  });
});
