import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { themeNames } from '../../tools/report-server';
import type { StoryState } from '../../src/report/storyMessages';
import { LOST_STORY, NO_TASK_STORY } from '../support/taskStories';
import { assertAccessible } from './support/axe';
import { assertNoSideScroll } from './support/layout';
import { painted, PROJECT, usePages } from './support/pages';

const STATE: StoryState = {
  story: LOST_STORY,
  connection: 'breathecode (.env)',
  running: null,
  problem: null,
  canFix: true,
};

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

describe('the page of one task', () => {
  const pages = usePages();

  it('begins with what is true of the task, then what decided, what speaks against it, and folds the rest', async () => {
    const { page } = await pages().open({ diagnosis: null, story: STATE, width: 640 });
    const text = await page.locator('main').innerText();
    const order = [
      'async_deliver_hook',
      'Row 4711',
      'Another row has the same Celery id: 4698.',
      'lost',
      'Because',
      'Hook 2298',
      'Message not found',
      'But',
      'The result backend has a result.',
      'Also looked at',
      'Next step',
      'Start the workers',
      'Dispatch 1 task again',
      'Status message',
    ];
    const places = order.map((words) => text.indexOf(words));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      text,
    );
    assert.ok(
      places.every((place) => place >= 0),
      text,
    );
    assert.equal(await page.getByText('No worker is connected.', { exact: true }).isVisible(), false);
    await page.locator('summary').click();
    assert.equal(await page.getByText('No worker is connected.', { exact: true }).isVisible(), true);
  });

  it('asks the editor for what its buttons say, and for a script only where the check judged the row', async () => {
    const { page, received, send } = await pages().open({ diagnosis: null, story: STATE });
    for (const name of ['Verify Again', 'Go to Task Source', 'Generate Fix Script…']) await button(page, name).click();
    await button(page, 'Copy Celery ID').click();
    const said = (await received()).filter(({ type }) => type !== 'ready');
    assert.deepEqual(said, [
      { type: 'storyDo', action: 'verifyAgain' },
      { type: 'storyDo', action: 'goToSource' },
      { type: 'storyDo', action: 'fixScript' },
      { type: 'copy', request: 1, text: LOST_STORY.asked.id },
    ]);
    await send({ type: 'story', state: { ...STATE, canFix: false, running: 'Searching the queues of the broker...' } });
    await button(page, 'Cancel').click();
    assert.equal(await button(page, 'Generate Fix Script…').count(), 0);
    assert.equal(await page.locator('.story-status').innerText(), 'Searching the queues of the broker...');
  });

  it('says that there is no such task, and what else was found', async () => {
    const { page } = await pages().open({ diagnosis: null, story: { ...STATE, story: NO_TASK_STORY } });
    const text = await page.locator('main').innerText();
    assert.match(text, /^No such task\n/);
    assert.match(text, /but the broker knows that id\./);
    assert.match(text, /in queue celery, 3 of 120/);
    assert.equal(await button(page, 'Go to Task Source').count(), 0);
  });

  it('scrolls only downwards in little room', async () => {
    const { page } = await pages().open({ diagnosis: null, story: STATE, width: 640 });
    await page.locator('summary').click();
    for (const width of [300, 320, 480, 640]) {
      await page.setViewportSize({ width, height: 700 });
      await painted(page);
      await assertNoSideScroll(page, `${String(width)} px`);
    }
  });

  it('is accessible in every theme', async () => {
    for (const theme of themeNames(PROJECT)) {
      const { page } = await pages().open({ diagnosis: null, story: STATE, theme, width: 640 });
      await page.locator('summary').click();
      await assertAccessible(page, theme);
    }
  });
});
