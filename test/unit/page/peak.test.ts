import { strict as assert } from 'node:assert';
import { standout } from '../../../src/page/model/peak';
import { headOf } from '../../../src/report/panelMessages';
import { NO_FILTERS } from '../../../src/page/model/filters';
import { standoutOf, stoppedOf } from '../../../src/page/model/timeline';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { without } from '../../support/without';

/** Bins of one row each, but for these. */
function bins(length: number, high: Readonly<Record<number, number>> = {}): number[] {
  return Array.from({ length }, (_, bin) => high[bin] ?? 1);
}

describe('page/peak', () => {
  it('the peak in time is a spike that holds half of all rows', () => {
    assert.deepEqual(standout(bins(100, { 70: 101 })), { range: { from: 70, to: 70 }, count: 101, share: 0.505 });
  });

  it('the peak in time is nothing where the spike holds less', () => {
    assert.equal(standout(bins(100, { 70: 55 })), null);
  });

  it('the peak in time is the spike alone, without the low bins that make it half', () => {
    assert.deepEqual(standout(bins(100, { 70: 80 })), { range: { from: 70, to: 70 }, count: 80, share: 80 / 179 });
    assert.equal(standout(bins(100, { 70: 62 })), null, 'too little is left');
  });

  it('the peak in time is a run of bins with the slopes at its edges', () => {
    const found = standout(bins(100, { 69: 200, 70: 300, 71: 300, 72: 110 }));
    assert.deepEqual(found?.range, { from: 69, to: 72 });
    assert.equal(found.count, 910);
    const steep = standout(bins(100, { 69: 50, 70: 300, 71: 300, 72: 50 }));
    assert.deepEqual(steep?.range, { from: 70, to: 71 });
  });

  it('the peak in time is two spikes where neither is half', () => {
    assert.deepEqual(standout(bins(100, { 40: 300, 50: 300 }))?.range, { from: 40, to: 50 });
  });

  it('the peak in time is never longer than a fifth of the time that is shown', () => {
    assert.equal(standout(bins(100)), null);
    assert.equal(standout(bins(4, { 1: 100 })), null, 'a fifth of four bins is none');
    const wide = bins(100, Object.fromEntries(Array.from({ length: 30 }, (_, bin) => [40 + bin, 100])));
    assert.equal(standout(wide), null);
    const only = bins(10, { 5: 100 }).map((count, bin) => (bin === 5 ? count : 0));
    assert.deepEqual(standout(only)?.range, { from: 5, to: 5 }, 'all in one bin of ten');
  });

  it('the peak in time is not said of a handful, nor of nothing', () => {
    assert.equal(standout([0, 0, 0, 0, 4, 0, 0, 0, 1]), null);
    assert.equal(standout([]), null);
    assert.equal(standout([0, 0]), null);
  });
});

describe('page/peak', () => {
  const head = headOf(makeDiagnosis({ types: 3, rows: 3000 }));
  const at = (oldest: string, bins: Record<number, number>) => ({
    ...head,
    timeline: { start: '2026-10-17T02:43:00Z', binSeconds: 60, bins: 3 },
    taskTypes: head.taskTypes.slice(0, 1).map((type) => ({
      ...without(type, 'outcomes', 'verdicts'),
      oldestLastRun: oldest,
      lastRuns: bins,
    })),
  });
  const found = (oldest: string, bins: Record<number, number>) => {
    const stopped = stoppedOf(at(oldest, bins), NO_FILTERS);
    assert.ok(stopped);
    return standoutOf(stopped);
  };

  it('the peak in time, where old rows lie far behind, is all of the time but the first bin, when nearly all rows are in it', () => {
    assert.deepEqual(found('2026-04-01T00:00:00Z', { 0: 20, 1: 500, 2: 480 }), {
      range: { from: 1, to: 2 },
      count: 980,
      share: 0.98,
    });
  });

  it('the peak in time, where old rows lie far behind, is nothing where many rows are older, none is, or they are not far behind', () => {
    assert.equal(found('2026-04-01T00:00:00Z', { 0: 120, 1: 500, 2: 480 }), null);
    assert.equal(found('2026-10-17T02:43:00Z', { 0: 20, 1: 500, 2: 480 }), null);
    assert.equal(found('2026-10-17T02:40:00Z', { 0: 20, 1: 500, 2: 480 }), null);
  });
});
