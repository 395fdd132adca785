import assert from 'node:assert/strict';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import { whyElsewhere } from '../../../src/verdicts/wrongBroker';
import type { TypeHistory, WorkersView } from '../../../src/model/facts';
import { ANSWERED, NOW, world } from '../../support/facts';

function why(change: {
  workers?: Partial<WorkersView>;
  lastRun?: number;
  resultSeen?: boolean;
  messageSeen?: boolean;
  arrivedTogether?: boolean;
}) {
  const { workers } = world(change);
  const history: TypeHistory = { ...NO_HISTORY, done: 5, lastRun: change.lastRun ?? null };
  const histories = new Map([['shop.tasks.send', history]]);
  const { resultSeen = false, messageSeen = false, arrivedTogether = false } = change;
  return whyElsewhere({ workers, histories, resultSeen, messageSeen, arrivedTogether }, NOW);
}

describe('verdicts/wrongBroker', () => {
  it('whether the broker is that of these tasks is doubted where nothing in it is theirs and nobody is connected', () => {
    assert.match(why({}) ?? '', /Nothing in this broker/);
  });

  it('whether the broker is that of these tasks is not doubted when it holds a message of them, or a result', () => {
    assert.equal(why({ messageSeen: true }), null);
    assert.equal(why({ resultSeen: true }), null);
  });

  it('whether the broker is that of these tasks is doubted when tasks ended a moment ago, although no worker is connected', () => {
    assert.match(why({ resultSeen: true, lastRun: NOW - 60 }) ?? '', /finished minutes ago/);
    assert.equal(why({ resultSeen: true, lastRun: NOW - 3600 }), null);
  });

  it('whether the broker is that of these tasks is doubted when the rows came in one transaction, although workers are connected and know their tasks', () => {
    const together = { arrivedTogether: true, messageSeen: true, workers: ANSWERED };
    assert.match(why(together) ?? '', /dump is restored/);
    assert.equal(why({ ...together, resultSeen: true }), null);
  });

  it('whether the broker is that of these tasks is what the workers say where there are some', () => {
    assert.equal(why({ workers: ANSWERED, lastRun: NOW - 60 }), null);
  });
});
