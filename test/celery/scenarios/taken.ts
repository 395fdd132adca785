import { setTimeout as sleep } from 'node:timers/promises';
import { scenario, useShop } from '../../support/celeryScenarios';
import type { Worker } from '../../support/celery';

/** Settings as breatheco-de/apiv2 has them: a message stays with the broker until its task has ended. */
const LATE = { task_acks_late: true, task_reject_on_worker_lost: true };

/** A worker took its message, and the message is still in the broker. */
export function takenScenarios(): void {
  describe('taken and not acknowledged', () => {
    const shop = useShop({ name: 'taken', db: 3, settings: LATE, env: { RETRY_AFTER: '300' } });
    let main: Worker;
    before(async () => {
      await shop().worker('first', { queues: ['first'] });
      main = await shop().worker('main');
    });

    scenario(
      shop,
      { number: '10d', situation: 'a worker runs it, late ack', truth: 'running', expected: 'running/-/proven' },
      async () => {
        const row = await shop().start('slow');
        await shop().untilRow(row, 'begun', ({ status_message }) => status_message === '');
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '8',
        situation: 'its worker was killed (kill -9) in mid-run, late ack',
        truth: 'held',
        expected: 'held/redelivery-pending/likely',
        withEffect: 'held/redelivery-pending/likely',
      },
      async () => {
        await main.kill();
        return shop().rowOf('slow');
      },
    );

    scenario(
      shop,
      {
        number: '11b',
        situation: 'its retry is published, no worker has taken it',
        truth: 'waiting',
        expected: 'waiting/retry-wait/proven',
      },
      async () => {
        main = await shop().worker('main-2');
        const row = await shop().start('retries_always');
        await main.untilLogs(/retries_always\[[^\]]+\] succeeded/);
        await shop().untilUnacked(2);
        // A warm shutdown gives back what it holds: here the retry with its time.
        await main.stop();
        await shop().untilUnacked(1);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '11',
        situation: 'a worker holds its retry until its time',
        truth: 'held',
        expected: 'held/retry-wait/proven',
        withEffect: 'held/retry-wait/proven',
      },
      async () => {
        main = await shop().worker('main-3');
        await shop().untilUnacked(2);
        const row = await shop().start('retries_always');
        await main.untilLogs(/retries_always\[[^\]]+\] succeeded/);
        await shop().untilUnacked(3);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '20',
        situation: 'paused while a worker holds its retry',
        truth: 'held',
        expected: 'held/paused/proven',
      },
      async () => {
        const row = await shop().start('retries_always');
        await main.untilLogs(/retries_always\[[^\]]+\] succeeded/, 2);
        await shop().untilUnacked(4);
        await shop().ask({ do: 'pause', row });
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '-',
        situation: 'dispatched again with a countdown, a worker holds it',
        truth: 'held',
        expected: 'held/eta/proven',
      },
      async () => {
        const { order, row: made } = await shop().sendFirst('retries_always');
        const row = await made(({ task_id: id }) => id !== '');
        await main.untilLogs(/retries_always\[[^\]]+\] succeeded/, 3);
        await main.kill();
        const kwargs = { task_manager_id: row };
        await shop().redis.del('unacked', 'unacked_index');
        await shop().send('retries_always', { args: [order], kwargs, countdown: 300 });
        main = await shop().worker('main-4');
        await shop().untilUnacked(1);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '9',
        situation: 'it kills its worker process again and again',
        truth: ['running', 'held', 'waiting'],
        expected: '*/crash-loop/proven',
        moves: true,
      },
      async () => {
        const row = await shop().start('dies');
        await shop().until('six seconds of crashes', async () => {
          const long = await shop().database.value(
            "select last_run - started_at > interval '6 seconds' from task_manager_taskmanager where id = $1",
            [row],
          );
          await sleep(200);
          return long === 'true' ? true : undefined;
        });
        return row;
      },
    );
  });
}
