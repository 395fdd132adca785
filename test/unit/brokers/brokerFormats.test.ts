import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readListItem } from '../../../src/brokers/redis/queues/message';
import { readResultPayload } from '../../../src/results/payload';

/** Written by Celery 5.2.6 with kombu 5.2.4: one message for each serializer, compression and protocol, two results for each serializer. */
const { messages, results } = JSON.parse(readFileSync('test/fixtures/celery/celery-5.2.6-formats.json', 'utf8')) as {
  messages: Record<string, string>;
  /** Base64. */
  results: Record<string, string>;
};

describe('brokers/brokerFormats', () => {
  for (const [id, managerId, hiddenBy] of [
    ['json', 77, null],
    ['pickle', 77, null],
    ['yaml', 77, null],
    ['msgpack', 77, null],
    ['zlib', 77, null],
    ['gzip', 77, null],
    ['bzip2', 77, null],
    ['lzma', 77, null],
    ['proto1', 77, null],
    ['nan', 79, null],
    // Behind 3,000 other characters of kwargsrepr, which is cut; and protocol 1 has no kwargsrepr.
    ['longpickle', null, 'pickle'],
    ['proto1pickle', null, 'pickle'],
  ] as const) {
    it(`what Celery itself wrote as message "${id}" has task_manager_id ${String(managerId)}`, () => {
      const message = readListItem(Buffer.from(messages[id]!));
      assert.equal(message?.told.taskId, id);
      assert.deepEqual([message.told.managerId, message.managerIdHiddenBy], [managerId, hiddenBy]);
      assert.equal(message.told.task, id === 'proto1pickle' ? '' : 'shop.tasks.send');
      assert.equal(message.told.eta !== null, id === 'proto1');
    });
  }

  it('what Celery itself wrote is all there', () => {
    assert.equal(Object.keys(messages).length, 12);
    assert.equal(Object.keys(results).length, 8);
  });

  for (const [serializer, success, failure, note] of [
    ['json', 'SUCCESS', 'FAILURE', null],
    ['yaml', 'SUCCESS', 'FAILURE', 'yaml: only its status was read'],
    ['pickle', null, null, 'pickle, not decoded'],
    ['msgpack', null, null, 'msgpack, not decoded'],
  ] as const) {
    it(`what Celery itself wrote as ${serializer} results is ${String(success)} and ${String(failure)}, also with "status:" in its texts`, () => {
      const read = (id: string) => readResultPayload(Buffer.from(results[id]!, 'base64'));
      assert.deepEqual([read(`r-${serializer}`).state, read(`r-${serializer}`).note], [success, note]);
      assert.deepEqual([read(`f-${serializer}`).state, read(`f-${serializer}`).note], [failure, note]);
    });
  }
});
