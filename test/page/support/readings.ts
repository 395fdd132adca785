import type { Page } from 'playwright-core';

/** Every number of the report as the page shows it, as text. */
export interface Readings {
  readonly answer: string;
  readonly sureSentence: string;
  /** Verdict, how sure, tasks, share. */
  readonly verdicts: readonly (readonly string[])[];
  /** How many tasks they are, where the other filters leave not all. */
  readonly within: string;
  /** The head, then each bin: when, tasks, tasks by verdict; the last line is "All". */
  readonly times: readonly (readonly string[])[];
  readonly sentence: string;
  /** Place in the Diagnosis, tasks, hours, verdicts, main cause. */
  readonly types: readonly (readonly string[])[];
  /** Id, and whom it helps. */
  readonly recommendations: readonly (readonly string[])[];
  readonly otherStatuses: readonly (readonly string[])[];
}

/** Reads the page; its table of types must be shown in full. */
export async function readingsOf(page: Page): Promise<Readings> {
  const table = page.locator('.timeline-figure details.as-table');
  if ((await table.count()) > 0) {
    if ((await table.getAttribute('open')) === null) await table.locator('summary').click();
    await table.locator('table').waitFor();
  }
  return await page.evaluate(() => {
    // What a person sees, with all white space as one.
    const text = (element: Element | null | undefined): string =>
      (element as HTMLElement | null | undefined)?.innerText.replace(/\s+/g, ' ').trim() ?? '';
    /** Without what only screen readers get. */
    const seen = (element: Element): string =>
      [...element.querySelectorAll('.word .unseen')]
        .map(text)
        .reduce((rest, unseen) => rest.replace(unseen, '').replace(/ +/g, ' '), text(element))
        .trim();
    const of = (root: ParentNode, selector: string): string => text(root.querySelector(selector));
    const all = (selector: string): Element[] => [...document.querySelectorAll(selector)];
    const cells = (row: Element): string[] => [...row.children].map(text);
    const lines = (selector: string): string[][] => all(selector).map(cells);
    /** The last line of a picture may say within what it is all. */
    const sums = (selector: string): string[][] =>
      lines(selector).map(([name = '', ...others]) => [name.replace(/^All within .*/, 'All'), ...others]);
    return {
      answer: of(document, 'h1'),
      sureSentence: of(document, '.answer-sure'),
      verdicts: all('.verdict-line').map((line) =>
        ['.line-verdict', '.line-sure', '.line-rows', '.line-percent'].map((part) => of(line, part)),
      ),
      within: of(document, '.verdict-total'),
      times: sums('.timeline-figure .as-table tr'),
      sentence: of(document, '#task-types .sentence > span'),
      types: all('#task-types tr.type').map((row) => [
        row.id.slice('type-'.length),
        ...[...row.querySelectorAll('td')].map(seen),
      ]),
      recommendations: all('#recommendations .card').map((card) => [
        card.id.slice('recommendation-'.length),
        of(card, '.helped').replace(/ ?after steps? [\d, ]+$/, ''),
      ]),
      otherStatuses: all('#facts tr, .other-statuses tr')
        .map(cells)
        .filter((each) => each.length === 3 && /^\d+ (d|h|min|s)\b/.test(each[2] ?? '')),
    };
  });
}
