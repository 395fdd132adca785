import assert from 'node:assert/strict';
import { deflateSync, gzipSync } from 'node:zlib';
import { marksOf } from '../../../src/base/argumentMarks';
import { readListItem, readTaken } from '../../../src/brokers/redis/queues/message';
import { kombuMessage, takenMessage } from '../../support/redis';

const read = (text: string) => readListItem(Buffer.from(text));
const withEnvelope = (change: (envelope: Record<string, unknown>) => void) => {
  const envelope = JSON.parse(kombuMessage({ id: 'an-id', kwargs: { task_manager_id: 5 } })) as Record<string, unknown>;
  change(envelope);
  return read(JSON.stringify(envelope));
};

describe('brokers/brokerMessage', () => {
  it('a message of the broker is read by protocol 2', () => {
    const text = kombuMessage({
      id: 'an-id',
      tag: 'a-tag',
      task: 'shop.tasks.send',
      kwargs: { task_manager_id: 17, attempts: 2 },
      headers: { eta: '2026-11-23T11:25:11.5+01:00', expires: '2026-11-23T12:00:00', retries: 3, redelivered: true },
    });
    assert.deepEqual(read(text), {
      told: {
        taskId: 'an-id',
        task: 'shop.tasks.send',
        managerId: 17,
        eta: Date.UTC(2026, 10, 23, 10, 25, 11, 500) / 1000,
        expires: Date.UTC(2026, 10, 23, 12) / 1000,
        redelivered: true,
        libraryAttempts: 2,
        retries: 3,
      },
      tag: 'a-tag',
      managerIdHiddenBy: null,
      marks: marksOf([], {}),
    });
  });

  it('a message of the broker is read by protocol 1', () => {
    const body = {
      task: 'shop.tasks.send',
      id: 'old-id',
      args: [1],
      kwargs: { task_manager_id: 9 },
      retries: 1,
      eta: null,
    };
    const message = withEnvelope((envelope) => {
      envelope.headers = {};
      envelope.body = Buffer.from(JSON.stringify(body)).toString('base64');
    });
    assert.equal(message?.told.taskId, 'old-id');
    assert.equal(message.told.task, 'shop.tasks.send');
    assert.equal(message.told.managerId, 9);
    assert.equal(message.told.retries, 1);
  });

  it('a message of the broker takes redelivery also from delivery_info', () => {
    const message = withEnvelope((envelope) => {
      (envelope.properties as { delivery_info: unknown }).delivery_info = { exchange: '', redelivered: true };
    });
    assert.equal(message?.told.redelivered, true);
  });

  for (const [name, pack] of Object.entries({ zlib: deflateSync, gzip: gzipSync })) {
    it(`a message of the broker is unpacked when it is compressed by ${name}`, () => {
      const body = pack(Buffer.from(JSON.stringify([[], { task_manager_id: 4 }, {}])));
      assert.equal(read(kombuMessage({ body, headers: { compression: 'application/x-gzip' } }))?.told.managerId, 4);
    });
  }

  it('a message of the broker is not unpacked beyond 32 MB', () => {
    const body = deflateSync(Buffer.alloc(40 * 1024 * 1024, ' '));
    const message = read(kombuMessage({ body, headers: { compression: 'application/x-gzip', kwargsrepr: '{...}' } }));
    assert.equal(message?.managerIdHiddenBy, 'broken or too large compressed body');
  });

  it('a message of the broker recognises other compressions and leaves them packed', () => {
    const headers = { compression: 'application/x-bz2', kwargsrepr: "{'task_manager_id': 8}" };
    const message = read(kombuMessage({ body: 'BZh9...', headers }));
    assert.equal(message?.told.managerId, 8, 'from kwargsrepr');
    assert.equal(message.managerIdHiddenBy, null);
    const cut = read(kombuMessage({ body: 'BZh9...', headers: { ...headers, kwargsrepr: "{'text': 'aaa..." } }));
    assert.equal(cut?.managerIdHiddenBy, 'application/x-bz2 compression');
  });

  for (const [format, contentType] of [
    ['pickle', 'application/x-python-serialize'],
    ['yaml', 'application/x-yaml'],
    ['msgpack', 'application/x-msgpack'],
  ] as const) {
    it(`a message of the broker does not load ${format}, but reads kwargsrepr`, () => {
      const body = Buffer.from([0x80, 2, 0x63, 0x6f, 0x73, 0xff]);
      const known = read(
        kombuMessage({ body, contentType, headers: { kwargsrepr: "{'a': 1, 'task_manager_id': 12}" } }),
      );
      assert.equal(known?.told.managerId, 12);
      const none = read(kombuMessage({ body, contentType, headers: { kwargsrepr: '{}' } }));
      assert.deepEqual([none?.told.managerId, none?.managerIdHiddenBy], [null, null]);
      const cut = read(kombuMessage({ body, contentType, headers: { kwargsrepr: "{'a': 'xxxxx, ...}" } }));
      assert.deepEqual([cut?.told.managerId, cut?.managerIdHiddenBy], [null, format]);
    });
  }

  it('a message of the broker takes task_manager_id from the keyword arguments only', () => {
    const kwargs = { payload: { task_manager_id: 99 } };
    const message = read(kombuMessage({ args: [{ task_manager_id: 98 }], kwargs }));
    assert.deepEqual([message?.told.managerId, message?.managerIdHiddenBy], [null, null]);
  });

  it('a message of the broker trusts no number beyond 2^53', () => {
    const exact = read(kombuMessage({ body: '[[], {"task_manager_id": 9007199254740991}, {}]' }));
    assert.equal(exact?.told.managerId, 9007199254740991);
    const beyond = read(kombuMessage({ body: '[[], {"task_manager_id": 9007199254740993}, {}]' }));
    assert.deepEqual([beyond?.told.managerId, beyond?.managerIdHiddenBy], [null, 'an id that is no row number']);
  });

  it('a message of the broker reads what Python calls JSON: NaN and Infinity', () => {
    const body = '[[NaN, -Infinity, "NaN \\" NaN"], {"task_manager_id": 3}, {}]';
    assert.equal(read(kombuMessage({ body }))?.told.managerId, 3);
  });

  it('a message of the broker reads a body that is not encoded', () => {
    const message = withEnvelope((envelope) => {
      envelope.body = '[[], {"task_manager_id": 6}, {}]';
      (envelope.properties as { body_encoding: string }).body_encoding = 'utf-8';
    });
    assert.equal(message?.told.managerId, 6);
  });

  it('a message of the broker keeps its id when its body is broken', () => {
    const message = read(kombuMessage({ id: 'an-id', body: '[[1, {"task_man', headers: { kwargsrepr: '?' } }));
    assert.equal(message?.told.taskId, 'an-id');
    assert.equal(message.managerIdHiddenBy, 'broken JSON body');
  });

  for (const text of [
    '',
    'not JSON',
    '{"body": "half',
    '[]',
    '"text"',
    'null',
    '7',
    '{}',
    '{"headers": {}, "properties": {}}',
  ]) {
    it(`a message of the broker is none: ${JSON.stringify(text)}`, () => {
      assert.equal(read(text), undefined);
      assert.equal(readTaken(Buffer.from(text)), undefined);
    });
  }

  it('a message of the broker is none when it is pickle as a whole', () => {
    assert.equal(readListItem(Buffer.from([0x80, 2, 0x7d, 0x71, 0, 0x2e])), undefined);
  });

  it('a message of the broker is read out of unacked with its exchange and routing key', () => {
    const [envelope] = JSON.parse(takenMessage({ id: 'an-id' })) as unknown[];
    const taken = readTaken(Buffer.from(JSON.stringify([envelope, 'orders', 'orders.new'])));
    assert.equal(taken?.told.taskId, 'an-id');
    assert.deepEqual([taken.exchange, taken.routingKey], ['orders', 'orders.new']);
  });
});
