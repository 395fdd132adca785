/** A message is acknowledged after its task ran, and thrown away when the task failed: the options of the project that this is made for. */
import assert from 'node:assert/strict';
import { rabbitSituation, type Truth } from '../../support/rabbitSituations';
import { Shop } from '../../support/celery';
import { Vhost, type RabbitServer } from '../../support/rabbitServer';

const SETTINGS = {
  task_acks_late: true,
  task_reject_on_worker_lost: true,
  task_acks_on_failure_or_timeout: false,
  worker_prefetch_multiplier: 1,
};
const RAISED = /calls_closed_service\[[^\]]+\] raised/;
/** A worker that was not asked may run it once more. */
const FAILED = {
  right: ['failed'],
  says: 'unknown: failed/circuit-breaker',
  asked: 'failed/circuit-breaker/*',
} as const;
/** Numbers do not tell whose messages are in the dead-letter queue. */
const MAYBE_FAILED = { right: ['failed'], says: 'unknown: failed/circuit-breaker' } as const;

export function lateSituations(server: () => RabbitServer): void {
  describe('acknowledged late', () => {
    let vhost: Vhost;
    let opened: Shop | undefined;
    let count = 0;
    const shop = (): Shop => opened!;
    // Rows are made old, and a queue that was empty a moment ago would have lost the messages of old rows: each situation has new ones.
    beforeEach(async () => {
      const name = `late-${String(++count)}`;
      vhost = await Vhost.create(server(), name);
      opened = await Shop.open({ name: `rabbit-${name}`, db: 2, broker: () => vhost.broker, settings: SETTINGS });
    });
    afterEach(() => opened?.close());

    rabbitSituation(
      shop,
      {
        name: 'failed, its message thrown away',
        moves: true,
        bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 2 },
      },
      async () => {
        const main = await shop().worker('main');
        const rows = [await shop().call('calls_closed_service'), await shop().call('calls_closed_service')];
        await main.untilLogs(RAISED, 2);
        await vhost.until('celery', 0, 0);
        await vhost.untilConsumers('celery', 1);
        return rows.map((row): Truth => ({ row, message: 'none', ...FAILED }));
      },
    );

    describe('with dead letters', () => {
      beforeEach(async () => {
        const { api } = server();
        await api('PUT', `queues/${vhost.path}/dead`, { durable: true });
        const definition = { 'dead-letter-exchange': '', 'dead-letter-routing-key': 'dead' };
        await api('PUT', `policies/${vhost.path}/dlx`, { pattern: '^celery$', 'apply-to': 'queues', definition });
      });
      rabbitSituation(
        shop,
        {
          name: 'failed, its message in a dead-letter queue',
          moves: true,
          bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 0, deadLetteredAtMost: 2, delayedAtMost: 0 },
          also: ({ infrastructure }) => {
            const dead = infrastructure.queues?.find(({ name }) => name === 'dead');
            assert.deepEqual([dead?.length, dead?.keeps], [2, 'dead-letters']);
          },
        },
        async () => {
          await shop().worker('dead');
          const rows = [await shop().call('calls_closed_service'), await shop().call('calls_closed_service')];
          await vhost.until('dead', 2, 0);
          return rows.map((row): Truth => ({ row, message: 'dead', ...MAYBE_FAILED }));
        },
      );
    });

    describe('without dead letters', () => {
      rabbitSituation(
        shop,
        { name: 'running, acknowledged late', bounds: { waitingAtMost: 0, heldAtMost: 1, nowhereAtLeast: 0 } },
        async () => {
          await shop().worker('runs');
          const row = await shop().call('slow', { seconds: 600 });
          await shop().untilRow(row, 'begun', ({ status_message }) => status_message === '');
          await vhost.until('celery', 0, 1);
          await vhost.untilConsumers('celery', 1);
          return [
            { row, right: ['running'], message: 'unacked', says: 'unknown: running/-', asked: 'running/-/proven' },
          ];
        },
      );

      rabbitSituation(
        shop,
        {
          name: 'SIGKILL of the worker, acknowledged late',
          bounds: { waitingAtMost: 1, heldAtMost: 0, nowhereAtLeast: 0 },
        },
        async () => {
          const main = await shop().worker('killed');
          const row = await shop().call('slow', { seconds: 600 });
          await shop().untilRow(row, 'begun', ({ status_message }) => status_message === '');
          await main.kill();
          await vhost.until('celery', 1, 0);
          await vhost.untilConsumers('celery', 0);
          return [{ row, right: ['waiting'], message: 'ready', says: 'unknown: waiting/*' }];
        },
      );

      rabbitSituation(
        shop,
        {
          name: 'each run kills its process (crash loop)',
          bounds: { waitingAtMost: 1, heldAtMost: 1, nowhereAtLeast: 0 },
          moves: true,
        },
        async () => {
          const main = await shop().worker('crashes');
          const row = await shop().call('dies');
          await main.untilLogs(/WorkerLostError|SystemExit/, 2);
          return [
            { row, right: ['waiting', 'held', 'running', 'failed'], message: 'somewhere', says: 'unknown: running/-' },
          ];
        },
      );

      rabbitSituation(
        shop,
        {
          name: 'it runs longer than consumer_timeout',
          bounds: { waitingAtMost: 1, heldAtMost: 0, nowhereAtLeast: 0 },
        },
        async () => {
          const row = await withShortConsumerTimeout(server(), async () => {
            const main = await shop().worker('slow', { concurrency: 2 });
            const taken = await shop().call('slow', { seconds: 600 });
            if (timesOut(server())) await main.untilLogs(/PRECONDITION_FAILED/);
            else await main.kill();
            return taken;
          });
          await vhost.until('celery', 1, 0);
          await vhost.untilConsumers('celery', 0);
          // Its message waits, and it runs: both are right.
          return [{ row, right: ['waiting', 'running'], message: 'ready', says: 'unknown: waiting/*' }];
        },
      );
    });
  });
}

/** Classic queues have no consumer timeout from RabbitMQ 4.3 on. */
function timesOut({ version }: RabbitServer): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 4 || (major === 4 && minor < 3);
}

/** A channel that is opened meanwhile has a consumer timeout of two seconds, checked each second: half an hour, checked each minute, else. */
async function withShortConsumerTimeout<T>(server: RabbitServer, work: () => Promise<T>): Promise<T> {
  const set = (timeout: number, tick: number): Promise<string> =>
    server.ctl(
      'eval',
      `application:set_env(rabbit, consumer_timeout, ${String(timeout)}), application:set_env(rabbit, channel_tick_interval, ${String(tick)}).`,
    );
  await set(2_000, 1_000);
  try {
    return await work();
  } finally {
    await set(1_800_000, 60_000);
  }
}
