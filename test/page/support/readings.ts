import type { Page } from 'playwright-core';

/** Every number of the report as the page shows it, as text. */
export interface Readings {
  readonly answer: string;
  readonly verdictSentence: string;
  readonly sureSentence: string;
  /** Verdict, how sure, tasks, share; the last line is "All". */
  readonly verdicts: readonly (readonly string[])[];
  /** The head, then each bin: when, tasks, tasks by verdict; the last line is "All". */
  readonly times: readonly (readonly string[])[];
  /** Name, split by verdict, tasks; then what is not shown, and "All". */
  readonly biggest: readonly (readonly string[])[];
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
      verdictSentence: of(document, '.answer-verdicts'),
      sureSentence: of(document, '.answer-sure'),
      verdicts: [
        ...all('.verdict-figure tbody tr').map((row) => [
          of(row, '.line-button'),
          of(row, '.line-sure'),
          ...[...row.querySelectorAll('td')].map(text),
        ]),
        ...sums('.verdict-figure tfoot tr'),
      ],
      times: sums('.timeline-figure .as-table tr'),
      biggest: [
        ...all('.types-figure tbody tr').map((row) => [
          `${of(row, '.type-module')}.${of(row, '.type-name')}`,
          of(row, '.split'),
          of(row, 'td'),
        ]),
        ...sums('.types-figure tfoot tr'),
      ],
      sentence: of(document, '#task-types .sentence > span'),
      types: all('#task-types tr.type').map((row) => [
        row.id.slice('type-'.length),
        ...[...row.querySelectorAll('td')].map(seen),
      ]),
      recommendations: all('#recommendations .card').map((card) => [
        card.id.slice('recommendation-'.length),
        of(card, '.helped').replace(/^Do this first ?/, ''),
      ]),
      otherStatuses: all('#facts tr, .other-statuses tr')
        .map(cells)
        .filter((each) => each.length === 3 && / h\b/.test(each[2] ?? '')),
    };
  });
}
