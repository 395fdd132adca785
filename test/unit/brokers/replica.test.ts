import assert from 'node:assert/strict';
import { onReplica } from '../../../src/brokers/redis/replica';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import { effect, facts, row, takenMessage, unpublished, world } from '../../support/facts';

describe('brokers/replica', () => {
  const before = world();
  const after = world(onReplica(before.broker, before.workers));

  it('a replica of the broker settles nothing: its workers are connected to the primary', () => {
    for (const of of [row(), unpublished(), row({ status: 'PAUSED' })]) {
      const about = facts({ row: of, effect: effect('not-executed') });
      assert.equal(judge(about, before, RULES).verdict, 'lost');
      assert.equal(judge(about, after, RULES).verdict, 'unknown');
    }
    assert.notEqual(judge(facts({ messages: [takenMessage()] }), after, RULES).cause, 'redelivery-pending');
  });

  it('a replica of the broker may lag: a message can be in a queue of the primary already', () => {
    assert.equal(after.broker.contents, 'part');
    assert.match(after.broker.incompleteBecause ?? '', /replica/);
  });

  it('a replica of the broker is named in both reports', () => {
    assert.match(after.broker.report.detail, /it is a replica/);
    assert.equal(after.workers.report.state, 'unavailable');
  });
});
