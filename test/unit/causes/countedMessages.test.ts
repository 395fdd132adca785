import assert from 'node:assert/strict';
import { NO_MESSAGES } from '../../../src/brokers/noMessages';
import { RULES } from '../../../src/causes/rules';
import type { BrokerView } from '../../../src/model/facts';
import { explain } from '../../../src/verdicts/evidence';
import { recommendFor } from '../../../src/verdicts/advice';
import { judge } from '../../../src/verdicts/judge';
import { Tally } from '../../../src/verdicts/tally';
import { effect, facts, pending, row, TABLE, unpublished, world, workerTask } from '../../support/facts';

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
});
