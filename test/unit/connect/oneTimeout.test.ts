import assert from 'node:assert/strict';
import { oneTimeout } from '../../../src/connect/redis/oneTimeout';
import { Problem, type ProblemKind } from '../../../src/base/problem';

/** Fails with this kind, and counts how often it was asked. */
function failing(kind: ProblemKind): { fail: () => Promise<never>; asked: () => number } {
  let asked = 0;
  const fail = (): Promise<never> => {
    asked++;
    return Promise.reject(new Problem(kind, `Failure ${String(asked)}.`));
  };
  return { fail, asked: () => asked };
}

describe('connect/oneTimeout', () => {
  it('a Redis that stopped answering is asked no further question, and each fails with the first reason', async () => {
    const { fail, asked } = failing('timeout');
    const once = oneTimeout();
    for (let question = 0; question < 3; question++) await assert.rejects(once(fail), { message: 'Failure 1.' });
    assert.equal(asked(), 1);
  });

  it('a Redis is asked again after a failure that costs no time', async () => {
    const { fail, asked } = failing('permission');
    const once = oneTimeout();
    await assert.rejects(once(fail), { message: 'Failure 1.' });
    await assert.rejects(once(fail), { message: 'Failure 2.' });
    assert.equal(asked(), 2);
  });
});
