import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Diagnosis } from '../../src/model/diagnosis';
import { reportFile } from '../../src/report/reportFile';
import { makeDiagnosis } from '../support/reportDiagnosis';
import { assertAccessible } from './support/axe';
import { hostileDiagnosis, SCRIPT } from './support/hostile';
import { BROWSER_ARGUMENTS, drawn, painted, PROJECT } from './support/pages';
import { openAdvice, openSample, openType, setFilters } from './support/types';

const DIST = resolve(process.env.REPORT_DIST ?? join(PROJECT, 'dist'));

describe('the report as one HTML file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-file-'));
  let browser: Browser;

  before(async () => {
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM_EXECUTABLE!, args: BROWSER_ARGUMENTS });
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens the file from the disk, in a browser without a network; what a good file never does is in `complaints`. */
  async function open(
    diagnosis: Diagnosis,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; complaints: string[] }> {
    const part = (name: string): string => readFileSync(join(DIST, name), 'utf8');
    const text = reportFile(
      {
        ...{ diagnosis, connection: 'production', production: true, finishedAt: '2026-11-23T10:00:06Z' },
        nonce: '0123456789abcdef0123456789abcdef',
      },
      {
        ...{ host: part('reportFile.js'), script: part('report.js') },
        ...{ theme: part('reportFile.css'), style: part('report.css') },
      },
    );
    const file = join(folder, `${colorScheme}.html`);
    writeFileSync(file, text);
    const context = await browser.newContext({ colorScheme, offline: true, viewport: { width: 1000, height: 800 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) complaints.push(`request: ${request.url()}`);
    });
    page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
    page.on('console', (message) => complaints.push(`console: ${message.text()}`));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    await page.goto(pathToFileURL(file).href);
    await drawn(page);
    return { page, complaints };
  }

  for (const scheme of ['light', 'dark'] as const)
    it(`opens from the disk with its ${scheme} colours, asks for nothing, filters, and is for everyone (axe)`, async () => {
      const { page, complaints } = await open(makeDiagnosis({ types: 12 }), scheme);
      await openType(page, 0);
      await openSample(page, 0, 0);
      await openAdvice(page);
      await assertAccessible(page, scheme);
      const before = await page.locator('#task-types .sentence').innerText();
      await setFilters(page, { verdict: 'lost' });
      assert.notEqual(await page.locator('#task-types .sentence').innerText(), before);
      await assertAccessible(page, `${scheme}, filtered`);
      assert.equal(await page.evaluate(() => document.body.className), `vscode-${scheme}`);
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

  it('follows when the browser changes its colours', async () => {
    const { page, complaints } = await open(makeDiagnosis({ types: 2 }), 'light');
    const colour = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await colour();
    await page.emulateMedia({ colorScheme: 'dark' });
    await painted(page);
    assert.notEqual(await colour(), light);
    await assertAccessible(page, 'after the change', 'colour');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  it('lets nothing that stands in a row or a name run, end its data, or load', async () => {
    const { page, complaints } = await open(hostileDiagnosis(), 'light');
    assert.equal(await page.evaluate(() => 'pwned' in window), false);
    assert.ok((await page.locator('#task-types').innerText()).includes(SCRIPT.slice(0, 20)), 'it is shown as text');
    await page.evaluate(() => {
      const image = new Image();
      image.src = 'https://example.com/x.png';
      document.body.append(image);
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
    });
    await painted(page);
    assert.equal(await page.evaluate(() => 'pwned' in window), false);
    assert.equal(complaints.filter((each) => each.includes('policy: img-src')).length, 1);
    assert.equal(complaints.filter((each) => each.includes('policy: script-src')).length, 1);
    await page.context().close();
  });
});
