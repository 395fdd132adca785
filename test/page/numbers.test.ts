import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Diagnosis } from '../../src/model/diagnosis';
import { NO_CAUSE } from '../../src/page/model/chips';
import { readDiagnosis } from '../../src/report/readDiagnosis';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { expectedOf, percent, type Wanted } from './support/expected';
import { painted, usePages } from './support/pages';
import { readingsOf, type Readings } from './support/readings';
import { shapes } from './support/shapes';
import { factsOf, isAmong, rowsBy, rowsOf } from './support/truth';
import { openAdvice, openType, setFilters, showAllTypes } from './support/types';

const SAMPLE = 'media/sample-diagnosis.json';

describe('every number', () => {
  const pages = usePages();

  /** Compares all that is shown with what counting gives. */
  async function assertNumbers(page: Page, diagnosis: Diagnosis, wanted: Wanted = {}): Promise<void> {
    await showAllTypes(page);
    const { verdicts, within, times, sentence, types, recommendations, otherStatuses } = await readingsOf(page);
    const expected = expectedOf(diagnosis, wanted);
    if (diagnosis.taskTypes.length === 0) {
      assert.deepEqual([types, verdicts, times], [[], [], []]);
      return;
    }
    const causes = new Map(expected.types.map((line) => [line[0]!, line[4]]));
    assert.deepEqual(
      {
        ...{ verdicts, within, times, sentence, otherStatuses, recommendations },
        types: types.map((line) => withEitherCause(line, causes)),
      },
      expected,
    );
  }

  for (const name of Object.keys(shapes()))
    it(`is that of the JSON: ${name}`, async () => {
      const diagnosis = shapes()[name]!;
      const { page } = await pages().open({ diagnosis });
      assertAnswer(await readingsOf(page), diagnosis);
      await assertNumbers(page, diagnosis);
    });

  it('is that of the JSON: the bundled sample', async () => {
    assert.ok(existsSync(SAMPLE), `${SAMPLE} is not there`);
    const diagnosis = readDiagnosis(readFileSync(SAMPLE, 'utf8'), SAMPLE);
    const { page } = await pages().open({ diagnosis, state: 'sample' });
    assertAnswer(await readingsOf(page), diagnosis);
    await assertNumbers(page, diagnosis);
  });

  it('is that of the JSON within any filters', async () => {
    const diagnosis = makeDiagnosis({ types: 30, rows: 9000 });
    const { page } = await pages().open({ diagnosis });
    await setFilters(page, { verdict: 'lost' });
    await assertNumbers(page, diagnosis, { verdict: 'lost' });
    await setFilters(page, { text: 'TASK_1 notify' });
    await assertNumbers(page, diagnosis, { verdict: 'lost', text: 'task_1 notify' });
    await setFilters(page, { text: '', cause: 'never-published' });
    await assertNumbers(page, diagnosis, { verdict: 'lost', cause: 'never-published' });
    await setFilters(page, { verdict: null, cause: NO_CAUSE });
    await assertNumbers(page, diagnosis, { cause: 'none' });
    await setFilters(page, { cause: null });
    await page.locator('.range input').first().fill('60');
    await page.locator('.range input').last().fill('71');
    await painted(page);
    await assertNumbers(page, diagnosis, { range: [60, 71] });
    await setFilters(page, { verdict: 'unknown' });
    await assertNumbers(page, diagnosis, { range: [60, 71], verdict: 'unknown' });
  });

  it('of a recommendation is that of the rows which its button shows', async () => {
    const diagnosis = makeDiagnosis({ types: 30, rows: 9000 });
    const { page } = await pages().open({ diagnosis });
    const facts = factsOf(diagnosis);
    await openAdvice(page);
    for (const { id, about, rows } of diagnosis.recommendations) {
      if (!about) continue;
      assert.equal(
        rowsOf(facts, (fact) => isAmong(about, fact)),
        rows,
        'the Diagnosis agrees with itself',
      );
      await page.locator(`#recommendation-${id} vscode-button`, { hasText: 'Show These Tasks' }).click();
      await painted(page);
      await assertNumbers(page, diagnosis, { recommendation: id });
    }
  });

  it('of an open task type is that of all its rows', async () => {
    const diagnosis = makeDiagnosis({ types: 6, rows: 3000, samples: 4 });
    const { page } = await pages().open({ diagnosis });
    for (const [index, { outcomes = [], count }] of diagnosis.taskTypes.entries()) {
      await openType(page, index);
      const details = page.locator(`#details-${String(index)}`);
      const shown = await details.locator('.outcomes tbody tr td.number').allInnerTexts();
      assert.deepEqual(
        shown.map((text) => text.replace(/\s+/g, ' ').trim()),
        outcomes.map((outcome) => `${outcome.count.toLocaleString('en-US')} ${percent(outcome.count, count)}`),
      );
      const samples = await details.locator('.sample .sample-id').allInnerTexts();
      assert.deepEqual(
        samples,
        [...diagnosis.taskTypes[index]!.samples, ...(diagnosis.taskTypes[index]!.examples ?? [])].map(
          ({ id }) => `Row ${String(id)}`,
        ),
      );
    }
  });

  it('is drawn: bars are as long as their numbers', async () => {
    const diagnosis = makeDiagnosis({ types: 12, rows: 5000 });
    const { page } = await pages().open({ diagnosis });
    const facts = factsOf(diagnosis);
    const drawn = await page.evaluate(() => ({
      verdicts: [...document.querySelectorAll('.stack-part')].map((part) => part.getBoundingClientRect().width),
      bins: [...document.querySelectorAll('.plot > g > g')].map((bin) =>
        [...bin.querySelectorAll('rect')].reduce((sum, rect) => sum + rect.getBoundingClientRect().height, 0),
      ),
    }));
    assertProportional(
      drawn.verdicts,
      [...rowsBy(facts, ({ verdict }) => verdict).values()].sort((a, b) => b - a),
    );
    const bins = [...rowsBy(facts, ({ bin }) => bin)].sort(([a], [b]) => a - b).map(([, rows]) => rows);
    assertProportional(drawn.bins, bins);
  });
});

/** Of causes with equally many rows, either may be named. */
function withEitherCause(line: readonly string[], causes: ReadonlyMap<string, string | undefined>): string[] {
  return line.map((cell, place) => {
    if (place !== 4) return cell;
    const wanted = causes.get(line[0]!) ?? cell;
    const [, unnamed = '', named = ''] = /^(no known cause \S+% )?(.*)$/.exec(wanted) ?? [];
    const [names = '', ...share] = named.split(/ (?=[<>\d])/);
    return names.split('|').some((name) => `${unnamed}${name} ${share.join(' ')}`.trim() === cell) ? wanted : cell;
  });
}

function assertProportional(lengths: readonly number[], counts: readonly number[]): void {
  assert.equal(lengths.length, counts.length);
  const scale = Math.max(...lengths) / Math.max(...counts);
  for (const [index, count] of counts.entries()) {
    const wanted = Math.max(count * scale, 1);
    // Each part of a bar is at least a pixel, so that nothing that is there is unseen.
    assert.ok(
      Math.abs(lengths[index]! - wanted) < 1.5,
      `${String(lengths[index])} px for ${String(count)}, not ${wanted.toFixed(1)}`,
    );
  }
}

function assertAnswer({ answer, sureSentence }: Readings, diagnosis: Diagnosis): void {
  const facts = factsOf(diagnosis);
  const all = rowsOf(facts);
  const { hours } = diagnosis.parameters;
  if (all === 0) {
    assert.equal(answer, `No SCHEDULED task is older than ${String(hours)} h (${String(Math.floor(hours / 24))} days)`);
    return;
  }
  const said = /^([\d,]+) tasks? (?:has|have) been stuck for more than (\d+) days \(([\d,]+) task types?\)$/.exec(
    answer,
  );
  assert.deepEqual(
    said?.slice(1).map((text) => Number(text.replaceAll(',', ''))),
    [all, Math.floor(hours / 24), diagnosis.taskTypes.length],
  );
  const told = facts.filter(({ confidence }) => confidence !== '');
  const sure = rowsBy(told, ({ verdict, confidence }) => (verdict === 'unknown' ? 'unknown' : confidence));
  if (sure.size > 1) {
    const words = ['proven', 'likely', 'possible', 'unknown'].filter((word) => sure.has(word));
    assert.deepEqual(
      sureSentence.match(/[<>]?\d+%/g),
      words.map((word) => percent(sure.get(word)!, rowsOf(told))),
    );
  }
}
