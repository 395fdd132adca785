import assert from 'node:assert/strict';
import { NO_MESSAGES } from '../../../src/brokers/noMessages';
import { RULES } from '../../../src/causes/rules';
import type { BrokerView } from '../../../src/model/facts';
import { explain } from '../../../src/verdicts/evidence';
import { recommendFor } from '../../../src/verdicts/advice';
import { judge } from '../../../src/verdicts/judge';
import { Tally } from '../../../src/verdicts/tally';
import { effect, facts, HOUR, NOW, pending, row, TABLE, unpublished, world, workerTask } from '../../support/facts';

/** A broker like RabbitMQ: it tells how many messages a queue has, and shows none of them. */
const COUNTED: Partial<BrokerView> = {
  ...NO_MESSAGES,
  contents: 'counted',
  incompleteBecause: 'this broker shows no message without changing it',
  queues: [{ name: 'celery', prefix: '', length: 37, priorities: [], unacked: 4 }],
  unacked: 4,
  searched: '1 queue with 37 messages and 4 unacknowledged messages',
};

describe('causes/countedMessages', () => {
  const read = world();
  const counted = world({ broker: COUNTED });

  it('where messages are counted and not read nothing is lost, whatever would be lost if its messages had been read', () => {
    for (const of of [row(), unpublished(), row({ status: 'PAUSED' }), pending(), pending({ totalPages: 3 })]) {
      const about = facts({ row: of, effect: effect('not-executed') });
      assert.notEqual(judge(about, counted, RULES).verdict, 'lost');
      const reading = judge(about, counted, RULES).readings.find(({ verdict }) => verdict === 'waiting');
      assert.match(reading?.why ?? '', /^Its message may be in a queue: this broker shows no message/);
    }
    assert.equal(judge(facts({ effect: effect('not-executed') }), read, RULES).verdict, 'lost', 'the same, read');
  });

  it('where messages are only counted, a task that a worker names is decided all the same', () => {
    assert.equal(judge(facts({ tasks: [workerTask()] }), counted, RULES).verdict, 'running');
  });

  it('evidence says that the messages of a broker were counted, and nobody is told to search further', () => {
    const about = facts();
    const judgement = judge(about, counted, RULES);
    const says = explain(about, counted, judgement.verdict).find(({ source }) => source === 'broker')?.says;
    assert.equal(
      says,
      'The messages of this broker were counted but not read: 1 queue with 37 messages and 4 unacknowledged messages.',
    );
    const tally = new Tally();
    tally.add(about, judgement);
    const found = { groups: tally.groups(), rows: 1, world: counted, table: TABLE, messagesWithoutRow: null };
    const ids = recommendFor(found).map(({ id }) => id);
    assert.ok(ids.length > 0 && !ids.includes('search-broker'), ids.join());
  });

  describe('with bounds', () => {
    const emptied: BrokerView['queues'] = [{ name: 'celery', prefix: '', length: 0, priorities: [], unacked: 0 }];
    const bounded = (somewhereAtMost: number, waitingAtMost: number, heldAtMost: number): Partial<BrokerView> => ({
      ...COUNTED,
      bounds: { somewhereAtMost, waitingAtMost, heldAtMost },
    });
    const nothing = { ...bounded(0, 0, 0), queues: emptied, unacked: 0 };
    const none = { none: true, settled: true, consumedQueues: new Set<string>() };
    const connected = { none: false, settled: false };
    const old = facts({ effect: effect('not-executed') });
    const verdicts = (about: Parameters<typeof judge>[0], around: Parameters<typeof judge>[1]): readonly string[] => {
      const { verdict, readings } = judge(about, around, RULES);
      return [verdict, ...readings.map((reading) => reading.verdict)];
    };

    it('a task is lost where the broker has no message at all, and not where it has a single one', () => {
      assert.equal(judge(old, world({ broker: nothing, workers: none }), RULES).verdict, 'lost');
      for (const one of [bounded(1, 1, 0), bounded(1, 0, 1), bounded(1, 1, 1), COUNTED])
        assert.notEqual(judge(old, world({ broker: one, workers: connected }), RULES).verdict, 'lost');
      assert.notEqual(judge(old, world({ broker: bounded(1, 1, 0), workers: none }), RULES).verdict, 'lost');
    });

    it('what no number allows is no reading, and what one allows is', () => {
      // Its last save came so late that a run may have come before it.
      const about = facts({ row: row({ updatedAt: NOW - 999 * HOUR }) });
      const of = (broker: Partial<BrokerView>): readonly string[] =>
        verdicts(about, world({ broker, workers: connected }));
      assert.ok(!of(nothing).includes('waiting') && !of(nothing).includes('held'));
      assert.ok(of(nothing).includes('running'), 'its message may have been acknowledged early');
      assert.ok(of(bounded(2, 0, 2)).includes('held') && !of(bounded(2, 0, 2)).includes('waiting'));
      assert.ok(of(bounded(2, 2, 0)).includes('waiting'));
    });

    it('a task that was written less than 17 minutes ago may still have its message with its publisher', () => {
      const young = facts({ row: row({ lastRun: NOW - 16 * 60 }), effect: effect('not-executed') });
      const older = facts({ row: row({ lastRun: NOW - 18 * 60 }), effect: effect('not-executed') });
      const around = world({ broker: nothing, workers: none });
      assert.ok(verdicts(young, around).includes('waiting'));
      assert.notEqual(judge(young, around, RULES).verdict, 'lost');
      assert.equal(judge(older, around, RULES).verdict, 'lost');
    });

    it('an empty broker that may be another one loses nothing', () => {
      const elsewhere = world({
        broker: nothing,
        workers: none,
        elsewhere: 'Nothing in this broker belongs to these tasks',
      });
      assert.notEqual(judge(old, elsewhere, RULES).verdict, 'lost');
    });

    it('the reading says how many messages there are, and the evidence that they are of all types', () => {
      const around = world({ broker: bounded(41, 1037, 4), workers: connected });
      const why = judge(facts(), around, RULES).readings.find(({ verdict }) => verdict === 'waiting')?.why;
      assert.equal(why, '1,037 messages are waiting in the queues, and one of them may belong to this task.');
      const says = explain(facts(), around, 'unknown').find(({ source }) => source === 'broker')?.says;
      assert.match(says ?? '', /So at most 41 tasks of all types can have a message there\.$/);
      const empty = explain(facts(), world({ broker: nothing }), 'unknown').find(({ source }) => source === 'broker');
      assert.match(empty?.says ?? '', /So no task has a message there\.$/);
    });
  });
});
