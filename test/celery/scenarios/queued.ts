import assert from 'node:assert/strict';
import { checkShop, inWords, scenario, useShop, verificationOf } from '../../support/celeryScenarios';
import type { Worker } from '../../support/celery';

/** Its message is in a queue, or in the memory of a worker that lives. */
export function queuedScenarios(): void {
  describe('in a queue or with a worker', () => {
    const shop = useShop({ name: 'queued', db: 2, settings: { worker_prefetch_multiplier: 1 } });
    let first: Worker;
    let main: Worker;
    before(async () => {
      first = await shop().worker('first', { queues: ['first'] });
    });

    scenario(
      shop,
      {
        number: '4',
        situation: 'its queue is consumed by nobody',
        truth: 'waiting',
        expected: 'waiting/no-consumer/proven',
        withEffect: 'waiting/no-consumer/proven',
      },
      () => shop().start('instant'),
    );

    scenario(
      shop,
      {
        number: '19c',
        situation: 'revoked, its message still queued',
        truth: ['waiting', 'failed'],
        expected: 'waiting/revoked/proven',
      },
      async () => {
        const row = await shop().start('instant');
        const { task_id: id } = (await shop().row(row))!;
        await shop().ask({ do: 'revoke', id });
        return row;
      },
    );

    it('24: its row was deleted while its message waits: nothing is said of it, and other rows are not confused', async () => {
      const gone = await shop().start('instant');
      const kept = await shop().start('instant');
      await shop().database.run('delete from task_manager_taskmanager where id = $1', [gone]);
      const heard: number[] = [];
      const diagnosis = await checkShop(shop(), {}, (id) => heard.push(id));
      assert.ok(heard.includes(kept) && !heard.includes(gone));
      assert.match(JSON.stringify([diagnosis.recommendations, diagnosis.infrastructure]), /delet/i);
    });

    scenario(
      shop,
      { number: '10', situation: 'a worker runs it', truth: 'running', expected: 'running/-/proven' },
      async () => {
        await shop().redis.del('celery', 'celery\x06\x163');
        main = await shop().worker('main');
        const row = await shop().start('slow');
        await shop().untilRow(row, 'begun', ({ status_message }) => status_message === '');
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '3b',
        situation: 'a busy worker took it in advance',
        truth: 'held',
        expected: 'held/prefetched/proven',
      },
      async () => {
        const row = await shop().start('instant');
        await shop().untilUnacked(1);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '3c',
        situation: 'its queue is consumed, others are before it',
        truth: 'waiting',
        expected: 'waiting/backlog/proven',
      },
      () => shop().start('instant'),
    );

    scenario(
      shop,
      {
        number: '4b',
        situation: 'lists that are served first never run empty',
        truth: 'waiting',
        expected: 'waiting/priority-starved/proven',
      },
      async () => {
        for (let sent = 0; sent < 3; sent++) await shop().send('plain', { priority: 0 });
        return shop().start('unimportant');
      },
    );

    scenario(
      shop,
      {
        number: '10b',
        situation: 'a worker runs it and was not asked',
        truth: 'running',
        expected: 'unknown: running/-',
        withEffect: 'unknown: running/-',
        check: { askWorkers: false },
      },
      () => shop().rowOf('slow'),
    );

    scenario(
      shop,
      {
        number: '10c',
        situation: 'its worker stopped answering (SIGSTOP)',
        truth: 'running',
        expected: 'unknown: running/-',
        withEffect: 'unknown: running/-',
      },
      async () => {
        main.freeze();
        return shop().rowOf('slow');
      },
    );

    scenario(
      shop,
      {
        number: '3',
        situation: 'all workers are stopped',
        truth: 'waiting',
        expected: 'waiting/workers-down/proven',
        withEffect: 'waiting/workers-down/proven',
      },
      async () => {
        await main.kill();
        const row = await shop().start('instant');
        await first.stop();
        return row;
      },
    );

    it('3d: the same without asking the workers', async () => {
      const [row] = await shop().database.rows<{ id: number }>(
        "select max(id)::int as id from task_manager_taskmanager where task_name = 'instant'",
      );
      const found = await verificationOf(shop(), row!.id, { askWorkers: false, age: 0 });
      assert.match(inWords(found), /^waiting\//);
    });

    it('1: its first message was never consumed: there is no row, and the queue says that it waits', async () => {
      await shop().database.run('delete from task_manager_taskmanager');
      await shop().sendFirst('instant', {}, 'unwatched');
      const diagnosis = await checkShop(shop());
      assert.deepEqual(diagnosis.taskTypes, []);
      assert.equal(diagnosis.infrastructure.queues?.find(({ name }) => name === 'unwatched')?.length, 1);
    });

    scenario(
      shop,
      {
        number: '19d',
        situation: 'its message expired in the queue',
        truth: ['waiting', 'failed'],
        expected: 'waiting/expired/proven',
      },
      async () => {
        const again = await shop().worker('again', { queues: ['first'] });
        const row = await shop().start('perishable');
        await again.kill();
        // Its expiry is a second after it was published.
        await new Promise((resolve) => setTimeout(resolve, 1100));
        return row;
      },
    );
  });
}
