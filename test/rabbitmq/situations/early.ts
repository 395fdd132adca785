/** Celery's defaults: a message is acknowledged before its task runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { rabbitSituation, type Truth } from '../../support/rabbitSituations';
import { Shop } from '../../support/celery';
import { Vhost, type RabbitServer } from '../../support/rabbitServer';

const WAITS = { right: ['waiting'], message: 'ready', says: 'unknown: waiting/*' } as const;
const HELD = { right: ['held'], message: 'unacked', says: 'unknown: held/-', asked: 'held/*/proven' } as const;
const RUNS = { right: ['running'], message: 'none', says: 'unknown: running/-', asked: 'running/-/proven' } as const;

/** Its retry was published by then: before, it may run without a message. */
const RETRIED = /retries_always\[[^\]]+\] succeeded/;
/** How long a message of `perishable` lives (test/celery/app/shop/tasks.py). */
const EXPIRES_MS = 1_000;

export function earlySituations(server: () => RabbitServer): void {
  describe('acknowledged early', () => {
    let vhost: Vhost;
    let opened: Shop | undefined;
    let count = 0;
    const shop = (): Shop => opened!;
    // Rows are made old, and a queue that was empty a moment ago would have lost the messages of old rows: each situation has new ones.
    beforeEach(async () => {
      const name = `early-${String(++count)}`;
      vhost = await Vhost.create(server(), name);
      opened = await Shop.open({
        name: `rabbit-${name}`,
        db: 1,
        broker: () => vhost.broker,
        env: { RETRY_AFTER: '600' },
      });
    });
    afterEach(() => opened?.close());

    /** So many calls, one after the other. */
    const calls = async (count: number, task = 'instant'): Promise<number[]> => {
      const rows: number[] = [];
      for (let index = 0; index < count; index++) rows.push(await shop().call(task));
      return rows;
    };
    const all = (rows: readonly number[], truth: Omit<Truth, 'row'>): Truth[] => rows.map((row) => ({ row, ...truth }));

    rabbitSituation(
      shop,
      { name: 'no worker ever', bounds: { waitingAtMost: 3, heldAtMost: 0, nowhereAtLeast: 0 } },
      async () => {
        const rows = await calls(3);
        await vhost.until('celery', 3, 0);
        return all(rows, WAITS);
      },
    );

    rabbitSituation(
      shop,
      { name: 'purged', bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 3 } },
      async () => {
        const rows = await calls(3);
        await vhost.purge('celery');
        await vhost.until('celery', 0, 0);
        return all(rows, { right: ['lost'], message: 'none', says: 'unknown: lost/*' });
      },
    );

    rabbitSituation(
      shop,
      { name: 'expired at the head of the queue', bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 2 } },
      async () => {
        const rows = await calls(2, 'perishable');
        await vhost.until('celery', 0, 0);
        return all(rows, { right: ['failed', 'lost'], message: 'none', says: 'unknown: lost/*' });
      },
    );

    rabbitSituation(shop, { name: 'expired behind a message that lives' }, async () => {
      const [alive = 0] = await calls(1);
      const rows = await calls(2, 'perishable');
      // They have expired then, and are counted all the same until the one before them is taken.
      await sleep(EXPIRES_MS);
      await vhost.until('celery', 3, 0);
      const expired = {
        right: ['failed', 'lost', 'waiting'],
        message: 'somewhere',
        says: 'unknown: waiting/*',
      } as const;
      return [{ row: alive, ...WAITS }, ...all(rows, expired)];
    });

    describe('with a worker for another queue', () => {
      rabbitSituation(
        shop,
        { name: 'nobody consumes its queue', bounds: { waitingAtMost: 2, heldAtMost: 0, nowhereAtLeast: 0 } },
        async () => {
          await shop().worker('other', { queues: ['other'] });
          await vhost.untilConsumers('other', 1);
          const rows = await calls(2);
          await vhost.until('celery', 2, 0);
          return all(rows, WAITS);
        },
      );
    });

    describe('with a worker of concurrency 1', () => {
      rabbitSituation(
        shop,
        { name: 'running', bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 1 } },
        async () => {
          await shop().worker('runs');
          const row = await running(shop());
          await vhost.untilConsumers('celery', 1);
          return all([row], RUNS);
        },
      );

      const both = { waitingAtMost: 4, heldAtMost: 4, nowhereAtLeast: 0 };
      rabbitSituation(shop, { name: 'taken in advance, and a backlog', bounds: both }, async () => {
        await shop().worker('takes');
        const runs = await running(shop());
        const rows = await calls(8);
        await vhost.until('celery', 4, 4);
        await shop().database.run('delete from task_manager_taskmanager where id = $1', [runs]);
        return [...all(rows.slice(0, 4), HELD), ...all(rows.slice(4), WAITS)];
      });

      rabbitSituation(shop, { name: 'SIGKILL of the worker' }, async () => {
        const main = await shop().worker('killed');
        const killed = await running(shop());
        const rows = await calls(2);
        await vhost.until('celery', 0, 2);
        await main.kill();
        await vhost.until('celery', 2, 0);
        await vhost.untilConsumers('celery', 0);
        const lost = { right: ['failed', 'lost'], message: 'none', says: 'unknown: failed/*' } as const;
        return [{ row: killed, ...lost }, ...all(rows, WAITS)];
      });

      rabbitSituation(
        shop,
        { name: 'given back by a warm shutdown', bounds: { waitingAtMost: 2, heldAtMost: 0, nowhereAtLeast: 0 } },
        async () => {
          const main = await shop().worker('warm');
          const first = await running(shop(), 1);
          const rows = await calls(2);
          await vhost.until('celery', 0, 2);
          await main.stop();
          await vhost.until('celery', 2, 0);
          await vhost.untilConsumers('celery', 0);
          await shop().untilRow(first, 'is done', ({ status }) => status === 'DONE');
          return all(rows, WAITS);
        },
      );

      rabbitSituation(
        shop,
        { name: 'its retry waits for its time (ETA)', bounds: { waitingAtMost: 0, heldAtMost: 2, nowhereAtLeast: 0 } },
        async () => {
          const main = await shop().worker('eta');
          const rows = await calls(2, 'retries_always');
          await main.untilLogs(RETRIED, 2);
          await vhost.until('celery', 0, 2);
          await vhost.untilConsumers('celery', 1);
          return all(rows, HELD);
        },
      );

      rabbitSituation(
        shop,
        { name: 'revoked before its time (ETA)', bounds: { waitingAtMost: 0, heldAtMost: 1, nowhereAtLeast: 0 } },
        async () => {
          const main = await shop().worker('revoked');
          const row = await shop().call('retries_always');
          await main.untilLogs(RETRIED);
          await vhost.until('celery', 0, 1);
          const id = /Task shop\.tasks\.retries_always\[([^\]]+)\] received/;
          await main.untilLogs(id, 2);
          await shop().ask({ do: 'revoke', id: main.lastMatch(id) });
          await main.untilLogs(/Tasks flagged as revoked/);
          await vhost.untilConsumers('celery', 1);
          // Its worker keeps the message until its time comes, and throws it away then.
          return [
            { row, right: ['held', 'failed'], message: 'unacked', says: 'unknown: held/-', asked: 'held/*/proven' },
          ];
        },
      );

      rabbitSituation(
        shop,
        { name: 'a worker that was stopped (SIGSTOP)', bounds: { waitingAtMost: 0, heldAtMost: 2, nowhereAtLeast: 0 } },
        async () => {
          const main = await shop().worker('frozen');
          const rows = await calls(2, 'retries_always');
          await main.untilLogs(RETRIED, 2);
          await vhost.until('celery', 0, 2);
          await vhost.untilConsumers('celery', 1);
          main.freeze();
          // It does not answer.
          return all(rows, { ...HELD, asked: HELD.says });
        },
      );

      rabbitSituation(
        shop,
        {
          name: 'a worker of an older release did not know the task',
          moves: true,
          bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 2 },
        },
        async () => {
          const main = await shop().worker('old', { env: { RELEASE: 'old' } });
          const rows = await calls(2, 'added_later');
          await main.untilLogs(/Received unregistered task/, 2);
          await vhost.until('celery', 0, 0);
          await vhost.untilConsumers('celery', 1);
          // A worker that answers and does not know a task may be another project's.
          const asked = 'unknown: failed/unregistered | waiting/*';
          return all(rows, { right: ['failed'], message: 'none', says: 'unknown: failed/*', asked });
        },
      );
    });

    // After the blocks above.
    describe('without its queue', () => {
      rabbitSituation(
        shop,
        {
          name: 'its queue was deleted, and its publisher does not know',
          bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 3 },
        },
        async () => {
          const before = await calls(1);
          await vhost.deleteQueue('celery');
          const after = await calls(2);
          return all([...before, ...after], { right: ['lost'], message: 'none', says: 'unknown: lost/*' });
        },
      );
    });
  });
}

/** A row whose body runs. @param seconds how long */
async function running(shop: Shop, seconds = 600): Promise<number> {
  const row = await shop.call('slow', { seconds });
  await shop.untilRow(row, 'begun', ({ status_message }) => status_message === '');
  return row;
}
