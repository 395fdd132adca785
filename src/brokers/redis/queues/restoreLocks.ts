import type { RestoreLock } from '../../../model/facts';
import type { RedisReader } from '../../../ports/redis';
import type { TakenPlace } from './readUnacked';

/** kombu takes the lock for five minutes (`unacked_mutex_expire`); what lasts twice as long was not made by it. */
const USUAL_MS = 2 * 300_000;

/**
 * Looks for locks that stay. A worker that cannot take the lock brings nothing back (kombu 5.6.2 transport/redis.py `restore_visible`,
 * `MutexHeld`), so a key that never expires (made by hand, or restored without its expiry) keeps taken messages for ever.
 * @returns those that never expire, or only long after kombu's own; none where this user may not look
 */
export async function readRestoreLocks(
  redis: RedisReader,
  places: readonly TakenPlace[],
  told: readonly (string | null)[],
): Promise<RestoreLock[]> {
  const keys = [...new Set([...places.map(({ key }) => `${key}_mutex`), ...told.filter((key) => key !== null)])];
  const replies = await redis.pipeline(keys.map((key) => ['PTTL', key]));
  return keys.flatMap((key, at) => {
    const left = replies[at];
    // -2: there is none; -1: it never expires.
    if (left === -1) return { key, expiresIn: null };
    return typeof left === 'number' && left > USUAL_MS ? { key, expiresIn: left / 1000 } : [];
  });
}
