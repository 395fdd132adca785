import assert from 'node:assert/strict';
import { NO_HISTORY } from '../../../src/tables/taskManager/histories';
import { whyElsewhere } from '../../../src/verdicts/wrongBroker';
import type { BrokerView, TypeHistory, WorkersView } from '../../../src/model/facts';
import { ANSWERED, NOW, world } from '../../support/facts';

function why(change: {
  workers?: Partial<WorkersView>;
  lastRun?: number;
  resultSeen?: boolean;
  messageSeen?: boolean;
  arrivedTogether?: boolean;
  contents?: BrokerView['contents'];
}) {
  const { workers } = world(change);
  const history: TypeHistory = { ...NO_HISTORY, done: 5, lastRun: change.lastRun ?? null };
  const histories = new Map([['shop.tasks.send', history]]);
  const { resultSeen = false, messageSeen = false, arrivedTogether = false, contents = 'read' } = change;
  return whyElsewhere({ workers, contents, histories, resultSeen, messageSeen, arrivedTogether }, NOW);
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

  it('a broker whose messages were counted is not taken for theirs where no worker is connected, or none with the mailbox of one', () => {
    assert.match(
      why({ contents: 'counted' }) ?? '',
      /^No worker is connected to this broker and its messages cannot be read/,
    );
    const connected = { none: false, settled: false };
    assert.match(why({ contents: 'counted', workers: connected }) ?? '', /shows that it is a Celery worker$/);
    const recentlySeen = { at: null, by: 'mailbox' } as const;
    assert.equal(why({ contents: 'counted', workers: { ...connected, recentlySeen } }), null);
    assert.equal(why({ contents: 'counted', workers: ANSWERED }), null);
    assert.equal(why({ workers: connected }), null, 'elsewhere a client that waits for tasks is known by what it does');
  });

  it('whether the broker is that of these tasks is what the workers say where there are some', () => {
    assert.equal(why({ workers: ANSWERED, lastRun: NOW - 60 }), null);
  });
});
