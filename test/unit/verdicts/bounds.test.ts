import assert from 'node:assert/strict';
import { boundsOfType, YoungTypes, likelyHasNone } from '../../../src/verdicts/bounds';
import { facts, NOW as FACTS_NOW, row, world } from '../../support/facts';

const NOW = Date.parse('2026-11-30T12:00:00Z') / 1000;
const TYPE = { taskModule: 'shop.tasks', taskName: 'send' };
const OLD = { ...TYPE, newestLastRun: '2026-11-29T12:00:00Z' };
const bounds = { somewhereAtMost: 41, waitingAtMost: 37, heldAtMost: 4 };

describe('verdicts/bounds', () => {
  it('of the tasks of a type no more can have a message than there are messages', () => {
    assert.deepEqual(boundsOfType({ ...OLD, count: 1204 }, { bounds }, NOW), {
      waitingAtMost: 37,
      heldAtMost: 4,
      nowhereAtLeast: 1163,
    });
  });

  it('messages in dead-letter queues and in queues of delayed tasks are bounded by themselves', () => {
    const kept = { ...bounds, somewhereAtMost: 90, deadLetteredAtMost: 40, delayedAtMost: 9 };
    assert.deepEqual(boundsOfType({ ...OLD, count: 30 }, { bounds: kept }, NOW), {
      waitingAtMost: 30,
      heldAtMost: 4,
      nowhereAtLeast: 0,
      deadLetteredAtMost: 30,
      delayedAtMost: 9,
    });
  });

  it('nothing is said of a type while one of its tasks was written so lately that its message may be on its way', () => {
    const around = world({ broker: { contents: 'counted', bounds } });
    const counted = new YoungTypes();
    counted.add(facts({ row: row({ updatedAt: FACTS_NOW - 60 }) }), around);
    assert.equal(boundsOfType({ ...OLD, count: 4 }, { bounds }, NOW, counted), undefined);
  });

  it('few messages say of a task that it probably has none, unless it is among the newest', () => {
    const few = { somewhereAtMost: 41, waitingAtMost: 37, heldAtMost: 4 };
    assert.equal(likelyHasNone({ rows: 1204, younger: 42 }, few), true);
    assert.equal(likelyHasNone({ rows: 1204, younger: 41 }, few), false, 'the newest ones are those that wait');
    assert.equal(likelyHasNone({ rows: 1204 }, few), false, 'its place is not known');
    assert.equal(likelyHasNone({ rows: 820, younger: 500 }, few), true);
    assert.equal(likelyHasNone({ rows: 819, younger: 500 }, few), false, 'one of 20 is few, and more is not');
  });

  it('a type with fewer tasks than messages may have one for each', () => {
    assert.deepEqual(boundsOfType({ ...OLD, count: 30 }, { bounds }, NOW), {
      waitingAtMost: 30,
      heldAtMost: 4,
      nowhereAtLeast: 0,
    });
  });

  it('a message that moved between two readings counts once for those that have none', () => {
    const moved = { somewhereAtMost: 8, waitingAtMost: 8, heldAtMost: 6 };
    assert.equal(boundsOfType({ ...OLD, count: 10 }, { bounds: moved }, NOW)?.nowhereAtLeast, 2);
  });

  it('nothing is said where messages were read, or where a task is so new that its message may be on its way', () => {
    assert.equal(boundsOfType({ ...OLD, count: 10 }, {}, NOW), undefined);
    assert.equal(
      boundsOfType({ ...TYPE, newestLastRun: '2026-11-30T11:44:00Z', count: 10 }, { bounds }, NOW),
      undefined,
    );
    assert.notEqual(
      boundsOfType({ ...TYPE, newestLastRun: '2026-11-30T11:43:00Z', count: 10 }, { bounds }, NOW),
      undefined,
    );
  });
});
