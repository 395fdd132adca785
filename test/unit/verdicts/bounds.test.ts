import assert from 'node:assert/strict';
import { boundsOfType } from '../../../src/verdicts/bounds';

const NOW = Date.parse('2026-11-30T12:00:00Z') / 1000;
const OLD = { newestLastRun: '2026-11-29T12:00:00Z' };
const bounds = { somewhereAtMost: 41, waitingAtMost: 37, heldAtMost: 4 };

describe('verdicts/bounds', () => {
  it('of the tasks of a type no more can have a message than there are messages', () => {
    assert.deepEqual(boundsOfType({ ...OLD, count: 1204 }, { bounds }, NOW), {
      waitingAtMost: 37,
      heldAtMost: 4,
      nowhereAtLeast: 1163,
    });
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
    assert.equal(boundsOfType({ newestLastRun: '2026-11-30T11:44:00Z', count: 10 }, { bounds }, NOW), undefined);
    assert.notEqual(boundsOfType({ newestLastRun: '2026-11-30T11:43:00Z', count: 10 }, { bounds }, NOW), undefined);
  });
});
