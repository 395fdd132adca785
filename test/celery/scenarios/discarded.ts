import { setTimeout as sleep } from 'node:timers/promises';
import { scenario, useShop } from '../../support/celeryScenarios';
import type { Worker } from '../../support/celery';

/** A worker took its message and threw it away. */
export function discardedScenarios(): void {
  describe('thrown away, results ignored', () => {
    const shop = useShop({ name: 'discarded', db: 7 });
    let first: Worker;
    let busy: Worker;
    before(async () => {
      first = await shop().worker('first', { queues: ['first'] });
    });

    scenario(
      shop,
      {
        number: '18',
        situation: 'a worker of an older release did not know the task',
        truth: 'failed',
        expected: 'failed/unregistered/proven',
        withEffect: 'failed/unregistered/proven',
      },
      async () => {
        const row = await shop().start('added_later');
        const old = await shop().worker('old', { env: { RELEASE: 'old' } });
        await shop().untilQueued(0, ['celery\x06\x163']);
        await shop().until('a FAILURE', async () => {
          const { task_id: id } = (await shop().row(row))!;
          return (await shop().ask({ do: 'state', id })) === 'FAILURE' ? true : undefined;
        });
        await old.stop();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '19',
        // The same traces as of one that was revoked after it had run (19i).
        situation: 'revoked, and the worker that threw it away still knows of it',
        truth: ['failed', 'lost'],
        expected: 'unknown: failed/* | finished/lost-update',
      },
      async () => {
        busy = await shop().worker('busy');
        return revokedBehind(busy, 1);
      },
    );

    scenario(
      shop,
      {
        number: '19b',
        // Celery 5.6.2 and newer have written REVOKED when it was revoked, also for a task that had run by then.
        situation: 'revoked and thrown away by a worker that has restarted since',
        truth: ['failed', 'lost'],
        expected: 'unknown: finished/lost-update | failed/*',
      },
      async () => {
        const row = await revokedBehind(busy, 2);
        // It says so before it acknowledges.
        await shop().untilUnacked(0);
        // Every worker hears of a revoke, and knows of it until it ends.
        await Promise.all([busy.kill(), first.kill()]);
        await shop().worker('first-2', { queues: ['first'] });
        busy = await shop().worker('busy-2');
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '19e',
        // A worker keeps expired ids among the revoked ones (Celery 5.2.6 worker/request.py `maybe_expire`).
        situation: 'expired and thrown away, results ignored',
        truth: ['failed', 'lost'],
        expected: 'unknown: lost/message-missing | finished/lost-update | failed/*',
      },
      async () => {
        await shop().start('slow', { seconds: 2 });
        const row = await shop().start('perishable');
        await busy.untilLogs(/Discarding revoked task: shop.tasks.perishable/);
        return row;
      },
    );

    async function revokedBehind(worker: Worker, times: number): Promise<number> {
      await shop().start('slow', { seconds: 1.5 });
      const row = await shop().start('instant');
      const { task_id: id } = (await shop().row(row))!;
      await shop().ask({ do: 'revoke', id });
      await worker.untilLogs(/Discarding revoked task/, times);
      return row;
    }
  });

  describe('thrown away, results kept', () => {
    const shop = useShop({ name: 'discarded-kept', db: 8, env: { KEEP_RESULTS: '1' } });
    let worker: Worker;
    before(async () => {
      await shop().worker('first', { queues: ['first'] });
      worker = await shop().worker('main');
    });

    scenario(
      shop,
      { number: '19f', situation: 'revoked, REVOKED is kept', truth: 'failed', expected: 'failed/revoked/proven' },
      async () => {
        await shop().start('slow', { seconds: 1.5 });
        const row = await shop().start('instant');
        const { task_id: id } = (await shop().row(row))!;
        await shop().ask({ do: 'revoke', id });
        await worker.untilLogs(/Discarding revoked task/);
        return row;
      },
    );

    scenario(
      shop,
      { number: '19g', situation: 'expired, REVOKED is kept', truth: 'failed', expected: 'failed/expired/proven' },
      async () => {
        await shop().start('slow', { seconds: 2 });
        const row = await shop().start('perishable');
        await worker.untilLogs(/Discarding revoked task/, 2);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '19h',
        situation: 'terminated while it ran (revoke with terminate)',
        truth: 'failed',
        expected: 'failed/revoked/likely',
      },
      async () => {
        const row = await shop().start('slow', { seconds: 50 });
        await shop().untilRow(row, 'begun', ({ status_message }) => status_message === '');
        const { task_id: id } = (await shop().row(row))!;
        await shop().ask({ do: 'revoke', id, terminate: true });
        await shop().until('REVOKED', async () =>
          (await shop().ask({ do: 'state', id })) === 'REVOKED' ? true : undefined,
        );
        await sleep(300);
        return row;
      },
    );
  });
}
