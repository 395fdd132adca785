import assert from 'node:assert/strict';
import { onFailoverList } from '../../../src/brokers/redis/failoverList';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import { effect, facts, row, takenMessage, unpublished, world } from '../../support/facts';

describe('brokers/failoverList', () => {
  const before = world();
  const after = world(onFailoverList(before.broker, before.workers, ['b:6379/0', 'c:6379/1']));

  it('one broker of a list settles nothing: messages and workers may be with another', () => {
    for (const of of [row(), unpublished(), row({ status: 'PAUSED' })]) {
      const about = facts({ row: of, effect: effect('not-executed') });
      assert.equal(judge(about, before, RULES).verdict, 'lost');
      assert.equal(judge(about, after, RULES).verdict, 'unknown');
    }
    assert.equal(judge(facts({ messages: [takenMessage()] }), after, RULES).verdict, 'held');
  });

  it('one broker of a list names the others with both sources and in the evidence', () => {
    const others = /b:6379\/0 and c:6379\/1/;
    for (const text of [
      after.broker.report.detail,
      after.broker.incompleteBecause,
      after.workers.report.detail,
      after.workers.says,
    ])
      assert.match(text ?? '', others);
    assert.equal(after.broker.contents, 'part');
  });

  it('one broker of a list makes both sources read in part, and leaves one that was not read what it was', () => {
    for (const { report } of [after.broker, after.workers]) {
      assert.deepEqual([report.state, report.gaps?.map(({ kind }) => kind)], ['partial', ['failover-unread']]);
      assert.ok(report.detail.endsWith(report.gaps?.[0]?.says ?? '-'));
    }
    const report = { ...before.broker.report, state: 'unavailable' } as const;
    const unread = onFailoverList({ ...before.broker, report }, before.workers, ['b:6379/0']);
    assert.equal(unread.broker.report.state, 'unavailable');
  });
});
