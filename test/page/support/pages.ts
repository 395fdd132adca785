import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { startReportServer, STATES, type ReportServer, type Scene, type StateName } from '../../../tools/report-server';
import type { Diagnosis } from '../../../src/model/diagnosis';
import { headText, type FromPage, type PanelState, type ToPage } from '../../../src/report/panelMessages';
import { diagnosisJson } from '../../../src/report/diagnosisJson';
import type { DraftState } from '../../../src/report/draftMessages';
import type { StoryState } from '../../../src/report/storyMessages';
import { readMessage } from '../../../src/report/readMessage';
import { watchHealth, type Health } from './health';

export const BROWSER_ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

export const PROJECT = process.cwd();

export interface PageOptions {
  /** null: nothing was checked yet. */
  readonly diagnosis: Diagnosis | null;
  readonly state?: StateName | PanelState;
  /** The page of one task in place of the report. */
  readonly story?: StoryState;
  /** The page of drafted effect rules in place of the report. */
  readonly drafts?: DraftState;
  readonly theme?: string;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** The reader's time zone: never that of the machine. */
  readonly zone?: string;
  /** Whether "Export JSON" has something to save. */
  readonly exports?: boolean;
}

/** The page in a window of its own. */
export interface OpenPage {
  readonly page: Page;
  readonly scene: Scene;
  /** What the page said to the editor so far. */
  readonly received: () => Promise<FromPage[]>;
  /** Says something to the page, as the editor would. */
  readonly send: (message: ToPage) => Promise<void>;
  /** Brings the page into another state; as quick as in the editor, and quicker than to open it anew. */
  readonly show: (state: StateName, diagnosis: Diagnosis | null) => Promise<void>;
}

/** One browser and one server for the tests of a file; each test opens its own windows. */
export class Pages {
  private readonly windows = new Map<BrowserContext, { readonly health: Health; readonly page: Page }>();
  private lastId = 0;

  private constructor(
    private readonly browser: Browser,
    private readonly server: ReportServer,
    private readonly scenes: Map<string, Scene>,
  ) {}

  static async start(): Promise<Pages> {
    const executablePath = required('CHROMIUM_EXECUTABLE');
    const { bundleStandIn } = await import('../../../tools/report-server/bundle.mjs');
    const scenes = new Map<string, Scene>();
    const server = await startReportServer({
      project: PROJECT,
      dist: resolve(process.env.REPORT_DIST ?? join(PROJECT, 'dist')),
      standIn: await bundleStandIn(PROJECT),
      scene: (query) => scenes.get(query.get('scene') ?? '')!,
    });
    return new Pages(await chromium.launch({ executablePath, args: BROWSER_ARGUMENTS }), server, scenes);
  }

  /** Opens the page and waits until it has drawn what it was given. */
  async open({
    diagnosis,
    state = 'check',
    theme = 'dark-modern',
    exports = false,
    story,
    drafts,
    ...look
  }: PageOptions): Promise<OpenPage> {
    const id = `scene-${String(++this.lastId)}`;
    const scene: Scene = {
      id,
      diagnosis,
      state: typeof state === 'string' ? STATES[state] : state,
      exported: diagnosis && exports ? diagnosisJson(diagnosis) : '',
      ...(story ? { story } : {}),
      ...(drafts ? { drafts } : {}),
    };
    this.scenes.set(id, scene);

    const { width = 1200, height = 900, reducedMotion = false, zone = 'UTC' } = look;
    const context = await this.browser.newContext({
      viewport: { width, height },
      timezoneId: zone,
      reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    // Only a test that fails waits so long.
    page.setDefaultTimeout(20_000);
    this.windows.set(context, { page, health: await watchHealth(page, this.server.origin) });
    await page.goto(`${this.server.origin}/?scene=${id}&theme=${theme}`);
    await drawn(page);
    const send = (message: ToPage): Promise<void> =>
      page.evaluate((each) => {
        window.reportHost.send(each);
      }, message);
    return {
      page,
      scene,
      send,
      received: () => page.evaluate(() => window.reportHost.received),
      show: async (name, next) => {
        await send({ type: 'state', state: STATES[name] });
        const nextId = `scene-${String(++this.lastId)}`;
        await send({ type: 'diagnosis', id: nextId, head: next && headText(next) });
        await drawn(page);
      },
    };
  }

  /** Closes the windows of a test; fails it when one of them complained, or said what the editor would not accept. */
  async closeAll(): Promise<void> {
    const complaints = [...this.windows.values()].flatMap(({ health }) => health.complaints);
    for (const { page } of this.windows.values())
      for (const message of await page.evaluate(() => window.reportHost.received))
        if (!readMessage(message)) complaints.push(`not a message: ${JSON.stringify(message)}`);
    await Promise.all([...this.windows.keys()].map((context) => context.close()));
    this.windows.clear();
    this.scenes.clear();
    assert.deepEqual(complaints, [], 'the page complained');
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}

/** Waits until the page has its first messages and has painted them. */
export async function drawn(page: Page): Promise<void> {
  // Of a Diagnosis, the last part comes last; without one there is its only line.
  await page.waitForFunction(() => document.querySelector('#facts, #report .empty h1, #story h1, #drafts h1') !== null);
  await painted(page);
}

/** Waits for two frames: what was asked for before is on the screen then. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        setTimeout(() => {
          requestAnimationFrame(() => {
            requestAnimationFrame(() => {
              done();
            });
          });
        }, 20);
      }),
  );
}

/** Begins a file of page tests: one browser for all, and no test passes while the page complains. */
export function usePages(): () => Pages {
  let pages: Pages | undefined;
  before(async () => {
    pages = await Pages.start();
  });
  afterEach(async () => {
    await pages?.closeAll();
  });
  after(async () => {
    await pages?.stop();
  });
  return () => pages!;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run npm test -- --only page`);
  return value;
}
