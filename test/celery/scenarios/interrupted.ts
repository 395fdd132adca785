import { scenario, useShop } from '../../support/celeryScenarios';
import type { Shop, Worker } from '../../support/celery';

/** Celery 5.6.3 names the SystemExit of a body, 5.2.6 finds the process gone. */
const DIED = /Task handler raised error: (WorkerLostError|SystemExit)/;
const RETRIED = /retries_always\[[^\]]+\] succeeded/;
/** More than the quarter of an hour for which publishing may block. */
const LONG_AGO = 18 * 60;

/** Its run was cut off, or its end was not recorded. Early ack, results ignored: the library's defaults. */
export function interruptedScenarios(): void {
  describe('interrupted, or not recorded', () => {
    const shop = useShop({ name: 'interrupted', db: 4, env: { RETRY_AFTER: '1' } });
    let worker: Worker;
    let deaths: number;
    let returned: number;
    before(async () => {
      worker = await shop().worker('main', { queues: ['first', 'celery'], concurrency: 2 });
    });

    beforeEach(() => {
      deaths = worker.countLogs(DIED);
      returned = worker.countLogs(RETRIED);
    });

    /** A worker process ended in this test, and the worker has noticed. */
    const untilDead = (): Promise<void> => worker.untilLogs(DIED, deaths + 1);

    scenario(
      shop,
      {
        number: '2',
        situation: 'its process was killed between the insert and publishing',
        truth: 'lost',
        expected: 'lost/never-published/likely',
        withEffect: 'lost/never-published/likely',
        check: { age: LONG_AGO },
      },
      async () => {
        await shop().fault('instant', 'after-insert', 'kill');
        const { row } = await shop().sendFirst('instant');
        await untilDead();
        return row();
      },
    );

    scenario(
      shop,
      {
        number: '2b',
        situation: 'it was inserted a minute ago, and publishing blocks',
        truth: 'waiting',
        expected: 'unknown: waiting/-',
        check: { age: 70 },
      },
      async () => {
        await shop().fault('value', 'after-insert', 'sleep:8');
        const { row } = await shop().sendFirst('value');
        return row();
      },
    );

    scenario(
      shop,
      {
        number: '7',
        situation: 'its worker process was killed in mid-run',
        truth: ['failed', 'lost'],
        expected: 'unknown: failed/worker-lost | finished/- | failed/empty-exception',
        withEffect: 'unknown: failed/worker-lost',
      },
      async () => {
        const row = await shop().start('dies');
        await untilDead();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '7b',
        situation: 'its worker process was killed after its work',
        truth: 'finished',
        expected: 'unknown: failed/worker-lost | finished/-',
        withEffect: 'finished/*/proven',
      },
      async () => {
        const row = await shop().start('dies', { after: true });
        await untilDead();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '7c',
        situation: 'it was killed in mid-run a moment ago: too young to say more',
        truth: ['failed', 'lost'],
        expected: 'unknown: failed/worker-lost | waiting/-',
        check: { age: 0 },
      },
      async () => {
        const row = await shop().start('dies');
        await untilDead();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '14',
        situation: 'a circuit breaker was open, the library could not publish its retry',
        truth: 'failed',
        expected: 'failed/circuit-breaker/likely',
        withEffect: 'failed/circuit-breaker/likely',
      },
      async () => {
        const row = await shop().start('calls_closed_service');
        await worker.untilLogs(/calls_closed_service\[[^\]]+\] raised/);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '15',
        situation: 'it raised an exception without a text',
        truth: 'failed',
        expected: 'unknown: failed/worker-lost | finished/- | failed/empty-exception',
        withEffect: 'unknown: failed/worker-lost',
      },
      () => startAndEnd('fails', /fails\[[^\]]+\] succeeded/, 2),
    );

    scenario(
      shop,
      {
        number: '15b',
        situation: 'its body left by SystemExit',
        truth: 'failed',
        expected: 'unknown: failed/worker-lost | finished/- | failed/empty-exception',
        withEffect: 'unknown: failed/worker-lost',
      },
      async () => {
        const row = await shop().start('exits');
        await untilDead();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '16',
        situation: 'the database was away when its end was saved',
        truth: 'finished',
        expected: 'unknown: failed/worker-lost | finished/- | failed/empty-exception',
        withEffect: 'finished/*/proven',
      },
      async () => {
        await shop().fault('instant', 'before-done', 'lose-database');
        return startAndEnd('instant', /instant\[[^\]]+\] raised/);
      },
    );

    scenario(
      shop,
      {
        number: '17',
        situation: 'its second page of three was killed',
        truth: 'lost',
        expected: 'unknown: lost/page-interrupted',
        withEffect: 'unknown: lost/page-interrupted',
      },
      async () => {
        const row = await shop().start('pages', { total_pages: 3, die_on: 2 });
        await untilDead();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '17b',
        situation: 'its first page ended, and no second one was sent',
        truth: 'lost',
        expected: 'unknown: lost/page-interrupted',
      },
      () =>
        startAndEnd('pages', /pages\[[^\]]+\] succeeded in \d\.\d+s: 'page 1/, 2, { total_pages: 2, stop_after: 1 }),
    );

    scenario(
      shop,
      {
        number: '17c',
        situation: 'its second page runs, under an id that the row does not know',
        truth: 'running',
        expected: 'running/-/proven',
      },
      async () => {
        const row = await shop().start('pages', { total_pages: 3, sleep_on: 2 });
        await shop().untilRow(row, 'is at page 2', ({ current_page }) => current_page === 2);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '21',
        situation: 'its task_id was overwritten by an empty one, and it runs',
        truth: 'running',
        expected: 'running/-/proven',
      },
      async () => {
        // The one that sleeps in its second page has a place of the two.
        await worker.kill();
        worker = await shop().worker('main-2', { queues: ['first', 'celery'], concurrency: 3 });
        return startWithoutTaskId('slow');
      },
    );

    scenario(
      shop,
      {
        number: '21b',
        situation: 'its task_id was overwritten by an empty one, and it was killed',
        truth: ['failed', 'lost'],
        expected: 'unknown: failed/worker-lost | finished/-',
        withEffect: 'unknown: failed/worker-lost',
      },
      async () => {
        const row = await startWithoutTaskId('dies');
        await untilDead();
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '13',
        situation: 'its retry succeeded, which the library does not record',
        truth: 'finished',
        expected: 'unknown: lost/message-missing | finished/retry-not-recorded',
        withEffect: 'finished/retry-not-recorded/proven',
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
        number: '20b',
        situation: 'paused, and its retry was thrown away when it came',
        truth: 'lost',
        expected: 'lost/paused/likely',
      },
      async () => {
        const row = await retrying();
        await shop().ask({ do: 'pause', row });
        await shop().untilRow(row, 'is killed', ({ killed }) => killed);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '12',
        situation: 'it was retried, and the message of the next retry is gone',
        truth: 'lost',
        expected: 'unknown: lost/message-missing | finished/retry-not-recorded',
        withEffect: 'unknown: lost/message-missing',
      },
      async () => {
        const row = await retrying();
        await shop().untilRow(row, 'was retried', ({ attempts }) => attempts >= 2);
        await worker.untilLogs(RETRIED, returned + 3);
        await worker.kill();
        await shop().redis.del('unacked', 'unacked_index', 'celery', 'celery\x06\x163', 'celery\x06\x169');
        worker = await shop().worker('main-3', { queues: ['first', 'celery'], concurrency: 2 });
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '12b',
        situation: 'its first retry is gone: its row is that of an interrupted one',
        truth: 'lost',
        expected: 'unknown: failed/worker-lost | lost/message-missing | finished/-',
      },
      async () => {
        const row = await retrying();
        await worker.kill();
        await shop().redis.del('unacked', 'unacked_index');
        worker = await shop().worker('main-4', { queues: ['first', 'celery'], concurrency: 2 });
        return row;
      },
    );

    /** Its first run has asked for a retry, which is published and waits for its second to pass. */
    async function retrying(): Promise<number> {
      const row = await shop().start('retries_always');
      await worker.untilLogs(RETRIED, returned + 2);
      return row;
    }

    async function startAndEnd(
      task: string,
      end: RegExp,
      times = 1,
      kwargs: Readonly<Record<string, unknown>> = {},
    ): Promise<number> {
      const row = await shop().start(task, kwargs);
      await worker.untilLogs(end, times);
      return row;
    }

    function startWithoutTaskId(task: string): Promise<number> {
      return overwrittenTaskId(shop(), task);
    }
  });
}

/** The second message reads the row before the first one's save of task_id, and writes the whole row after it. */
export async function overwrittenTaskId(shop: Shop, task: string): Promise<number> {
  await shop.fault(task, 'loaded', 'sleep:1.5');
  await shop.fault(task, 'after-publish', 'sleep:0.8');
  const { row } = await shop.sendFirst(task);
  return row(({ status, task_id: id }) => status !== 'SCHEDULED' && id === '');
}
