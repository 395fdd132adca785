import { setTimeout as sleep } from 'node:timers/promises';
import { scenario, useShop } from '../../support/celeryScenarios';
import type { Worker } from '../../support/celery';

/** What kept results say, and what they only seem to say. */
export function resultScenarios(): void {
  describe('results kept', () => {
    const shop = useShop({ name: 'kept', db: 9, env: { KEEP_RESULTS: '1', RETRY_AFTER: '1' } });
    let worker: Worker;
    before(async () => {
      worker = await shop().worker('main', { queues: ['first', 'celery'], concurrency: 2 });
    });

    const overwritten = async (task: string): Promise<number> => {
      await shop().fault(task, 'after-publish', 'sleep:1');
      return shop().start(task);
    };

    scenario(
      shop,
      {
        number: '6c',
        // The same traces as of a fallback's value after a failure (6f).
        situation: 'SUCCESS with a value, SCHEDULED was put back',
        truth: 'finished',
        expected: 'unknown: finished/result-success',
      },
      () => overwritten('value'),
    );

    scenario(
      shop,
      {
        number: '6d',
        situation: 'SUCCESS without a value, SCHEDULED was put back',
        truth: 'finished',
        expected: 'unknown: finished/-',
        withEffect: 'finished/*/proven',
      },
      () => overwritten('instant'),
    );

    scenario(
      shop,
      {
        number: '15c',
        situation: 'SUCCESS without a value after an exception without a text',
        truth: 'failed',
        expected: 'unknown: finished/- | failed/empty-exception',
        withEffect: 'unknown: failed/worker-lost',
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
        number: '6e',
        situation: 'SUCCESS without a value after an error with a text, SCHEDULED was put back',
        truth: 'failed',
        expected: 'unknown: finished/-',
      },
      async () => {
        await shop().fault('fails', 'after-publish', 'sleep:1');
        return shop().start('fails', { text: 'no such order' });
      },
    );

    scenario(
      shop,
      {
        number: '7d',
        situation: 'killed in mid-run, FAILURE (WorkerLostError) is kept',
        truth: ['failed', 'lost'],
        expected: 'failed/worker-lost/likely',
      },
      async () => {
        const row = await shop().start('dies');
        await failure(row);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '16b',
        situation: 'the database was away when its end was saved, FAILURE is kept',
        truth: 'finished',
        expected: 'unknown: failed/result-failure | finished/-',
        withEffect: 'finished/*/proven',
      },
      async () => {
        await shop().fault('instant', 'before-done', 'lose-database');
        const row = await shop().start('instant');
        await failure(row);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '14b',
        situation: 'a circuit breaker was open, FAILURE (TypeError) is kept',
        truth: 'failed',
        expected: 'failed/*/likely',
      },
      async () => {
        const row = await shop().start('calls_closed_service');
        await failure(row);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '17d',
        situation: 'its first page returned a value, and no second one was sent',
        truth: 'lost',
        expected: 'unknown: lost/page-interrupted',
      },
      async () => {
        const row = await shop().start('pages', { total_pages: 2, stop_after: 1 });
        await worker.untilLogs(/pages\[[^\]]+\] succeeded/, 2);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '13b',
        situation: 'its retry succeeded; the SUCCESS under its task_id is that of the run that asked for it',
        truth: 'finished',
        expected: 'unknown: finished/retry-not-recorded | lost/message-missing',
        withEffect: 'finished/*/proven',
      },
      async () => {
        const row = await shop().start('retries_once');
        await worker.untilLogs(/retries_once\[[^\]]+\] succeeded/, 3);
        return row;
      },
    );

    scenario(
      shop,
      { number: '-', situation: 'a part of a chord runs', truth: 'running', expected: 'running/-/proven' },
      async () => {
        const [slow, instant, last] = [await shop().order(), await shop().order(), await shop().order()];
        const header = [
          ['shop.tasks.slow', slow],
          ['shop.tasks.instant', instant],
        ];
        await shop().ask({ do: 'send_chord', header, body: ['shop.tasks.instant', last], queue: 'first' });
        await shop().until("the chord's body", async () =>
          (await shop().database.value('select state from shop_order where id = $1', [last])) === 'SHIPPED'
            ? true
            : undefined,
        );
        return shop().rowOf('slow');
      },
    );

    scenario(
      shop,
      {
        number: '6f',
        situation: 'it failed, its fallback returned a value, SUCCESS is kept and SCHEDULED was put back',
        truth: 'failed',
        expected: 'unknown: finished/result-success',
      },
      async () => {
        await worker.kill();
        worker = await shop().worker('main-2', { queues: ['first', 'celery'], concurrency: 2 });
        return overwritten('falls_back');
      },
    );

    async function failure(row: number): Promise<void> {
      const { task_id: id } = (await shop().row(row))!;
      await shop().until('FAILURE', async () =>
        (await shop().ask({ do: 'state', id })) === 'FAILURE' ? true : undefined,
      );
    }
  });

  describe('results that expire at once', () => {
    const shop = useShop({ name: 'short', db: 10, settings: { result_expires: 1 }, env: { KEEP_RESULTS: '1' } });
    let worker: Worker;
    before(async () => {
      worker = await shop().worker('main', { queues: ['first', 'celery'], concurrency: 2 });
    });

    scenario(
      shop,
      {
        number: '6g',
        situation: 'SUCCESS with a value has expired, SCHEDULED was put back',
        truth: 'finished',
        expected: 'unknown: lost/message-missing | finished/lost-update',
        withEffect: 'finished/lost-update/proven',
      },
      async () => {
        await shop().fault('value', 'after-publish', 'sleep:1');
        const row = await shop().start('value');
        await sleep(1200);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '22',
        situation: "false ERROR: the admin's Resume ran a finished page again",
        truth: 'finished',
        expected: 'unknown: finished/- | failed/-',
        withEffect: 'finished/*/*',
        check: { statuses: ['ERROR'] },
      },
      async () => {
        await shop().fault('instant', 'before-done', 'lose-database');
        const row = await shop().start('instant');
        await worker.untilLogs(/instant\[[^\]]+\] raised/);
        await sleep(1200);
        await shop().ask({ do: 'resume', row });
        await shop().untilRow(
          row,
          'is ERROR',
          ({ status, status_message }) => status === 'ERROR' && status_message === '',
        );
        return row;
      },
    );
  });
}
