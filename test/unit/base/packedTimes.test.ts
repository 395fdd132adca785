import assert from 'node:assert/strict';
import { packedTimes, timeAt } from '../../../src/base/packedTimes';

describe('base/packedTimes', () => {
  /** As timestamptz_send writes it. */
  const sent = (microseconds: bigint): string => BigInt.asUintN(64, microseconds).toString(16).padStart(16, '0');
  const since2000 = (iso: string): bigint => (BigInt(Date.parse(iso)) - BigInt(Date.UTC(2000, 0))) * 1000n;

  it('times in one text are read to the microsecond, each at its place', () => {
    const text =
      sent(since2000('2026-10-22T08:59:23Z') + 206_501n) + sent(since2000('1999-12-31T23:59:59Z') + 999_999n);
    assert.equal(timeAt(text, 0), Date.parse('2026-10-22T08:59:23Z') / 1000 + 0.206501);
    assert.equal(timeAt(text, 1), 946_684_799.999999);
    assert.equal(timeAt(sent(0n), 0), 946_684_800);
  });

  it('times in one text end with the calendar', () => {
    assert.equal(timeAt(sent(2n ** 63n - 1n), 0), 253_402_300_800);
    assert.equal(timeAt(sent(-(2n ** 63n)), 0), -62_135_596_800);
    assert.equal(timeAt(sent(since2000('0001-01-01T00:00:00Z') - 1n), 0), -62_135_596_800);
  });

  it('times in one text may be none', () => {
    assert.equal(timeAt(sent(-(2n ** 63n) + 1n), 0), null);
    assert.match(
      packedTimes(['last_run', undefined]),
      /^encode\(coalesce\(.*last_run.*\) \|\| '\\x8000000000000001'::bytea, 'hex'\)$/,
    );
  });
});
