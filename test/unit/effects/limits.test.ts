import assert from 'node:assert/strict';
import { earned, upperBound } from '../../../src/effects/limits';

describe('effects/limits', () => {
  const BOUNDS: readonly (readonly [wrong: number, looked: number, bound: number])[] = [
    [0, 60, 0.05],
    [0, 2000, 0.0015],
    [0, 1, 1],
    [0, 2, 1],
    // Wilson's interval as R's `binom::binom.wilson` and statsmodels' `proportion_confint(method='wilson')` have it.
    [1, 10, 0.4042],
    [1, 100, 0.0545],
    [12, 533, 0.0389],
    [20, 2000, 0.0154],
    [5, 5, 1],
  ];
  for (const [wrong, looked, bound] of BOUNDS)
    it(`of ${String(wrong)} in ${String(looked)} the true share is at most ${String(bound)}`, () => {
      assert.ok(Math.abs(upperBound({ looked, wrong })! - bound) < 0.00005, String(upperBound({ looked, wrong })));
    });

  it('there is no bound without rows', () => {
    assert.equal(upperBound({ looked: 0, wrong: 0 }), null);
  });

  const EARNED: readonly (readonly [
    wrong: number,
    looked: number,
    ofProven: ReturnType<typeof earned>,
    ofLikely: ReturnType<typeof earned>,
  ])[] = [
    [0, 0, { earned: 'likely', limit: 'too-few' }, { earned: 'likely', limit: 'too-few' }],
    [0, 59, { earned: 'likely', limit: 'too-few' }, { earned: 'likely', limit: 'too-few' }],
    [0, 60, { earned: 'proven' }, { earned: 'likely' }],
    [1, 59, { earned: 'none', limit: 'often-wrong' }, { earned: 'none', limit: 'often-wrong' }],
    [1, 99, { earned: 'none', limit: 'often-wrong' }, { earned: 'none', limit: 'often-wrong' }],
    // One in a hundred is not more than 1%, but it may be more than 5%.
    [1, 100, { earned: 'none', limit: 'maybe-often-wrong' }, { earned: 'none', limit: 'maybe-often-wrong' }],
    [1, 110, { earned: 'likely', limit: 'once-wrong' }, { earned: 'likely' }],
    [20, 2000, { earned: 'likely', limit: 'once-wrong' }, { earned: 'likely' }],
    [21, 2000, { earned: 'none', limit: 'often-wrong' }, { earned: 'none', limit: 'often-wrong' }],
  ];
  for (const [wrong, looked, ofProven, ofLikely] of EARNED)
    it(`${String(wrong)} wrong of ${String(looked)}: ${ofProven.earned} at most`, () => {
      assert.deepEqual(earned('proven', { looked, wrong }), ofProven);
      assert.deepEqual(earned('likely', { looked, wrong }), ofLikely);
    });
});
