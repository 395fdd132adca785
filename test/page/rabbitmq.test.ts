import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Diagnosis, Queue } from '../../src/model/diagnosis';
import { rabbitDiagnosis } from '../support/rabbitDiagnosis';
import { assertAccessible } from './support/axe';
import { assertNoSideScroll } from './support/layout';
import { painted, usePages } from './support/pages';
import { changeTheme } from './support/themes';
import { openType, setFilters } from './support/types';

const SENTENCE =
  'Of these 1,204 tasks at most 34 are waiting, at most 4 are held and at most 3 are in a dead-letter queue; at least 1,163 have no message.';
const NOTE = 'The broker shows how many messages it has, but not which tasks they belong to.';

/** The checked RabbitMQ, and what only other servers tell. */
function withEverything(): Diagnosis {
  const diagnosis = rabbitDiagnosis();
  const { broker, queues, workers } = diagnosis.infrastructure;
  const more: Readonly<Record<string, Partial<Queue>>> = {
    celery: { type: 'classic', consumers: 2, numbersAgeSeconds: 0, arguments: { 'x-max-priority': 10 } },
    emails: { type: 'quorum', consumers: 0, numbersAgeSeconds: 5, consumed: false },
  };
  return {
    ...diagnosis,
    infrastructure: {
      ...diagnosis.infrastructure,
      queues: queues!.map((queue) => ({ ...queue, ...more[queue.name] })),
      workers: [workers![0]!, { ...workers![1]!, queues: [] }],
      broker: {
        ...broker!,
        blocked: ['a memory alarm blocks all publishers'],
        conditions: [
          { kind: 'publishers-blocked', says: 'A memory alarm blocks all publishers.' },
          { kind: 'messages-expire', queue: 'celery', messages: 20, says: 'Messages of celery may expire.' },
        ],
      },
    },
  };
}

/** The text of one part of the facts, opened by its tab. */
async function panel(page: Page, name: string): Promise<string> {
  await page.locator('#facts vscode-panel-tab', { hasText: name }).click();
  await painted(page);
  return page.locator('#facts vscode-panel-view:visible').innerText();
}

describe('a RabbitMQ on the page', () => {
  const pages = usePages();

  it('has a hatched part of the bar for tasks without a message, a key for it, and the words', async () => {
    const { page } = await pages().open({ diagnosis: rabbitDiagnosis() });
    const row = page.locator('tr.type').first();
    const [none, some] = await row
      .locator('.bounds-bar rect')
      .evaluateAll((parts) =>
        parts.map((part) => ({ fill: part.getAttribute('fill'), width: parseFloat(part.getAttribute('width')!) })),
      );
    assert.equal(none?.fill, 'url(#fill-no-message)');
    assert.ok(Math.abs(none.width - (1163 / 1204) * 100) < 0.01, String(none.width));
    assert.ok(Math.abs(some!.width - (41 / 1204) * 100) < 0.01, String(some!.width));
    assert.match(await row.innerText(), /≤ 41 messages/);
    assert.match(await page.locator('.bounds-key').innerText(), /at least so many have no message\s+at most so many/);
    // Each of its tasks may have a message: the numbers say nothing.
    assert.doesNotMatch(await page.locator('tr.type', { hasText: 'send_sms' }).innerText(), /message/);
  });

  it('says of an open type what the numbers bound, and that it is no verdict', async () => {
    const { page } = await pages().open({ diagnosis: rabbitDiagnosis() });
    await openType(page, 0);
    const details = page.locator('#details-0');
    assert.equal(await details.locator('.bounds-sentence').innerText(), SENTENCE);
    assert.equal(await details.locator('.bounds-note').innerText(), NOTE);
    assert.doesNotMatch(await details.locator('.outcomes').innerText(), /at most/);
  });

  it('puts no bound on a part of a type', async () => {
    const diagnosis = rabbitDiagnosis();
    const [first, ...others] = diagnosis.taskTypes;
    const [outcome] = first!.outcomes!;
    const parts = [
      { ...outcome!, count: 1000 },
      { ...outcome!, verdict: 'finished' as const, count: 204 },
    ];
    const mixed = { ...first!, verdicts: { unknown: 1000, finished: 204 }, outcomes: parts };
    const { page } = await pages().open({ diagnosis: { ...diagnosis, taskTypes: [mixed, ...others] } });
    const bars = page.locator('tr.type .bounds-bar');
    assert.equal(await bars.count(), 2);
    await setFilters(page, { verdict: 'finished' });
    assert.equal(await bars.count(), 0);
    assert.equal(await page.locator('.bounds-key').count(), 0);
  });

  it('begins with its alarm, and shows queues, workers and server in its own words', async () => {
    const { page } = await pages().open({ diagnosis: withEverything() });
    assert.equal(
      await page.locator('.health-headline').innerText(),
      'A memory alarm blocks all publishers; 14 messages wait in queue emails, which no worker consumes',
    );
    const queues = await panel(page, 'Queues');
    assert.match(queues, /Queue\s+Ready\s+Unacknowledged\s+Consumers\s+Age of numbers/);
    assert.match(queues, /celery\s+classic, x-max-priority 10\s+20\s+4\s+2 consumers\s+w1@host1\s+live/);
    assert.match(queues, /emails\s+quorum\s+14\s+0\s+no worker\s+up to 5 s old/);
    assert.match(queues, /dead\s+classic; keeps rejected and expired messages\s+3\s+0\s+needs none/);
    const workers = await panel(page, 'Workers');
    assert.match(workers, /Worker\s+Seen by\s+Unacknowledged\s+Queues/);
    assert.match(workers, /w1@host1\s+its connection\s+4\s+celery/);
    assert.match(workers, /w2@host2\s+its connection\s+0\s+none: it takes no tasks/);
    const server = await panel(page, 'RabbitMQ');
    assert.match(server, /RabbitMQ 3\.10\.8 at rabbit\.example:5672\/shop, read by its management API as user app\./);
    assert.match(server, /Messages of celery may expire\. At most 20 messages\./);
    assert.equal(server.match(/memory alarm/g)?.length, 1, 'said once');
    assert.match(await page.locator('.cost').innerText(), /; RabbitMQ \d+ requests/);
  });

  it('never says Redis where nothing is kept in it', async () => {
    const { page } = await pages().open({ diagnosis: rabbitDiagnosis() });
    await openType(page, 0);
    for (const name of ['Workers', 'RabbitMQ']) assert.doesNotMatch(await panel(page, name), /redis/i);
    await page.locator('.cost-details summary').click();
    await page.locator('.cost-details table').waitFor();
    assert.doesNotMatch(await page.locator('body').innerText(), /redis/i);
  });

  for (const width of [1200, 320])
    it(`has no violation (axe) and no side scroll at ${String(width)} px in any theme`, async () => {
      const { page } = await pages().open({ diagnosis: withEverything(), width });
      await openType(page, 0);
      await painted(page);
      await assertNoSideScroll(page, `${String(width)} px`);
      await assertAccessible(page, 'dark-modern');
      for (const theme of ['light-modern', 'high-contrast', 'high-contrast-light']) {
        await changeTheme(page, theme);
        await assertAccessible(page, theme, 'colour');
      }
    });
});
