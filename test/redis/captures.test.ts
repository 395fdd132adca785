import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { redisResults } from '../../src/results/redisResults';
import type { BrokerMessage, QueueFacts, ResultRecord } from '../../src/model/facts';
import { captures, emptyRedis, reading, redisTarget, restore, search } from '../support/redis';

/** Made by expect.py: what kombu and Celery themselves read out of the same keys. */
const EXPECTED = JSON.parse(readFileSync('test/fixtures/celery/expected.json', 'utf8')) as Record<
  string,
  { queues: QueueFacts[]; messages: BrokerMessage[]; results: Record<string, ResultRecord> }
>;
const FILES = ['queued', 'apiv2opts-queued', 'worker', 'late', 'global_keyprefix'];
const BROKER = 8;
const RESULTS = 9;

for (const version of ['5.2.6', '5.6.3']) {
  describe(`keys captured from Celery ${version}`, () => {
    let broker: Redis;
    let results: Redis;

    before(async () => {
      broker = await emptyRedis(BROKER);
      results = await emptyRedis(RESULTS);
    });
    after(() => {
      broker.disconnect();
      results.disconnect();
    });

    for (const file of FILES.map((name) => `celery-${version}-${name}.jsonl`)) {
      for (const [capture, keys] of captures(file)) {
        it(`${file} ${capture} is read as kombu reads it`, async () => {
          await broker.flushdb();
          await results.flushdb();
          await restore(broker, keys, 0);
          await restore(results, keys, 1);
          const expected = EXPECTED[`${file} ${capture}`]!;
          const view = await search(BROKER);
          const queued = expected.messages.filter(({ place }) => place === 'queue').length;
          const unacked = expected.messages.length - queued;
          const messages = (count: number) => `${String(count)} message${count === 1 ? '' : 's'}`;
          const searched = `${String(expected.queues.length)} queue${expected.queues.length === 1 ? '' : 's'} with ${messages(queued)} and ${messages(unacked).replace(' ', ' unacknowledged ')}`;
          const { firstMessages, managerIds, report } = view;
          const { found, contents, incompleteBecause, queues, unacked: taken, searched: words, prefixes } = view;
          assert.deepEqual(
            { found, contents, incompleteBecause, queues, unacked: taken, searched: words, prefixes },
            {
              found: true,
              contents: 'read',
              incompleteBecause: null,
              queues: expected.queues,
              unacked,
              searched,
              prefixes: [file.includes('prefix') ? 'pfx:' : ''],
            },
          );
          const { host, port } = redisTarget(BROKER);
          const detail = `Redis at ${host}:${String(port)}/${String(BROKER)}: ${searched}`;
          assert.deepEqual(report, { name: 'broker', state: 'ok', detail });
          for (const message of expected.messages) {
            const same = expected.messages.filter(({ taskId }) => taskId === message.taskId);
            assert.deepEqual(inOrder(rounded(view.find({ id: -1, taskId: message.taskId }))), inOrder(rounded(same)));
          }
          const ids = new Set(expected.messages.flatMap(({ managerId }) => (managerId === null ? [] : [managerId])));
          assert.deepEqual(new Set(managerIds), ids);
          for (const id of ids) {
            const same = expected.messages.filter(({ managerId }) => managerId === id);
            assert.deepEqual(inOrder(rounded(view.find({ id, taskId: '' }))), inOrder(rounded(same)));
          }
          assert.deepEqual(new Map([...firstMessages].sort()), firstOnes(expected.messages));

          const wanted = Object.keys(expected.results);
          const records = await reading(redisTarget(RESULTS), (redis) =>
            redisResults(redis, view.prefixes).find([...wanted, 'of nobody', '']),
          );
          assert.deepEqual(
            Object.fromEntries([...records].map(([id, record]) => [id, { ...record, doneAt: round(record.doneAt) }])),
            expected.results,
          );
        });
      }
    }
  });
}

/** Microseconds: Python's and JavaScript's way to them differ in the last bit. */
function round(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1e6) / 1e6;
}

/** Whose a message is, kombu does not say: the same for all. */
function rounded(messages: readonly BrokerMessage[]): BrokerMessage[] {
  return messages.map((message) => ({
    ...message,
    match: 'id',
    eta: round(message.eta),
    expires: round(message.expires),
    deliveredAt: round(message.deliveredAt),
  }));
}

function inOrder(messages: readonly BrokerMessage[]): BrokerMessage[] {
  const key = ({ taskId, place, priority, position }: BrokerMessage) =>
    JSON.stringify([taskId, place, priority, position]);
  return [...messages].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function firstOnes(messages: readonly BrokerMessage[]): Map<string, { queued: number; again: number }> {
  const firsts = messages.filter(({ managerId }) => managerId === null);
  const names = [...new Set(firsts.map(({ task }) => task))].sort();
  return new Map(
    names.map((name) => {
      const own = firsts.filter(({ task }) => task === name);
      const queued = own.filter(({ place }) => place === 'queue').length;
      return [
        name,
        { queued, again: own.filter(({ place, redelivered }) => place === 'unacked' || redelivered).length },
      ];
    }),
  );
}
