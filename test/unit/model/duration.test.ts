import assert from 'node:assert/strict';
import { Problem } from '../../../src/base/problem';
import { parseDuration } from '../../../src/model/duration';

describe('model/duration', () => {
  it('reads ages as people write them, and a number alone as hours', () => {
    const ages: readonly (readonly [string, number])[] = [
      ['906', 906],
      ['0.5', 0.5],
      ['36h', 36],
      ['36 hours', 36],
      ['2d', 48],
      [' 2 days ', 48],
      ['90m', 1.5],
      ['90 min', 1.5],
      ['1w', 168],
      ['1d 12h', 36],
      ['1d12h', 36],
      ['1 week, 2 days', 216],
      ['1.5d', 36],
      ['20m', 0.333333],
    ];
    for (const [text, hours] of ages) assert.equal(parseDuration(text, 'Hours'), hours, text);
  });

  it('refuses anything else in one sentence', () => {
    for (const text of ['', 'soon', '2x', '-2d', '2d ago', '1e3', 'd2', '2d-1h', '99999999w']) {
      assert.throws(() => parseDuration(text, 'Hours'), Problem, text);
    }
    assert.throws(() => parseDuration('2x', 'Age'), /^Problem: Age cannot be "2x": write hours or an age such as 36h/);
  });
});
