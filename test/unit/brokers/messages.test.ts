import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ReadMessage } from '../../../src/brokers/redis/queues/messageTypes';
import { IdTable } from '../../../src/brokers/redis/queues/idTable';
import { MessageIndex } from '../../../src/brokers/redis/queues/messageIndex';
import { Messages, type Place } from '../../../src/brokers/redis/queues/messages';

const PLACE: Place = { place: 'queue', queue: 'q', priority: 0, position: 1, listLength: 9, deliveredAt: null };
const TAKEN: Place = {
  place: 'unacked',
  queue: 'q',
  priority: null,
  position: null,
  listLength: null,
  deliveredAt: 12.5,
};

function message(taskId: string, managerId: number | null, told: Partial<ReadMessage['told']> = {}): ReadMessage {
  const usual = { eta: null, expires: null, redelivered: false, libraryAttempts: null, retries: 0 };
  return {
    told: { taskId, task: 'm.t', managerId, ...usual, ...told },
    tag: null,
    managerIdHiddenBy: null,
    marks: null,
  };
}

describe('brokers/messages', () => {
  const odd = ['', 'a', '__proto__', 'A'.repeat(36), randomUUID().toUpperCase(), randomUUID().replaceAll('-', '_')];

  it('ids in numbers are told apart and come back as they were, UUIDs and others', () => {
    const table = new IdTable();
    const ids = [...Array.from({ length: 5000 }, () => randomUUID()), ...odd, ...odd.map((id) => `${id}é`)];
    const numbers = ids.map((id) => table.add(id));
    assert.deepEqual(
      numbers,
      ids.map((_, place) => place),
    );
    for (const [place, id] of ids.entries()) {
      assert.equal(table.add(id), place);
      assert.equal(table.find(id), place);
      assert.equal(table.text(place), id);
    }
    assert.equal(table.size, ids.length);
    assert.equal(table.find(randomUUID()), undefined);
  });

  it('ids in numbers are others when one character is another one', () => {
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    const table = new IdTable();
    table.add(id);
    for (let at = 0; at < id.length; at++)
      for (const other of ['0', '-', 'F', 'é'])
        if (id[at] !== other) assert.equal(table.find(id.slice(0, at) + other + id.slice(at + 1)), undefined);
  });
});

describe('brokers/messages', () => {
  let index: MessageIndex;
  let messages: Messages;
  beforeEach(() => {
    index = new MessageIndex();
    messages = index.of('');
  });

  it('messages in numbers come back with all that was told of them', () => {
    const told = { eta: 1.5, expires: 2, redelivered: true, libraryAttempts: 3, retries: 4, task: 'other.t' };
    const id = randomUUID();
    assert.equal(messages.add('tag', message(id, 7, told), TAKEN), false);
    const { find } = index.finish();
    assert.deepEqual(find({ id: 1, taskId: id }), [{ ...TAKEN, taskId: id, managerId: 7, ...told, match: 'id' }]);
    assert.deepEqual(find({ id: 7, taskId: '' }), [
      { ...TAKEN, taskId: id, managerId: 7, ...told, match: 'number-and-name' },
    ]);
    assert.deepEqual(find({ id: 8, taskId: 'x' }), []);
  });

  it('messages in numbers stand where they were seen last', () => {
    messages.add('tag', message('a', null), TAKEN);
    assert.equal(messages.add('tag', message('a', null), { ...PLACE, position: 3 }), true);
    assert.deepEqual(index.finish().find({ id: 1, taskId: 'a' }), [
      { ...PLACE, position: 3, ...message('a', null).told, match: 'id' },
    ]);
  });

  it('messages in numbers of one row come each once: queued ones first, those with its own task id before others', () => {
    const add = (tag: string, taskId: string, managerId: number | null, place = PLACE): boolean =>
      messages.add(tag, message(taskId, managerId), place);
    add('1', 'retry', 5);
    add('2', 'own', 5, TAKEN);
    add('3', 'own', null);
    add('4', 'page', 5);
    index.of('prefix').add('5', message('own', 5), PLACE);
    const found = index.finish().find({ id: 5, taskId: 'own' });
    assert.deepEqual(
      found.map(({ taskId, managerId, place }) => [taskId, managerId, place]),
      [
        ['own', null, 'queue'],
        ['own', 5, 'queue'],
        ['retry', 5, 'queue'],
        ['page', 5, 'queue'],
        ['own', 5, 'unacked'],
      ],
    );
  });

  it('messages in numbers of lists that differ in priority, or queues that differ in name, are told apart beyond the first thousand', () => {
    for (let at = 0; at < 3000; at++)
      messages.add(`tag ${String(at)}`, message(`id ${String(at)}`, at), {
        ...PLACE,
        queue: `q${String(at % 3)}`,
        priority: at % 2,
        position: at + 1,
      });
    const { find, managerIds } = index.finish();
    for (const at of [0, 1, 1023, 1024, 2999]) {
      const [found] = find({ id: -1, taskId: `id ${String(at)}` });
      assert.deepEqual([found?.queue, found?.priority, found?.position], [`q${String(at % 3)}`, at % 2, at + 1]);
    }
    assert.deepEqual([...managerIds].length, 3000);
  });

  it('messages in numbers cost at most 25 MB for 100,000', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    // What V8 sets aside besides depends on the moment: the least of three is theirs.
    const tries = Array.from({ length: 3 }, () => {
      const own = new Messages();
      const before = used();
      for (let at = 0; at < 100_000; at++) own.add(randomUUID(), message(randomUUID(), at), PLACE);
      const megabytes = (used() - before) / 1e6;
      assert.equal(own.size, 100_000);
      return megabytes;
    });
    const megabytes = Math.min(...tries);
    console.log(`      ${megabytes.toFixed(1)} MB for 100,000 messages`);
    assert.ok(megabytes < 25, megabytes.toFixed(1));
  });
});
