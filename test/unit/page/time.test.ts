import { strict as assert } from 'node:assert';
import type { Timeline } from '../../../src/model/diagnosis';
import { timeTicks, valueTicks } from '../../../src/page/model/axis';
import { exactTime, minuteTime } from '../../../src/page/model/moments';
import { agoText, elapsedText, moment, rangeText, spanText } from '../../../src/page/model/time';
import { fromWall, toWall, UTC, type Zone } from '../../../src/page/model/zone';

/** Germany in 2026; the tests do not ask where they run. */
const BERLIN: Zone = {
  offset: (ms) => (isSummer(ms) ? 7_200_000 : 3_600_000),
  label: (ms) => (isSummer(ms) ? 'GMT+2' : 'GMT+1'),
};
const isSummer = (ms: number): boolean =>
  ms >= Date.parse('2026-03-29T01:00:00Z') && ms < Date.parse('2026-10-25T01:00:00Z');

const HALF_DAYS: Timeline = { start: '2026-09-01T00:00:00Z', binSeconds: 43_200, bins: 60 };
const DAYS: Timeline = { start: '2026-09-01T00:00:00Z', binSeconds: 86_400, bins: 60 };

describe('page/time', () => {
  it("times of the report are by the reader's clock, and name its zone", () => {
    assert.equal(minuteTime('2026-11-23T23:30:00.123456Z', UTC), '2026-11-23 23:30 UTC');
    assert.equal(minuteTime('2026-11-23T23:30:00.123456Z', BERLIN), '2026-11-24 00:30 GMT+1');
    assert.equal(minuteTime('2026-07-01T23:30:00Z', BERLIN), '2026-07-02 01:30 GMT+2');
    assert.equal(exactTime('2026-11-23T23:30:00.123456Z', BERLIN), '2026-11-24 00:30:00.123456 GMT+1');
    assert.equal(exactTime('2026-11-23T23:30:07Z', BERLIN), '2026-11-24 00:30:07 GMT+1');
  });

  it('the clock on the wall leads back to its moment, also beside the hours that summer time moves', () => {
    for (const time of [
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:30:00Z',
      '2026-10-25T02:30:00Z',
      '2026-07-01T12:00:00Z',
    ]) {
      const ms = Date.parse(time);
      assert.equal(fromWall(toWall(ms, BERLIN), BERLIN), ms, time);
    }
  });

  it('times of the report name days of bins only where these are days of the reader', () => {
    assert.equal(rangeText(DAYS, { from: 4, to: 6 }, Infinity, BERLIN), '2026-09-05 02:00 to 2026-09-08 02:00 GMT+2');
    assert.equal(moment(DAYS, 4, BERLIN), '2026-09-05 02:00');
    const midnights = { ...DAYS, start: '2026-08-31T22:00:00Z' };
    assert.equal(rangeText(midnights, { from: 4, to: 6 }, Infinity, BERLIN), '2026-09-05 to 2026-09-07 GMT+2');
    assert.equal(moment(midnights, 4, BERLIN), '2026-09-05');
  });

  it('times of the report name the time of bins from the first beginning to the last end', () => {
    assert.equal(rangeText(HALF_DAYS, { from: 0, to: 0 }, Infinity, UTC), '2026-09-01 00:00 to 12:00 UTC');
    assert.equal(rangeText(HALF_DAYS, { from: 1, to: 1 }, Infinity, UTC), '2026-09-01 12:00 to 2026-09-02 00:00 UTC');
    assert.equal(rangeText(DAYS, { from: 4, to: 4 }, Infinity, UTC), '2026-09-05 UTC');
    assert.equal(rangeText(DAYS, { from: 4, to: 6 }, Infinity, UTC), '2026-09-05 to 2026-09-07 UTC');
    const seconds = { start: '2026-09-01T00:00:00Z', binSeconds: 30, bins: 4 };
    assert.equal(rangeText(seconds, { from: 1, to: 2 }, Infinity, UTC), '2026-09-01 00:00:30 to 00:01:30 UTC');
  });

  it('times of the report say the length of bins as people do', () => {
    assert.deepEqual([30, 90, 43_200, 129_600, 86_400, 172_800, 216_000].map(spanText), [
      '30 s',
      '1.5 min',
      '12 h',
      '36 h',
      '1 day',
      '2 days',
      '2.5 days',
    ]);
  });

  it('times of the report say how long ago', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    const ago = (time: string): string | null => agoText(time, now);
    assert.equal(ago('2026-11-23T11:59:30Z'), 'just now');
    assert.equal(ago('2026-11-23T11:56:59Z'), '3 min ago');
    assert.equal(ago('2026-11-23T08:30:00Z'), '3 h 30 min ago');
    assert.equal(ago('2026-10-16T18:00:00Z'), '37 d 18 h ago');
    assert.equal(ago('2026-11-23T12:00:30Z'), null, 'a clock that is ahead');
  });

  it('times of the report say how long a check took', () => {
    assert.deepEqual([5912, 59_949, 59_950, 125_000].map(elapsedText), ['5.9 s', '59.9 s', '1 min 0 s', '2 min 5 s']);
  });
});

describe('page/time', () => {
  const words = (binSeconds: number, bins: number, start: string, zone: Zone = UTC): string[] =>
    timeTicks({ start, binSeconds, bins }, 7, zone).map(({ text }) => text);

  it('marks of the time axis are moments that people name, from minutes to years', () => {
    assert.deepEqual(words(5, 60, '2026-09-01T10:00:00Z'), ['10:00', '10:01', '10:02', '10:03', '10:04', '10:05']);
    assert.deepEqual(words(3600, 24, '2026-09-01T00:00:00Z'), ['Sep 1', '06:00', '12:00', '18:00', 'Sep 2']);
    assert.deepEqual(words(43_200, 60, '2026-09-01T00:00:00Z'), ['Sep 7', 'Sep 14', 'Sep 21', 'Sep 28']);
    assert.deepEqual(words(259_200, 120, '2025-12-20T00:00:00Z'), ['Jan 2026', 'Apr', 'Jul', 'Oct']);
    assert.deepEqual(words(1_209_600, 120, '2022-05-10T00:00:00Z'), ['2023', '2024', '2025', '2026']);
  });

  it("marks of the time axis are round by the reader's clock, also over the change to winter time", () => {
    assert.deepEqual(words(3600, 24, '2026-09-01T00:00:00Z', BERLIN), ['06:00', '12:00', '18:00', 'Sep 2']);
    const days = timeTicks({ start: '2026-10-22T22:00:00Z', binSeconds: 3600, bins: 121 }, 7, BERLIN);
    assert.deepEqual(
      days.map(({ text }) => text),
      ['Oct 23', 'Oct 24', 'Oct 25', 'Oct 26', 'Oct 27', 'Oct 28'],
    );
    assert.deepEqual(
      days.map(({ at }) => Math.round(at * 121)),
      [0, 24, 48, 73, 97, 121],
    );
  });

  it('marks of the time axis stand where their moment is', () => {
    const [first] = timeTicks({ start: '2026-09-01T00:00:00Z', binSeconds: 43_200, bins: 60 }, 7, UTC);
    // Monday the 7th begins 12 half days after the 1st.
    assert.equal(first?.at, 12 / 60);
  });

  it('marks of the time axis are never many, and never none, whatever the span', () => {
    for (const binSeconds of [1, 7, 60, 301, 3600, 43_200, 86_400, 604_800, 5_000_000]) {
      for (const bins of [1, 2, 13, 120]) {
        const ticks = timeTicks({ start: '2026-02-03T04:05:06Z', binSeconds, bins }, 7, UTC);
        assert.ok(ticks.length <= 8, `${binSeconds} s x ${bins}: ${ticks.length} marks`);
        assert.ok(ticks.every(({ at }) => at >= 0 && at <= 1));
        if (bins > 12) assert.ok(ticks.length >= 2, `${binSeconds} s x ${bins}: ${ticks.length} marks`);
      }
    }
  });
});

describe('page/time', () => {
  it('marks of the axis of counts are round whole numbers from 0 to what is drawn', () => {
    assert.deepEqual(valueTicks(0), [0]);
    assert.deepEqual(valueTicks(1), [0, 1]);
    assert.deepEqual(valueTicks(2), [0, 1, 2]);
    assert.deepEqual(valueTicks(28_000), [0, 10_000, 20_000]);
    assert.deepEqual(valueTicks(55), [0, 20, 40]);
  });
});
