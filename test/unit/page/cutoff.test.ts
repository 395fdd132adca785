import { strict as assert } from 'node:assert';
import { headOf } from '../../../src/report/panelMessages';
import { fittingTicks } from '../../../src/page/model/axis';
import { NO_FILTERS } from '../../../src/page/model/filters';
import { chipTime, rangeText } from '../../../src/page/model/time';
import { cutoffText, standoutText, stoppedOf, whenText, type Stopped } from '../../../src/page/model/timeline';
import { UTC } from '../../../src/page/model/zone';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const MINUTES = { start: '2026-10-17T02:43:00Z', binSeconds: 60, bins: 37 };
const DAYS = { start: '2026-10-10T00:00:00Z', binSeconds: 86_400, bins: 8 };
const base = headOf(makeDiagnosis({ types: 3, rows: 300 }));

function head(timeline: typeof MINUTES, olderThan = '2026-10-17T03:19:25.661478Z'): typeof base {
  return { ...base, timeline, parameters: { ...base.parameters, olderThan } };
}

function stopped(...from: Parameters<typeof head>): Stopped {
  return { ...stoppedOf(head(...from), NO_FILTERS)!, earlier: false };
}

describe('page/cutoff', () => {
  it('the end of the time that was asked about ends every time that is named', () => {
    const minutes = stopped(MINUTES);
    assert.equal(whenText(minutes, { from: 30, to: 36 }, UTC), '2026-10-17 03:13 to 03:19:25 UTC');
    assert.equal(whenText(minutes, { from: 30, to: 35 }, UTC), '2026-10-17 03:13 to 03:19 UTC');
    assert.equal(whenText({ ...minutes, earlier: true }, { from: 0, to: 36 }, UTC), 'before 2026-10-17 03:19:25 UTC');
    assert.equal(standoutText(minutes, { from: 35, to: 36 }, UTC), 'within 1.4 min, 2026-10-17 03:18 to 03:19:25 UTC');
    assert.equal(chipTime(head(MINUTES), MINUTES, { from: 36, to: 36 }, UTC), '2026-10-17 03:19 to 03:19:25 UTC');
  });

  it('the end of the time that was asked about names no day after it where bins are whole days', () => {
    const days = stopped(DAYS);
    assert.equal(whenText(days, { from: 6, to: 7 }, UTC), '2026-10-16 to 2026-10-17 UTC');
    assert.equal(whenText({ ...days, earlier: true }, { from: 0, to: 7 }, UTC), 'before 2026-10-17 03:19:25 UTC');
  });

  it('the end of the time that was asked about changes nothing where it lies behind the bins, or before the one that is named', () => {
    assert.equal(
      rangeText(MINUTES, { from: 0, to: 1 }, Date.parse('2026-12-01'), UTC),
      '2026-10-17 02:43 to 02:45 UTC',
    );
    assert.equal(
      rangeText(MINUTES, { from: 3, to: 3 }, Date.parse(MINUTES.start), UTC),
      '2026-10-17 02:46 to 02:47 UTC',
    );
  });

  it('the end of the time that was asked about is what stands at the right end of the picture', () => {
    assert.equal(cutoffText(stopped(MINUTES), UTC), 'end of the checked range: 03:19:25');
    assert.equal(cutoffText(stopped(DAYS), UTC), 'end of the checked range: 2026-10-17 03:19:25');
    assert.equal(
      cutoffText(stopped(MINUTES, '2026-10-18T08:00:00Z'), UTC),
      'end of the checked range: 2026-10-18 08:00',
    );
  });
});

describe('page/cutoff', () => {
  const words = (width: number): string[] => fittingTicks(MINUTES, width, UTC).map(({ text }) => text);

  it('marks of the time axis in little room are fewer, and those that there are have their word', () => {
    assert.deepEqual(words(420), ['02:45', '03:00', '03:15']);
    assert.deepEqual(words(240), ['02:45', '03:00', '03:15']);
  });

  it('marks of the time axis in little room never touch each other', () => {
    for (const binSeconds of [1, 7, 60, 3600, 43_200, 604_800])
      for (const width of [120, 236, 300, 480, 700]) {
        const ticks = fittingTicks({ start: '2026-02-03T04:05:06Z', binSeconds, bins: 100 }, width, UTC);
        assert.ok(ticks.length >= 2, `${String(binSeconds)} s, ${String(width)} px`);
        const named = ticks.filter(({ text }) => text !== '');
        for (const [index, { at, text }] of named.slice(1).entries())
          assert.ok(
            (at - named[index]!.at) * width > text.length * 3.1,
            `${String(binSeconds)} s, ${String(width)} px`,
          );
      }
  });
});
