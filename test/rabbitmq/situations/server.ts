/** What the server is, and where Celery looks for its messages. */
import assert from 'node:assert/strict';
import { rabbitSituation, type Truth } from '../../support/rabbitSituations';
import { useShop } from '../../support/celeryScenarios';
import { until } from '../../support/database';
import { Vhost, type RabbitServer } from '../../support/rabbitServer';

const WAITS = { right: ['waiting'], message: 'ready', says: 'unknown: waiting/*' } as const;

const HELD = { right: ['held'], message: 'unacked', says: 'unknown: held/-' } as const;
const RUNS = { right: ['running'], message: 'none', says: 'unknown: running/-' } as const;

export function serverSituations(server: () => RabbitServer): void {
  describe('another virtual host', () => {
    let vhost: Vhost;
    let staging: Vhost;
    before(async () => {
      vhost = await Vhost.create(server(), 'served');
      staging = await Vhost.create(server(), 'staging');
    });
    const shop = useShop({ name: 'rabbit-staging', db: 3, broker: () => staging.broker });
    const served = useShop({ name: 'rabbit-served', db: 4, broker: () => vhost.broker });

    rabbitSituation(
      shop,
      {
        name: 'messages in another virtual host',
        bounds: { waitingAtMost: 0, heldAtMost: 0, nowhereAtLeast: 2 },
        check: () => ({ broker: vhost.broker }),
        also: ({ sources }) => {
          const { detail = '' } = sources.find(({ name }) => name === 'broker') ?? {};
          assert.match(detail, /\/served: /);
        },
      },
      async () => {
        await served().worker('served');
        await vhost.untilConsumers('celery', 1);
        const rows = [await shop().call('instant'), await shop().call('instant')];
        await staging.until('celery', 2, 0);
        // What is said holds for the virtual host of the URL, which is named: here these tasks have no message. Nothing is decided.
        return rows.map((row): Truth => ({ row, right: ['lost'], message: 'none', says: 'unknown: lost/*' }));
      },
    );
  });

  describe('a quorum queue', () => {
    let vhost: Vhost;
    before(async () => {
      vhost = await Vhost.create(server(), 'quorum');
    });
    const shop = useShop({ name: 'rabbit-quorum', db: 5, broker: () => vhost.broker, env: { QUORUM: '1' } });

    rabbitSituation(
      shop,
      { name: 'a quorum queue, which Celery before 5.5 cannot consume (540)', slow: true, moves: true },
      async () => {
        const rows = [await shop().call('slow', { seconds: 600 }), await shop().call('slow', { seconds: 600 })];
        const worker = await shop().worker('quorum', { says: /540| ready\./ });
        const refused = worker.countLogs(/540/) > 0;
        await vhost.until('celery', refused ? 2 : 0, refused ? 0 : 1);
        const truths = refused ? [WAITS, WAITS] : [RUNS, HELD];
        return rows.map((row, index): Truth => ({ row, ...truths[index]! }));
      },
    );
  });

  describe('a memory alarm', () => {
    let vhost: Vhost;
    before(async () => {
      vhost = await Vhost.create(server(), 'alarm');
    });
    const shop = useShop({ name: 'rabbit-alarm', db: 6, broker: () => vhost.broker });
    after(async () => {
      await server().ctl('set_vm_memory_high_watermark', 'absolute', '1GB');
      await untilAlarm(server(), false);
    });

    rabbitSituation(shop, { name: 'a memory alarm blocks its publisher' }, async () => {
      const first = await shop().call('instant');
      await server().ctl('set_vm_memory_high_watermark', '0.000001');
      await untilAlarm(server(), true);
      const order = await shop().order();
      // It comes to its end when the alarm does.
      void shop()
        .ask({ do: 'call', task: 'shop.tasks.instant', args: [order] })
        .catch(() => undefined);
      const blocked = await shop().rowOfOrder(order);
      await untilBlocked(server());
      return [
        { row: first, ...WAITS },
        { row: blocked, right: ['waiting'], message: 'none', says: 'unknown: waiting/*' },
      ];
    });
  });
}

async function untilAlarm(server: RabbitServer, on: boolean): Promise<void> {
  await until(async () => {
    const alarmed = await server.api('GET', 'health/checks/alarms').then(
      () => false,
      () => true,
    );
    return alarmed === on ? true : undefined;
  }, 20_000);
}

async function untilBlocked(server: RabbitServer): Promise<void> {
  await until(async () => {
    const connections = (await server.api('GET', 'connections')) as { state?: string }[];
    return connections.some(({ state }) => state === 'blocked') ? true : undefined;
  }, 20_000);
}
