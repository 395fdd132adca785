import { scenario, useShop } from '../../support/celeryScenarios';
import type { Worker } from '../../support/celery';

/** What PostgreSQL shows of tasks whose workers nobody asks. */
export function sessionScenarios(): void {
  describe('sessions that are closed after each task', () => {
    const shop = useShop({ name: 'sessions', db: 4 });
    before(async () => {
      await shop().worker('main', { queues: ['first', 'celery'], concurrency: 3 });
    });

    scenario(
      shop,
      {
        number: '10s',
        situation: 'it runs while another one does, and nobody asks their worker',
        truth: 'running',
        expected: 'running/-/likely',
        withEffect: 'running/-/likely',
        check: { askWorkers: false },
      },
      async () => {
        const rows = [await shop().start('slow'), await shop().start('slow')];
        for (const row of rows) await shop().untilRow(row, 'is in its body', (one) => one.status_message === '');
        return rows[0]!;
      },
    );
  });

  describe('sessions that are kept between tasks', () => {
    const shop = useShop({ name: 'kept', db: 4, env: { KEEP_SESSIONS: '1', RETRY_AFTER: '1' } });
    let worker: Worker;
    before(async () => {
      worker = await shop().worker('main', { queues: ['first', 'celery'], concurrency: 2 });
    });

    scenario(
      shop,
      {
        number: '15k',
        situation: 'it raised an exception without a text, and its session shows the save before its body',
        truth: 'failed',
        expected: 'unknown: failed/worker-lost | failed/empty-exception',
      },
      async () => {
        const row = await shop().start('fails');
        await worker.untilLogs(/fails\[[^\]]+\] succeeded/, 2);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '13k',
        situation: 'its retry succeeded, which the library does not record',
        truth: 'finished',
        expected: 'unknown: lost/message-missing | finished/retry-not-recorded',
      },
      async () => {
        const row = await shop().start('retries_once');
        await worker.untilLogs(/retries_once\[[^\]]+\] succeeded/, 3);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '6k',
        situation: 'SCHEDULED was put back, and the session that saved DONE is still there',
        truth: 'finished',
        expected: 'finished/lost-update/likely',
        withEffect: 'finished/lost-update/proven',
      },
      async () => {
        await shop().fault('instant', 'after-publish', 'sleep:1');
        return await shop().start('instant');
      },
    );
  });
}
