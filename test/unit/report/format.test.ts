import assert from 'node:assert/strict';
import { escapeUnsafe } from '../../../src/base/unsafeText';
import { hoursText, oneLine, pythonTime } from '../../../src/report/format';

describe('report/format', () => {
  it("the log's format writes times as Python's str() of a UTC datetime does", () => {
    assert.equal(pythonTime('2025-02-15T10:23:45Z'), '2025-02-15 10:23:45+00:00');
    assert.equal(pythonTime('2025-02-15T10:23:45.000120Z'), '2025-02-15 10:23:45.000120+00:00');
    assert.equal(pythonTime('0001-01-01T00:00:00Z'), '0001-01-01 00:00:00+00:00');
    assert.equal(pythonTime(null), 'None');
  });

  it("the log's format writes hours with two decimals", () => {
    const cases: readonly [number, string][] = [
      [906.6, '906.60'],
      [0, '0.00'],
      [906.596, '906.60'],
      [17_753_000.4, '17753000.40'],
    ];
    for (const [hours, text] of cases) assert.equal(hoursText(hours), text);
  });

  it("the log's format escapes what steers a terminal or turns text around, and nothing else", () => {
    assert.equal(oneLine(null), 'None');
    assert.equal(oneLine('None'), 'None');
    assert.equal(oneLine('a\tb\nc\rd'), 'a\\tb\\nc\\rd');
    assert.equal(escapeUnsafe('\u0000\u001b\u007f\u009b'), '\\u0000\\u001b\\u007f\\u009b');
    assert.equal(
      escapeUnsafe('\u2028\u2029\u202e\u2066\u200f\u061c\ufeff'),
      '\\u2028\\u2029\\u202e\\u2066\\u200f\\u061c\\ufeff',
    );
    const readable = 'שלום عربي "quotes" \\ <b> 🎉 é\u00a0';
    assert.equal(escapeUnsafe(readable), readable);
  });

  it("the log's format leaves an escaped JSON string the same JSON string", () => {
    const value = 'x\u0007\u009f\u2028\u202e"\\';
    assert.equal(JSON.parse(escapeUnsafe(JSON.stringify(value))), value);
  });
});
