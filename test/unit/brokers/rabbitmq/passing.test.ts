import assert from 'node:assert/strict';
import {
  deadLetterRoles,
  emptySecondsAgo,
  orderOf,
  type Passing,
} from '../../../../src/brokers/rabbitmq/state/passing';
import { roleOf } from '../../../../src/brokers/rabbitmq/state/queueRole';
import type { QueueTotals } from '../../../../src/brokers/rabbitmq/state/totals';

function queue(name: string, ready: number, unacked = 0, more: Partial<QueueTotals> = {}): QueueTotals {
  const about = { role: roleOf(name, false), type: 'classic', runs: true, state: 'running', arguments: {}, policy: '' };
  return { name, ready, unacked, ...about, ...more };
}

const FIRST_AT = 1_000_000;
const SECOND_AT = FIRST_AT + 30_000;

interface State {
  readonly before: readonly QueueTotals[];
  readonly after?: readonly QueueTotals[];
  readonly consumed?: readonly string[] | null;
  readonly consumedLater?: readonly string[] | null;
  readonly more?: Partial<Passing>;
}

function both({ before, after = before, consumed = ['celery'], consumedLater = consumed, more = {} }: State) {
  const takers = (names: readonly string[] | null): Passing['consumers'] =>
    names?.map((name) => ({
      queue: name,
      connection: name,
      channel: name,
      prefetch: 4,
      timeoutSeconds: null,
      user: 'app',
    })) ?? null;
  const first: Passing = {
    server: { product: 'RabbitMQ', version: '3.10.8' },
    totals: { at: FIRST_AT, queues: before, missing: [] },
    consumers: takers(consumed),
    deadLetters: new Set(),
    routesKnown: true,
    emptied: new Map(),
    ...more,
  };
  const second = { totals: { at: SECOND_AT, queues: after, missing: [] }, consumers: takers(consumedLater) };
  return [first, second] as const;
}

const order = (state: State) => orderOf(...both(state));
const empty = (state: State) => emptySecondsAgo(...both(state));

describe('brokers/rabbitmq/passing', () => {
  describe('the order of a queue', () => {
    const waits = [queue('celery', 9)];

    it('holds for one classic queue that is consumed, and for quorum queues before RabbitMQ 4.0', () => {
      assert.equal(order({ before: waits }), 'one-queue');
      assert.equal(order({ before: [queue('celery', 9, 0, { type: 'quorum' })] }), 'one-queue');
      const four = { server: { product: 'RabbitMQ', version: '4.0.5' } };
      assert.equal(order({ before: waits, more: four }), 'one-queue', 'classic queues have no priorities of their own');
    });

    it('holds by type where there are several queues', () => {
      const consumed = ['celery', 'emails'];
      assert.equal(order({ before: [...waits, queue('emails', 2)], consumed }), 'by-type');
      const mailbox = queue('w1@host1.celery.pidbox', 0);
      assert.equal(order({ before: [...waits, mailbox] }), 'one-queue', 'a mailbox is no queue of tasks');
    });

    it('does not hold with priorities, of which quorum queues have some since 4.0', () => {
      assert.equal(order({ before: [queue('celery', 9, 0, { arguments: { 'x-max-priority': 10 } })] }), undefined);
      for (const version of ['4.0.5', '4.3.1', null]) {
        const more = { server: { product: 'RabbitMQ', version } };
        assert.equal(order({ before: [queue('celery', 9, 0, { type: 'quorum' })], more }), undefined, String(version));
      }
      assert.equal(order({ before: [queue('celery', 9, 0, { type: 'stream' })] }), undefined);
      assert.equal(order({ before: waits, more: { server: { product: 'LavinMQ', version: '2.9.1' } } }), undefined);
    });

    it('does not hold where messages come to a queue later than they were published', () => {
      assert.equal(order({ before: [...waits, queue('celery_delayed_27', 0)] }), undefined);
      const round = { deadLetters: new Set(['celery', 'retry']) };
      assert.equal(order({ before: [...waits, queue('retry', 1)], more: round }), undefined);
      assert.equal(order({ before: waits, more: { routesKnown: false } }), undefined);
      const dead = { deadLetters: new Set(['dead']) };
      assert.equal(order({ before: [...waits, queue('dead', 2)], more: dead }), 'one-queue', 'there they stay');
    });

    it('says nothing where nobody takes what came back from a worker that ended', () => {
      assert.equal(order({ before: waits, consumed: [] }), undefined);
      assert.equal(order({ before: waits, consumed: [], consumedLater: ['celery'] }), undefined);
      assert.equal(order({ before: waits, consumedLater: [] }), undefined);
      assert.equal(order({ before: waits, consumed: null }), undefined);
      assert.equal(order({ before: waits, consumed: ['emails'] }), undefined);
      assert.equal(order({ before: [queue('celery', 0, 4)], consumed: [] }), 'one-queue', 'nothing waits there');
    });
  });

  describe('queues that were empty', () => {
    it('are those that were at the first look, with what came later', () => {
      assert.equal(empty({ before: [queue('celery', 0)], after: [queue('celery', 5)] }), 40);
      assert.equal(empty({ before: [queue('celery', 0, 1)], after: [queue('celery', 0)] }), undefined);
    });

    it('never are those that were empty at the second look alone: a row may not show yet that its task ran', () => {
      assert.equal(empty({ before: [queue('celery', 5)], after: [queue('celery', 0)] }), undefined);
    });

    it('may have been empty at different times, of which the earliest counts', () => {
      const emptied = new Map([
        ['celery', FIRST_AT - 100_000],
        ['emails', FIRST_AT - 200_000],
      ]);
      const before = [queue('celery', 3), queue('emails', 1), queue('other', 0)];
      assert.equal(empty({ before, more: { emptied } }), 200 + 30 + 10);
      assert.equal(empty({ before: [...before, queue('more', 1)], more: { emptied } }), undefined);
    });

    it('tell of a queue that came after the first look as well', () => {
      assert.equal(empty({ before: [queue('celery', 0)], after: [queue('celery', 0), queue('new', 7)] }), 40);
    });

    it('say nothing where messages move between queues by themselves', () => {
      const before = [queue('celery', 0)];
      assert.equal(empty({ before: [...before, queue('celery_delayed_27', 0)] }), undefined);
      assert.equal(empty({ before, more: { deadLetters: new Set(['dead']) } }), undefined);
      assert.equal(empty({ before, more: { routesKnown: false } }), undefined);
    });
  });

  describe('dead-letter queues', () => {
    const final = (state: State): readonly string[] => [...deadLetterRoles(...both(state)).final];
    const more = { deadLetters: new Set(['dead', 'celery']) };
    const dead = queue('dead', 2);

    it('are the end of a message where nobody consumes them and they send it nowhere', () => {
      assert.deepEqual(final({ before: [queue('celery', 1), dead], more }), ['dead']);
      for (const other of [
        { before: [dead], consumed: ['dead'] },
        { before: [dead], consumed: [], consumedLater: ['dead'] },
        { before: [dead], consumed: null },
        { before: [queue('dead', 2, 0, { arguments: { 'x-dead-letter-exchange': '' } })] },
        { before: [queue('dead', 2, 0, { policy: 'all' })] },
      ])
        assert.deepEqual(final({ ...other, before: [queue('celery', 1), ...other.before], more }), []);
    });
  });
});
