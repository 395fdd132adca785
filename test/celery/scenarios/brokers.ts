import assert from 'node:assert/strict';
import { inWords, scenario, SHOP_EFFECTS, useShop, verificationOf } from '../../support/celeryScenarios';
import { FIRST, type Shop, type Worker } from '../../support/celery';

/** The broker: emptied, not found, not read to its end, with other names, without workers that hear. */
export function brokerScenarios(): void {
  describe('emptied (FLUSHDB)', () => {
    const shop = useShop({ name: 'flushed', db: 11 });
    let row: number;
    before(async () => {
      await shop().worker('first', { queues: [FIRST] });
    });

    scenario(
      shop,
      {
        number: '5',
        situation: 'FLUSHDB took its message and the queues: no broker is found',
        truth: 'lost',
        expected: 'unknown: lost/broker-wiped | finished/lost-update | waiting/-',
        withEffect: 'unknown: lost/broker-wiped',
      },
      async () => {
        row = await shop().start('instant');
        await shop().redis.flushdb();
        // Saved too soon for a run of it, however slow this machine is.
        await shop().database.run(
          `update task_manager_taskmanager set updated_at = created_at + interval '2 ms' where id = ${String(row)}`,
        );
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '5b',
        situation: 'FLUSHDB took its message, the queues are back',
        truth: 'lost',
        expected: 'unknown: lost/broker-wiped | finished/lost-update',
        withEffect: 'lost/broker-wiped/likely',
      },
      async () => {
        // Publishing declares its queue again, and a worker that starts declares its own.
        await shop().worker('other', { queues: ['other'] });
        for (let sent = 0; sent < 3; sent++) await shop().send('plain');
        return row;
      },
    );

    // The row is lost and its effect is known to be missing: whatever was not looked at must hold the verdict back.
    const heldBack: readonly [situation: string, choice: () => Promise<object>][] = [
      ['the search was capped', () => Promise.resolve({ maxQueueScan: 1 })],
      ['the workers were not asked', () => Promise.resolve({ askWorkers: false })],
      [
        'another database was named as broker',
        () => Promise.resolve({ brokerUrl: `${shop().redisUrl.replace(/\/\d+$/, '')}/15` }),
      ],
      ['the broker could not be reached', () => Promise.resolve({ brokerUrl: 'redis://127.0.0.1:1/0' })],
    ];
    for (const [situation, choice] of heldBack) {
      it(`5: ${situation}: not "lost"`, async () => {
        const found = await verificationOf(shop(), row, { age: 0, effects: SHOP_EFFECTS, ...(await choice()) });
        assert.match(inWords(found), /^unknown: /);
        assert.ok(found.readings!.length > 1, inWords(found));
      });
    }
  });

  describe('a key prefix', () => {
    const options = { global_keyprefix: 'pfx:' };
    const shop = useShop({
      name: 'prefix',
      db: 12,
      settings: {
        broker_transport_options: options,
        result_backend_transport_options: options,
        worker_prefetch_multiplier: 1,
      },
      env: { KEEP_RESULTS: '1' },
    });
    layoutScenarios(shop, 'behind a key prefix', 'pfx:', 'celery\x06\x163');
  });

  describe('its own separator', () => {
    const options = { sep: ':', priority_steps: [...Array(11).keys()], queue_order_strategy: 'priority' };
    const shop = useShop({
      name: 'separator',
      db: 13,
      settings: { broker_transport_options: options, worker_prefetch_multiplier: 1 },
      env: { KEEP_RESULTS: '1' },
    });
    layoutScenarios(shop, 'with the separator ":"', '', 'celery:5');
  });

  describe('without a broker', () => {
    const shop = useShop({ name: 'eager', db: 14, settings: { task_always_eager: true } });
    scenario(
      shop,
      {
        number: '23',
        situation: 'task_always_eager: it ran inside the call, and the first save put SCHEDULED back',
        truth: 'finished',
        expected: 'unknown: finished/lost-update',
        withEffect: 'finished/lost-update/proven',
      },
      () => shop().start('instant'),
    );
  });
}

/**
 * A worker that lives and consumes nothing any more: a reply binding with another separator ends its main loop's callback (the trap of
 * docs/celery.md, "Workers"). It is made at once and looked at after `others`, because only its long silence tells it from a busy one.
 */
export function deafScenarios(others: () => void): void {
  const shop = useShop({ name: 'deaf', db: 1 });
  before(async () => {
    const poison = 'someone::someone.reply.celery.pidbox';
    const deaf = await shop().worker('deaf', { queues: [FIRST, 'celery'] });
    await shop().redis.sadd('_kombu.binding.reply.celery.pidbox', poison);
    await shop().inspectPing();
    await deaf.untilLogs(/ValueError/);
    await shop().redis.srem('_kombu.binding.reply.celery.pidbox', poison);
  });

  others();

  describe('a deaf worker', () => {
    let first: Worker;
    scenario(
      shop,
      {
        number: '25',
        situation: 'its worker lives and consumes nothing any more',
        truth: 'waiting',
        expected: 'waiting/*/proven',
      },
      async () => {
        first = await shop().worker('first', { queues: [FIRST] });
        const row = await shop().start('instant');
        await shop().untilQueued(1, ['celery\x06\x163']);
        return row;
      },
    );

    scenario(
      shop,
      {
        number: '25b',
        situation: 'no worker but the deaf one is left',
        truth: 'waiting',
        expected: 'waiting/workers-down/proven',
      },
      async () => {
        await first.kill();
        return shop().rowOf('instant');
      },
    );
  });
}

function layoutScenarios(shop: () => Shop, how: string, prefix: string, list: string): void {
  let main: Worker;

  scenario(
    shop,
    {
      number: '4',
      situation: `its queue is consumed by nobody, ${how}`,
      truth: 'waiting',
      expected: 'waiting/no-consumer/proven',
    },
    async () => {
      await shop().worker('first', { queues: [FIRST] });
      const row = await shop().start('instant');
      await shop().untilQueued(1, [`${prefix}${list}`]);
      return row;
    },
  );

  scenario(
    shop,
    {
      number: '6c',
      situation: `SUCCESS with a value, SCHEDULED was put back, ${how}`,
      truth: 'finished',
      expected: 'unknown: finished/result-success',
    },
    async () => {
      main = await shop().worker('main');
      await shop().fault('value', 'after-publish', 'sleep:1');
      return shop().start('value');
    },
  );

  scenario(
    shop,
    { number: '10', situation: `a worker runs it, ${how}`, truth: 'running', expected: 'running/-/proven' },
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
      situation: `its worker was killed with its message in memory, ${how}`,
      truth: 'held',
      expected: 'held/redelivery-pending/proven',
    },
    async () => {
      const row = await shop().start('instant');
      await shop().untilUnacked(1, `${prefix}unacked`);
      await main.kill();
      return row;
    },
  );
}
