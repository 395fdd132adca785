import assert from 'node:assert/strict';
import { scenario, useShop, verificationOf } from '../../support/celeryScenarios';
import type { Worker } from '../../support/celery';
import { overwrittenTaskId } from './interrupted';

/** The library's races: rows that say less than what happened. */
export function overwrittenScenarios(): void {
  describe('overwritten', () => {
    const shop = useShop({ name: 'overwritten', db: 5 });
    let worker: Worker;
    let other: number;
    before(async () => {
      worker = await shop().worker('main', { queues: ['first', 'celery'], concurrency: 3 });
    });

    scenario(
      shop,
      {
        number: '6',
        situation: 'it ran before the first message saved its row, which put SCHEDULED back',
        truth: 'finished',
        expected: 'unknown: lost/message-missing | finished/lost-update',
        withEffect: 'finished/lost-update/proven',
      },
      async () => {
        await shop().fault('instant', 'after-publish', 'sleep:1');
        const row = await shop().start('instant');
        assert.equal((await shop().row(row))?.status, 'SCHEDULED');
        return row;
      },
    );

    it('21c: DONE rows with an empty task_id are counted as the race of their task type', async () => {
      const done = await overwrittenTaskId(shop(), 'instant');
      await shop().untilRow(done, 'is done', ({ status }) => status === 'DONE');
      const found = await verificationOf(shop(), await shop().rowOf('instant'), { age: 0 });
      const says = found.evidence.map((each) => each.says).join('\n');
      assert.match(
        says,
        /1 of 1 finished tasks of this type \(100%\) has no task id/,
        `the rate is among the evidence:\n${says}`,
      );
    });

    scenario(
      shop,
      {
        number: '21d',
        situation: 'DONE with an empty task_id, its status was asked for',
        truth: 'finished',
        expected: 'finished/-/proven',
        check: { statuses: ['DONE'] },
      },
      async () => {
        const [row] = await shop().database.rows<{ id: number }>(
          "select id::int as id from task_manager_taskmanager where status = 'DONE' and task_id = ''",
        );
        return row!.id;
      },
    );

    scenario(
      shop,
      {
        number: '26',
        situation: 'its message came before its row was committed, and made another row',
        truth: 'finished',
        expected: 'unknown: lost/message-missing | finished/lost-update',
        withEffect: 'unknown: finished/effect-found',
      },
      async () => {
        await shop().fault('value', 'before-insert', 'transaction');
        await shop().fault('value', 'after-publish', 'sleep:1.5');
        const { order } = await shop().sendFirst('value');
        // Both first messages and the run: each of them saves a row when it ends.
        await worker.untilLogs(/value\[[^\]]+\] succeeded/, 3);
        const [first, second] = await shop().database.rows<{ id: number }>(
          `select id::int as id from task_manager_taskmanager where arguments->'args'->0 = to_jsonb($1::int) order by id`,
          [order],
        );
        other = second!.id;
        return first!.id;
      },
    );

    it('26: its evidence names the other row', async () => {
      const row = await shop().rowOf('value');
      const found = await verificationOf(shop(), row, { age: 0 });
      assert.match(found.evidence.map((each) => each.says).join('\n'), new RegExp(`[Rr]ow ${String(other)}\\b`));
    });

    scenario(
      shop,
      {
        number: '19i',
        situation: 'it ran, SCHEDULED was put back, and an operator revoked it after that',
        truth: 'finished',
        expected: 'unknown: finished/lost-update',
        withEffect: 'finished/lost-update/proven',
      },
      async () => {
        await shop().fault('slow', 'after-publish', 'sleep:1');
        const row = await shop().start('slow', { seconds: 0 });
        const { task_id: id } = (await shop().row(row))!;
        await shop().ask({ do: 'revoke', id });
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '6b',
        situation: 'it failed, its fallback returned a value, and SCHEDULED was put back; results ignored',
        truth: 'failed',
        expected: 'unknown: lost/message-missing | finished/lost-update | failed/-',
      },
      async () => {
        await shop().fault('falls_back', 'after-publish', 'sleep:1');
        const row = await shop().start('falls_back');
        await worker.untilLogs(/falls_back\[[^\]]+\] succeeded/, 2);
        return row;
      },
    );
  });

  describe('overwritten, late ack', () => {
    const shop = useShop({
      name: 'twins',
      db: 6,
      settings: { task_acks_late: true, task_reject_on_worker_lost: true },
    });

    scenario(
      shop,
      {
        number: '2c',
        situation: 'killed before publishing, its first message came again and made a twin',
        truth: ['lost', 'finished'],
        expected: 'lost/never-published/likely',
        withEffect: 'unknown: lost/never-published | finished/effect-found',
        check: { age: 18 * 60 },
      },
      async () => {
        await shop().worker('main', { queues: ['first', 'celery'], concurrency: 2 });
        await shop().fault('instant', 'after-insert', 'kill');
        const { row } = await shop().sendFirst('instant');
        await row(({ status }) => status === 'DONE');
        return row(({ status, task_id: id }) => status === 'SCHEDULED' && id === '');
      },
    );

    it('2c: its evidence names the twin', async () => {
      const found = await verificationOf(shop(), await shop().rowOf('instant'), { age: 0 });
      const twin = (await shop().rowOf('instant')) + 1;
      assert.match(found.evidence.map((each) => each.says).join('\n'), new RegExp(`[Rr]ow ${String(twin)}\\b`));
    });
  });
}
