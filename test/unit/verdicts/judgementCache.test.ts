import assert from 'node:assert/strict';
import { constant, type Claim } from '../../../src/causes/claim';
import { Weighed } from '../../../src/verdicts/judgementCache';

const claim = (why: string): Claim => ({ verdict: 'lost', confidence: 'likely', why, decidedBy: 'x' });

function counting(): { weighed: Weighed<string>; seen: string[] } {
  const seen: string[] = [];
  const weighed = new Weighed((claims) => {
    const words = claims.map(({ why }) => why).join('+');
    seen.push(words);
    return words;
  });
  return { weighed, seen };
}

describe('verdicts/judgementCache', () => {
  it('what claims come to is weighed once for each combination of constant claims, in their order', () => {
    const { weighed, seen } = counting();
    const [a, b] = [constant(claim('a')), constant(claim('b'))];
    for (const claims of [[], [a], [a, b], [b, a], [], [a], [a, b], [b, a]])
      assert.equal(weighed.of(claims), claims.map(({ why }) => why).join('+'));
    assert.deepEqual(seen, ['', 'a', 'a+b', 'b+a']);
  });

  it('what claims come to is weighed each time where a claim was made for its row', () => {
    const { weighed, seen } = counting();
    const [a, own] = [constant(claim('a')), claim('x')];
    for (const each of [own, claim('y'), own]) assert.equal(weighed.of([a, each]), `a+${each.why}`);
    assert.deepEqual(seen, ['a+x', 'a+y', 'a+x'], 'nothing of it is kept');
  });

  it('what claims come to is not kept for more combinations than some thousands', () => {
    const { weighed, seen } = counting();
    const first = constant(claim('first'));
    weighed.of([first]);
    for (let index = 0; index < 10_000; index++) weighed.of([constant(claim(String(index)))]);
    assert.equal(weighed.of([first]), 'first');
    assert.equal(seen.filter((words) => words === 'first').length, 2);
  });
});
