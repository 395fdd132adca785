/** The check as a person sees it: in a real VS Code, from the press of the button until it is drawn. */
import type { Locator, Page } from 'playwright-core';
import { scratchFolder } from './servers';

/** Moments since the mouse was pressed, in milliseconds, each after the frame that showed it; undefined: never seen. */
export interface Seen {
  /** The message over the tree says that a check runs. */
  readonly message?: number;
  /** It says at which step and since when. */
  readonly messageTime?: number;
  /** The notification is there, and fades in. */
  readonly toast?: number;
  /** It says at which step and since when. */
  readonly toastTime?: number;
  /** It has faded in. */
  readonly toastDone?: number;
}

export interface OnScreen {
  /** VS Code's version. */
  readonly vscode: string;
  /** "Check Task Status" over the empty tree: extension and window have done nothing yet, and the driver is loaded. */
  readonly first: Seen;
  /** "Refresh" over the tree that the check before it filled. */
  readonly later: readonly Seen[];
}

interface Request {
  readonly databaseUrl: string;
  readonly hours: number;
  /** Of "Refresh". */
  readonly takes: number;
  /** A picture of a check that runs. */
  readonly picture: string;
  readonly say: (line: string) => void;
}

const FINISHED = /SCHEDULED over/;
/** A check of ten million rows on a busy machine. */
const PATIENCE_MS = 120_000;
/** After a check the tree is filled and its buttons change. */
const SETTLE_MS = 1500;
/** Steps that follow each other fast are over. */
const PICTURE_AFTER_MS = 500;

/** Checks once and refreshes some times in a window of the newest VS Code, without a Redis. */
export async function checksOnScreen({ databaseUrl, hours, takes, picture, say }: Request): Promise<OnScreen> {
  const { installServer, openView, openWorkbench, shoot, startServer } =
    await import('../../tools/vscode-host/index.mjs');
  const { writeWorkspace } = await import('../../tools/demo/index.mjs');
  const target = await scratchFolder('screen');
  const settings = { 'celeryTasks.checkExecution': false, 'celeryTasks.hours': hours };
  const workspace = await writeWorkspace({ databaseUrl, target, settings });
  const install = await installServer('newest', say);
  const server = await startServer(install, {
    workspace,
    // Another database that this machine's environment names must not be found instead.
    env: { DATABASE_URL: undefined },
    // Its question would lie over what is looked at.
    settings: { 'celeryTasks.openReportAfterCheck': 'never' },
  });
  try {
    const { page, close } = await openWorkbench(server, { extensionPaths: [process.cwd()] });
    try {
      await openView(page, 'Celery Tasks');
      const first = await take(page, 'Check Task Status');
      const later: Seen[] = [];
      while (later.length < takes) later.push(await take(page, 'Refresh'));
      await press(page, 'Refresh');
      await notification(page).waitFor();
      await page.waitForTimeout(PICTURE_AFTER_MS);
      await shoot(page, picture);
      return { vscode: install.vscode, first, later };
    } finally {
      await close();
    }
  } finally {
    await server.stop();
  }
}

/** One check from a press of a button over the tree to its end. */
async function take(page: Page, button: string): Promise<Seen> {
  const { seenInPage, watchPage } = await import('./pageWatch.mjs');
  await page.waitForTimeout(SETTLE_MS);
  await watchPage(page);
  await press(page, button);
  await notification(page).waitFor();
  await notification(page).waitFor({ state: 'detached', timeout: PATIENCE_MS });
  await page.locator('.tree-explorer-viewlet-tree-view > .message', { hasText: FINISHED }).waitFor();
  return await seenInPage(page);
}

function notification(page: Page): Locator {
  return page.locator('.notification-toast', { hasText: 'Checking task status' });
}

async function press(page: Page, button: string): Promise<void> {
  await page.locator(`.part.sidebar .composite.title .action-label[aria-label^="${button}"]`).first().click();
}
