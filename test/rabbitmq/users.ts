/** Every kind of user that a management API knows: what is concluded, which sentence is said, and that its command is right. */
import assert from 'node:assert/strict';
import type { Diagnosis } from '../../src/model/diagnosis';
import { checkShop, makeOlder, useShop, AGE_SECONDS } from '../support/celeryScenarios';
import { startRabbit, Vhost, type RabbitServer } from '../support/rabbitServer';

const VHOST = 'a/b shop';
const NOTHING = ['^$', '^$', '^$'] as const;
const EVERYTHING = ['.*', '.*', '.*'] as const;
/** Three messages wait, and four tasks are stuck. */
const BOUNDS = { waitingAtMost: 3, heldAtMost: 0, nowhereAtLeast: 1 };

export function usersOfTheApi(server: () => RabbitServer): void {
  describe('users', () => {
    let vhost: Vhost;
    before(async () => {
      vhost = await Vhost.create(server(), VHOST);
      await server().addUser({ name: 'workers', tags: 'management', permissions: { [VHOST]: EVERYTHING } });
    });
    const shop = useShop({ name: 'rabbit-users', db: 7, broker: () => vhost.brokerOf('workers') });
    before(async () => {
      await shop().worker('other', { queues: ['other'] });
      for (let index = 0; index < 4; index++) await shop().call('instant');
      // One of them is taken away, by somebody who may.
      await vhost.until('celery', 4, 0);
      await server().api('POST', `queues/${vhost.path}/celery/get`, {
        count: 1,
        ackmode: 'ack_requeue_false',
        encoding: 'auto',
      });
      await vhost.until('celery', 3, 0);
      await vhost.untilConsumers('other', 1);
      await makeOlder(shop(), AGE_SECONDS);
    });

    const checkAs = (user: string): Promise<Diagnosis> =>
      checkShop(shop(), { age: 0, askWorkers: false, broker: vhost.brokerOf(user) });
    const bounds = ({ taskTypes }: Diagnosis): unknown => taskTypes[0]?.bounds;
    const said = ({ sources }: Diagnosis): string => {
      const { state, detail } = sources.find(({ name }) => name === 'broker')!;
      return `${state}: ${detail}`;
    };
    const taken = ({ infrastructure }: Diagnosis): unknown =>
      infrastructure.workers?.map(({ name, queues }) => [name, queues]);
    /** Runs the command that a sentence ends with, as a shell takes it. */
    const obey = async (sentence: string): Promise<void> => {
      const command = /rabbitmqctl (.*?)(?: on the server)?\.?$/m.exec(sentence)?.[1];
      assert.ok(command, `no command in: ${sentence}`);
      const words = [...command.matchAll(/'([^']*)'|([^\s']+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      await server().ctl(...words);
    };

    it('with the tag monitoring and an empty permission sees everything', async () => {
      await server().addUser({ name: 'mon', tags: 'monitoring', permissions: { [VHOST]: NOTHING } });
      const diagnosis = await checkAs('mon');
      assert.deepEqual(bounds(diagnosis), BOUNDS);
      assert.match(said(diagnosis), /^ok: /);
      assert.deepEqual(taken(diagnosis), [['other@test', ['other']]]);
    });

    it('with the tag management and an empty permission sees the counts and the workers', async () => {
      await server().addUser({ name: 'reader', tags: 'management', permissions: { [VHOST]: NOTHING } });
      const diagnosis = await checkAs('reader');
      assert.deepEqual(bounds(diagnosis), BOUNDS);
      assert.deepEqual(taken(diagnosis), [['other@test', ['other']]]);
    });

    it('of the workers themselves, with the tag management, sees the same', async () => {
      const diagnosis = await checkAs('workers');
      assert.deepEqual(bounds(diagnosis), BOUNDS);
      assert.deepEqual(taken(diagnosis), [['other@test', ['other']]]);
    });

    it('the administrator sees the same', async () => {
      assert.deepEqual(bounds(await checkAs(server().user)), BOUNDS);
    });

    for (const [tags, user] of [
      ['monitoring', 'mon without'],
      ['management', 'reader-without'],
    ] as const)
      it(`with the tag ${tags} and no permission: the sentence has the command, which is right`, async () => {
        await server().addUser({ name: user, tags });
        const before = await checkAs(user);
        assert.equal(bounds(before), undefined);
        assert.match(
          said(before),
          new RegExp(`^unavailable: The user ${user} has no permission in the virtual host ${VHOST} of`),
        );
        await obey(said(before));
        assert.deepEqual(bounds(await checkAs(user)), BOUNDS);
      });

    it('without a tag: the sentence has the command, which is right', async () => {
      await server().addUser({ name: 'plain', permissions: { [VHOST]: EVERYTHING } });
      const before = await checkAs('plain');
      assert.equal(bounds(before), undefined);
      assert.match(said(before), /^unavailable: The user plain has no tag that permits/);
      await obey(said(before));
      assert.deepEqual(bounds(await checkAs('plain')), BOUNDS);
    });

    it('without anything: one command after the other leads to the numbers', async () => {
      await server().addUser({ name: 'new' });
      for (let step = 0; step < 2; step++) await obey(said(await checkAs('new')));
      assert.deepEqual(bounds(await checkAs('new')), BOUNDS);
    });

    it('with a wrong password: nothing is concluded, and the password is in no sentence', async () => {
      const broker = vhost.brokerOf('mon');
      const wrong = { ...broker, url: broker.url.replace('@', 'x@') };
      const diagnosis = await checkShop(shop(), { age: 0, askWorkers: false, broker: wrong });
      assert.match(said(diagnosis), /^unavailable: Wrong user or password for .* \(user mon\)$/);
      assert.equal(bounds(diagnosis), undefined);
    });

    it('in a virtual host that does not exist: the sentence names those that this user sees', async () => {
      const broker = vhost.brokerOf('mon');
      const wrong = { ...broker, url: broker.url.replace(/[^/]*$/, 'nope') };
      const diagnosis = await checkShop(shop(), { age: 0, askWorkers: false, broker: wrong });
      assert.match(said(diagnosis), /^unavailable: .* has no virtual host nope\. .*a\/b shop/);
    });

    describe('where statistics are disabled', () => {
      let without: RabbitServer;
      before(async () => {
        without = await startRabbit({ disableMetrics: true, vhosts: [VHOST] });
        await without.addUser({ name: 'mon', tags: 'monitoring', permissions: { [VHOST]: NOTHING } });
        const other = new Vhost(without, VHOST);
        await without.api('PUT', `queues/${other.path}/celery`, { durable: true });
        for (let index = 0; index < 3; index++)
          await without.api('POST', `exchanges/${other.path}/amq.default/publish`, {
            properties: {},
            routing_key: 'celery',
            payload: '[]',
            payload_encoding: 'string',
          });
        await other.until('celery', 3, 0);
      });
      after(() => without.stop());

      it('the numbers are there, and who consumes is not known', async () => {
        const broker = new Vhost(without, VHOST).brokerOf('mon');
        const diagnosis = await checkShop(shop(), { age: 0, askWorkers: false, broker });
        assert.deepEqual(bounds(diagnosis), BOUNDS);
        assert.match(said(diagnosis), /consumers are not shown/);
        assert.equal(diagnosis.infrastructure.workers?.length ?? 0, 0);
      });
    });
  });
}
