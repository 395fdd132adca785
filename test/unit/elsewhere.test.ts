import assert from 'node:assert/strict';
import { NO_HISTORY } from '../../src/evidence/histories';
import { whyElsewhere } from '../../src/evidence/elsewhere';
import type { BrokerView, TypeHistory, WorkersView } from '../../src/evidence/facts';
import { ANSWERED, NOW, world } from '../support/facts';

function why(change: {
  broker?: Partial<BrokerView>;
  workers?: Partial<WorkersView>;
  lastRun?: number;
  resultSeen?: boolean;
}) {
  const { broker, workers } = world(change);
  const history: TypeHistory = {
    ...NO_HISTORY,
    done: 5,
    doneWithoutTaskId: 0,
    errors: 0,
    lastRun: change.lastRun ?? null,
  };
  const histories = new Map([['shop.tasks.send', history]]);
  const seen = { broker, workers, histories, resultSeen: change.resultSeen ?? false };
  return whyElsewhere(seen, ['shop.tasks.send'], NOW);
}

describe('whether the broker is that of these tasks', () => {
  it('is doubted where nothing in it is theirs and nobody is connected', () => {
    assert.match(why({}) ?? '', /Nothing in this Redis/);
    assert.match(
      why({ broker: { firstMessages: new Map([['blog.tasks.index', { queued: 1, again: 0 }]]) } }) ?? '',
      /Nothing/,
    );
  });

  it('is not doubted when it holds a message of them, or a result', () => {
    assert.equal(why({ broker: { managerIds: [5] } }), null);
    assert.equal(why({ broker: { firstMessages: new Map([['shop.tasks.send', { queued: 1, again: 0 }]]) } }), null);
    assert.equal(why({ resultSeen: true }), null);
  });

  it('is doubted when tasks ended a moment ago, although no worker is connected', () => {
    assert.match(why({ resultSeen: true, lastRun: NOW - 60 }) ?? '', /ended minutes ago/);
    assert.equal(why({ resultSeen: true, lastRun: NOW - 3600 }), null);
  });

  it('is what the workers say where there are some', () => {
    assert.equal(why({ workers: ANSWERED, lastRun: NOW - 60 }), null);
  });
});
