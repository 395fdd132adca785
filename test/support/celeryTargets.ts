import assert from 'node:assert/strict';
import { isOther, type CeleryTarget } from '../../src/connect/celeryTarget';
import type { RedisTarget } from '../../src/connect/redis/redisUrl';

/** A target that must be a Redis. */
export function redisTarget(target: CeleryTarget): RedisTarget {
  assert.ok(!isOther(target));
  return target;
}
