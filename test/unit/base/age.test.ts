import assert from 'node:assert/strict';
import { ageOfHours, ageText, roundAge } from '../../../src/base/age';

describe('base/age', () => {
  it('an age has its two largest units, rounded down', () => {
    const ages: readonly (readonly [seconds: number, text: string])[] = [
      [-5, '0 s'],
      [59.9, '59 s'],
      [60, '1 min'],
      [3599, '59 min'],
      [3600, '1 h'],
      [3660, '1 h 1 min'],
      [86_399, '23 h 59 min'],
      [86_400, '1 d'],
      [86_400 * 37 + 3600 * 18 + 59, '37 d 18 h'],
      [86_400 * 1234, '1,234 d'],
    ];
    assert.deepEqual(
      ages.map(([seconds]) => ageText(seconds)),
      ages.map(([, text]) => text),
    );
    assert.equal(ageOfHours(906), '37 d 18 h');
  });

  it('a round age has its largest unit in words, and days from two of them on', () => {
    assert.deepEqual([906 * 3600, 47 * 3600, 48 * 3600, 3600, 90, 1].map(roundAge), [
      '37 days',
      '47 hours',
      '2 days',
      '1 hour',
      '1 minute',
      '1 second',
    ]);
  });
});
