import assert from 'node:assert/strict';
import { notRead } from '../../../src/brokers/notRead';
import { ProgressSteps } from '../../../src/model/progress';
import { readCeleryUrl } from '../../../src/connect/celeryUrl';
import { Problem } from '../../../src/base/problem';
import { judge } from '../../../src/verdicts/judge';
import { RULES } from '../../../src/causes/rules';
import { effect, facts, row, unpublished, world } from '../../support/facts';

describe('brokers/brokerNotRead', () => {
  it('a broker that cannot be read is named, and nothing is called lost', () => {
    const found = readCeleryUrl('kafka://bob:hunter2@kafka//', 'broker', 'CELERY_BROKER_URL');
    assert.ok(found instanceof Problem);
    const run = { progress: new ProgressSteps(['broker', 'workers'], () => undefined) };
    const before = world();
    const after = world({ broker: notRead({ state: 'unavailable', detail: found.message }, false, run).messages });
    for (const of of [row(), unpublished(), row({ status: 'PAUSED' })]) {
      const about = facts({ row: of, effect: effect('not-executed') });
      assert.equal(judge(about, before, RULES).verdict, 'lost');
      assert.notEqual(judge(about, after, RULES).verdict, 'lost');
    }
    assert.match(after.broker.incompleteBecause ?? '', /^CELERY_BROKER_URL is kafka, which isn't supported/);
  });
});
