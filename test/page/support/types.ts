import type { Page } from 'playwright-core';
import { painted } from './pages';

export interface SetFilters {
  readonly text?: string;
  /** null: any. */
  readonly verdict?: string | null;
  readonly cause?: string | null;
}

/** Opens a task type by its place in the Diagnosis, and waits for its samples. */
export async function openType(page: Page, index: number): Promise<void> {
  const toggle = page.locator(`#type-${String(index)} button.toggle`);
  if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
  await page
    .locator(`#details-${String(index)} .sample-list`)
    .first()
    .waitFor();
}

/** Opens a sample of an open task type by its place. */
export async function openSample(page: Page, type: number, place: number): Promise<void> {
  const sample = page.locator(`#details-${String(type)} .sample`).nth(place);
  const toggle = sample.locator('button.toggle').first();
  if ((await toggle.getAttribute('aria-expanded')) !== 'true') await toggle.click();
  await sample.locator('.sample-details').waitFor();
}

export async function isOpen(page: Page, index: number): Promise<boolean> {
  return (await page.locator(`#type-${String(index)} button.toggle`).getAttribute('aria-expanded')) === 'true';
}

export async function isSampleOpen(page: Page, type: number, place: number): Promise<boolean> {
  const toggle = page
    .locator(`#details-${String(type)} .sample`)
    .nth(place)
    .locator('button.toggle')
    .first();
  return (await toggle.getAttribute('aria-expanded')) === 'true';
}

/** Opens every recommendation. */
export async function openAdvice(page: Page): Promise<void> {
  const folded = page.locator('#recommendations .card > .card-head button.toggle[aria-expanded="false"]');
  for (let left = await folded.count(); left > 0; left--) await folded.first().click();
  await painted(page);
}

/** Every row of the table, also those behind "Show all". */
export async function showAllTypes(page: Page): Promise<void> {
  const all = page.locator('#task-types > .more vscode-button').last();
  if (await all.isVisible()) await all.click();
  await painted(page);
}

/** Sets filters as a person does, with the field and the lists. */
export async function setFilters(page: Page, { text, verdict, cause }: SetFilters): Promise<void> {
  if (text !== undefined) await page.locator('#task-types vscode-text-field input').fill(text);
  if (verdict !== undefined) await choose(page, 'Verdict', verdict ?? 'any verdict');
  if (cause !== undefined) await choose(page, 'Cause', cause ?? 'any cause');
  await painted(page);
}

/** What the filters are set to, as the page shows it. */
export async function filtersOf(page: Page): Promise<unknown> {
  return await page.evaluate(() => ({
    fields: [
      ...document.querySelectorAll('#task-types .filters vscode-text-field, #task-types .filters vscode-dropdown'),
    ].map((field) => `${String(field.getAttribute('aria-label'))} ${(field as HTMLInputElement).value}`),
    chips: [...document.querySelectorAll('#task-types .chip')].map((chip) => chip.textContent),
    sentence: document.querySelector('#task-types .sentence > span')?.textContent,
  }));
}

/** The rows of the table in their order, by the place of their type in the Diagnosis. */
export async function shownTypes(page: Page): Promise<number[]> {
  return await page.evaluate(() =>
    [...document.querySelectorAll('#task-types tr.type')].map((row) => Number(row.id.slice('type-'.length))),
  );
}

async function choose(page: Page, label: string, text: string): Promise<void> {
  const dropdown = page.locator(`#task-types vscode-dropdown[aria-label="${label}"]`);
  const option = dropdown.locator(`vscode-option[aria-label="${text}"]`);
  if ((await option.getAttribute('aria-selected')) === 'true') return;
  await dropdown.click();
  await option.click();
}
