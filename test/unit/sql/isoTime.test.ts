import assert from 'node:assert/strict';
import { isoTime } from '../../../src/sql/isoTime';

describe('sql/isoTime', () => {
  it('times as PostgreSQL writes them keep every microsecond, and show none where there are none', () => {
    assert.equal(isoTime('2026-11-24 03:20:32+00'), '2026-11-24T03:20:32Z');
    assert.equal(isoTime('2026-11-24 03:20:32.5+00'), '2026-11-24T03:20:32.500000Z');
    assert.equal(isoTime('2026-11-24 03:20:32.000001+00'), '2026-11-24T03:20:32.000001Z');
    assert.equal(isoTime('0001-01-01 00:00:00+00'), '0001-01-01T00:00:00Z');
  });

  it('times as PostgreSQL writes them end with the calendar', () => {
    for (const early of ['-infinity', '4713-01-01 00:00:00+00 BC', '0044-03-15 12:00:00.25+00 BC'])
      assert.equal(isoTime(early), '0001-01-01T00:00:00Z', early);
    for (const late of ['infinity', '10000-01-01 00:00:00+00', '294276-12-31 23:59:59.999999+00'])
      assert.equal(isoTime(late), '9999-12-31T23:59:59.999999Z', late);
  });
});
