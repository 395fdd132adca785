import type { Evidence } from '../../model/verdict';
import { wasRead } from '../../model/sources';
import type { RedisFacts, RowFacts, World } from '../../model/facts';
import { count } from '../../base/numbers';
import { moment } from './words';

/** What happened to the broker's server since the row's last run, where its message is nowhere. */
export function redisEvidence({ row, messages, tasks }: RowFacts, { redis, broker }: World): Evidence[] {
  if (!redis || messages.length + tasks.length > 0 || !wasRead(broker.report)) return [];
  return wipes(redis, row.lastRun).map((says) => ({ source: 'redis', says }));
}

/** Sentences about losses of keys that may have been after `since`. */
export function wipes(redis: RedisFacts, since: number): string[] {
  const out: string[] = [];
  if (redis.startedAt !== null && redis.startedAt > since) {
    const kept =
      redis.appendOnly === true
        ? ', with an append-only file'
        : redis.appendOnly === false
          ? ', without an append-only file'
          : '';
    out.push(`The broker's ${redis.product} was started at ${moment(redis.startedAt)}, after its last run${kept}.`);
  }
  if ((redis.flushes ?? 0) > 0)
    out.push(`The broker's ${redis.product} was flushed ${count(redis.flushes ?? 0, 'time')} since it was started.`);
  if ((redis.evictedKeys ?? 0) > 0)
    out.push(
      `The broker's ${redis.product} evicted ${count(redis.evictedKeys ?? 0, 'key')} for want of memory (${redis.evictionPolicy ?? 'unknown policy'}).`,
    );
  return out;
}
