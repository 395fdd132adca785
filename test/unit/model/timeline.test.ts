import assert from 'node:assert/strict';
import { BIN_WIDTHS, binOf, FIRST_BIN_SECONDS, MOST_BINS, originOf } from '../../../src/model/timeline';

const DAY = 86_400;

describe('model/timeline', () => {
  it('the timeline has a width for every range from the year 2000 to the year 2140', () => {
    const from = FIRST_BIN_SECONDS;
    const widest = BIN_WIDTHS.at(-1)!;
    assert.ok((Date.parse('2140-01-01Z') / 1000 - from) / widest < MOST_BINS - 1);
    assert.deepEqual(
      [...BIN_WIDTHS].sort((a, b) => a - b),
      BIN_WIDTHS,
    );
  });

  it('the timeline has no gap in its widths in which a picture would have few bars', () => {
    BIN_WIDTHS.slice(1).forEach((width, index) => {
      assert.ok(width / BIN_WIDTHS[index]! <= 5, `${String(BIN_WIDTHS[index])} to ${String(width)}`);
    });
  });

  it('the timeline begins its weeks on Mondays', () => {
    assert.equal(new Date(originOf(7 * DAY) * 1000).toISOString(), '1970-01-05T00:00:00.000Z');
    assert.equal(new Date(originOf(7 * DAY) * 1000).getUTCDay(), 1);
  });

  it('the timeline tells bins apart to the microsecond, also the widest ones', () => {
    for (const binSeconds of [60, 3600, DAY, 7 * DAY, 64 * 7 * DAY]) {
      const start = Date.parse('2026-08-03T00:00:00Z') / 1000;
      const bin = binOf({ start: '2026-08-03T00:00:00Z', binSeconds, bins: MOST_BINS });
      for (let at = 1; at < MOST_BINS; at++) {
        const edge = start + at * binSeconds;
        assert.equal(bin(edge), at);
        // As it is read: from the text of the time, not by subtraction.
        assert.equal(bin(Number(`${String(edge - 1)}.999999`)), at - 1);
        assert.equal(bin(Number(`${String(edge)}.000001`)), at);
      }
    }
  });

  it('the timeline counts what is older in its first bin', () => {
    const bin = binOf({ start: '2000-01-01T00:00:00Z', binSeconds: DAY, bins: 3 });
    assert.deepEqual([-62135596800, 0, 946_684_799.999999, 946_684_800].map(bin), [0, 0, 0, 0]);
    assert.equal(bin(946_684_800 + 3 * DAY - 1), 2);
  });
});
