import assert from 'node:assert/strict';
import { Drawn, drawnOf } from '../../../src/base/drawn';

const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, index) => first + index);

describe('base/drawn', () => {
  it('draws all where there are no more than are wanted', () => {
    assert.deepEqual(
      drawnOf(numbers(1, 50), 50).sort((a, b) => a - b),
      numbers(1, 50),
    );
    assert.deepEqual(drawnOf([], 5), []);
    assert.deepEqual(drawnOf([7, 7, 7], 2), [7]);
  });

  it('draws the same ones in any order, whatever else was dropped meanwhile', () => {
    const all = numbers(1, 20_000);
    const some = drawnOf(all, 100);
    assert.equal(some.length, 100);
    assert.deepEqual(drawnOf(all.toReversed(), 100), some);
    // What is drawn of a part is drawn of the whole, unless others come before it.
    const half = new Set(drawnOf(numbers(1, 10_000), 100));
    assert.ok(some.filter((each) => each <= 10_000).every((each) => half.has(each)));
  });

  it('draws from everywhere, also of large numbers', () => {
    for (const first of [1, 2 ** 40]) {
      const some = drawnOf(numbers(first, 100_000), 1000);
      for (let tenth = 0; tenth < 10; tenth++) {
        const from = first + tenth * 10_000;
        const here = some.filter((each) => each >= from && each < from + 10_000).length;
        assert.ok(here > 60 && here < 140, `${String(here)} of about 100`);
      }
    }
  });

  it('keeps a few of a million', () => {
    const drawn = new Drawn(10);
    for (const each of numbers(1, 1_000_000)) drawn.add(each);
    assert.equal(drawn.values.length, 10);
  });
});
