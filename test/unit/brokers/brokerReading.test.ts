import assert from 'node:assert/strict';
import { boundQueues, splitBindingKey } from '../../../src/brokers/redis/queues/bindings';
import { ChunkSize } from '../../../src/wire/chunkSize';
import { isoSeconds } from '../../../src/wire/celeryTime';
import { managerIdInRepr } from '../../../src/wire/kwargsRepr';
import { notRead } from '../../../src/brokers/notRead';
import { ProgressSteps } from '../../../src/model/progress';

const KOMBU = '\x06\x16';

describe('brokers/brokerReading', () => {
  const bind = (exchange: string, ...members: string[]) => ({ exchange, members });
  const names = (...bindings: { exchange: string; members: string[] }[]) =>
    boundQueues(bindings).queues.map(({ name, separator }) => [name, separator]);

  it('bindings have a prefix, and the exchange behind', () => {
    assert.deepEqual(splitBindingKey('_kombu.binding.celery'), { prefix: '', exchange: 'celery' });
    assert.deepEqual(splitBindingKey('shop:_kombu.binding.a.b'), { prefix: 'shop:', exchange: 'a.b' });
    assert.equal(splitBindingKey('celery'), undefined);
  });

  it('bindings show the separator: the standard one and any other', () => {
    for (const sep of [KOMBU, ':', '::', '|', '-', '\x00'])
      assert.deepEqual(names(bind('celery', `celery${sep}${sep}celery`)), [['celery', sep]], JSON.stringify(sep));
  });

  it('bindings of topic exchanges have a pattern in the middle', () => {
    const member = ['orders.#', '^orders\\..*?$', 'orders'].join(KOMBU);
    assert.deepEqual(boundQueues([bind('shop', member)]).queues, [
      { exchange: 'shop', name: 'orders', routingKey: 'orders.#', separator: KOMBU },
    ]);
  });

  it('bindings of remote control and events are no queues for tasks, but show the separator', () => {
    const control = [
      bind('celery.pidbox', '::w1@host.celery.pidbox'),
      bind('reply.celery.pidbox', 'x::x.reply.celery.pidbox'),
      bind('celeryev', 'worker.#::celeryev.79df'),
    ];
    assert.deepEqual(names(...control), []);
    assert.deepEqual(boundQueues([bind('celeryev', 'nonsense')]).unsplit, []);
    assert.deepEqual(names(bind('myevents', `#${KOMBU}${KOMBU}celeryev.79df`)), []);
    const bound = boundQueues([...control, bind('shop', 'orders:^orders$:orders.high')]);
    assert.equal(bound.separator, ':');
    assert.deepEqual(
      bound.queues.map(({ name }) => name),
      ['orders.high'],
    );
  });

  it('bindings of a queue with the separator in its name are taken apart by their two halves', () => {
    assert.deepEqual(names(bind('celery', 'celery::celery'), bind('a:5', 'a:5::a:5')), [
      ['celery', ':'],
      ['a:5', ':'],
    ]);
  });

  it('bindings of two applications with separators of their own in one database are both read', () => {
    assert.deepEqual(names(bind('celery', `celery${KOMBU}${KOMBU}celery`), bind('other', 'other::other')), [
      ['celery', KOMBU],
      ['other', ':'],
    ]);
  });

  it('bindings that cannot be taken apart are named', () => {
    const { queues, unsplit } = boundQueues([bind('celery', `celery${KOMBU}${KOMBU}celery`, 'nonsense')]);
    assert.equal(queues.length, 1);
    assert.deepEqual(unsplit, [{ exchange: 'celery', member: 'nonsense' }]);
  });
});

describe('brokers/brokerReading', () => {
  const noon = Date.UTC(2026, 10, 23, 12) / 1000;
  for (const [text, seconds] of [
    ['2026-11-23T12:00:00', noon],
    ['2026-11-23T12:00:00Z', noon],
    ['2026-11-23 12:00:00+00:00', noon],
    ['2026-11-23T14:30:00+02:30', noon],
    ['2026-11-23T07:00:00-0500', noon],
    ['2026-11-23T12:00:00.250000+00:00', noon + 0.25],
    ['2026-11-23T12:00', noon],
    ['2026-11-23', null],
    ['2026-13-45T12:00:00', null],
    ['soon', null],
    ['', null],
    [null, null],
    [1795432562, null],
  ] as const) {
    it(`times of Python ${JSON.stringify(text)} is ${String(seconds)}`, () => {
      assert.equal(isoSeconds(text), seconds);
    });
  }

  it('times of Python are what Date makes of them, on any day, in any order', () => {
    for (const day of [
      '2026-11-23',
      '2024-02-29',
      '2026-02-29',
      '2026-04-31',
      '2026-00-10',
      '1970-01-01',
      '1969-12-31',
    ])
      for (const time of ['00:00:00', '23:59:59', '24:00:00', '24:00:01', '25:00:00', '12:60:00', '12:00:60']) {
        const ms = Date.parse(`${day}T${time}Z`);
        for (const again of [1, 2])
          assert.equal(
            isoSeconds(`${day}T${time}`),
            Number.isNaN(ms) ? null : ms / 1000,
            `${day} ${time} ${String(again)}`,
          );
      }
  });
});

describe('brokers/brokerReading', () => {
  for (const [repr, id] of [
    ["{'task_manager_id': 42}", 42],
    ["{'a': [1, (2, 3)], 'task_manager_id': 42, 'b': {}}", 42],
    ["{'task_manager_id': 42, 'text': 'cut here, ...}", 42],
    ['{}', null],
    ["{'a': 1}", null],
    ["{'a': {'task_manager_id': 42}}", undefined],
    ["{'a': {'task_manager_id': 1}, 'task_manager_id': 42}", undefined],
    ["{'task_manager_id': 4", undefined],
    ["{'text': 'cut here, ...}", undefined],
    ["{'task_manager_id': '42'}", undefined],
    ["{'task_manager_id': 12345678901234567890}", undefined],
    ["{'a': 1", undefined],
    ['<hidden>', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    it(`task_manager_id in kwargsrepr ${String(repr)} is ${String(id)}`, () => {
      assert.equal(managerIdInRepr(repr), id);
    });
  }
});

describe('brokers/brokerReading', () => {
  it('chunks begin small and grow to about a megabyte', () => {
    const size = new ChunkSize();
    const asked: number[] = [];
    for (let chunk = 0; chunk < 8; chunk++) {
      asked.push(size.items);
      size.adapt(Array<number>(size.items).fill(2048));
    }
    assert.deepEqual(asked, [2, 8, 32, 128, 512, 512, 512, 512]);
  });

  it('chunks never ask for more than 1,000 items', () => {
    const size = new ChunkSize();
    for (let chunk = 0; chunk < 8; chunk++) size.adapt(Array<number>(size.items).fill(10));
    assert.equal(size.items, 1000);
  });

  it('chunks are one item where items are huge, and few where a huge one came lately', () => {
    const size = new ChunkSize();
    size.adapt([10_000_000, 10_000_000]);
    assert.equal(size.items, 1);
    const mixed = new ChunkSize(1000);
    mixed.adapt([...Array<number>(9999).fill(100), 40_000_000]);
    assert.equal(mixed.items, 1);
    const sizes = [100, 100, 100].map((bytes) => {
      size.adapt(Array<number>(size.items).fill(bytes));
      return size.items;
    });
    assert.deepEqual(sizes, [4, 16, 53], 'grows again, while the huge one is forgotten');
  });
});

describe('brokers/brokerReading', () => {
  it('a broker that was not read says why and knows nothing', () => {
    const run = { progress: new ProgressSteps(['broker', 'workers'], () => undefined) };
    const { messages: view } = notRead({ state: 'not-configured', detail: 'no Redis is named.' }, false, run);
    assert.deepEqual(
      [view.found, view.contents === 'read', view.incompleteBecause],
      [false, false, 'no Redis is named'],
    );
    assert.deepEqual(view.find({ id: 1, taskId: 'x' }), []);
    assert.deepEqual([...view.managerIds], []);
  });
});
