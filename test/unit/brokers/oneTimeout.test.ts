import assert from 'node:assert/strict';
import { oneTimeout } from '../../../src/brokers/redis/oneTimeout';
import { Problem, type ProblemKind } from '../../../src/base/problem';
import type { RedisReader } from '../../../src/ports/redis';

/** Fails with this kind, and counts how often it was asked. */
function failing(kind: ProblemKind): { redis: RedisReader; asked: () => number } {
  let asked = 0;
  const fail = (): Promise<never> => {
    asked++;
    return Promise.reject(new Problem(kind, `Failure ${String(asked)}.`));
  };
  return { redis: { address: 'here', commands: 0, call: fail, pipeline: fail }, asked: () => asked };
}

describe('a Redis that stopped answering', () => {
  it('is asked no further question, and each fails with the first reason', async () => {
    const { redis, asked } = failing('timeout');
    const once = oneTimeout(redis);
    for (const question of [() => once.call('PING'), () => once.call('INFO'), () => once.pipeline([['PING']])])
      await assert.rejects(question, { message: 'Failure 1.' });
    assert.equal(asked(), 1);
  });

  it('is asked again after a failure that costs no time', async () => {
    const { redis, asked } = failing('permission');
    const once = oneTimeout(redis);
    await assert.rejects(once.call('LLEN', 'x'), { message: 'Failure 1.' });
    await assert.rejects(once.pipeline([['PING']]), { message: 'Failure 2.' });
    assert.equal(asked(), 2);
  });
});
