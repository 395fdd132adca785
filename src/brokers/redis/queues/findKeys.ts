import { number } from '../../../base/numbers';
import { Problem, throwIfCancelled } from '../../../base/problem';
import { withoutFullStop } from '../../../base/sentences';
import type { RedisReader } from '../../../ports/redis';
import type { Gaps } from './gaps';
import type { KeySift } from './keySift';
import { pause } from '../../../base/pause';
import { count, scanned } from './replies';

/** Keys that one SCAN command looks at: 0.7 ms of the server's time with their names (400,000 keys, a busy machine). */
const KEYS_A_COMMAND = 1000;
const PAUSE_MS = 2;
/** Keys whose type is asked for in one round trip, and in all. */
const TYPES = { atOnce: 500, most: 500_000 };

/**
 * Looks at every key once, by SCAN in small steps with pauses, and keeps those that may belong to a broker. The names come over the line:
 * to let Redis filter by type (SCAN … TYPE, Redis 6) would need a pass for each type, and each pass costs the server more than this one.
 * @param maxKeys keys that are looked at
 */
export async function findKeys(
  redis: RedisReader,
  maxKeys: number,
  sift: KeySift,
  gaps: Gaps,
  onProgress: (label: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = count(await redis.call('DBSIZE'));
  let looked = 0;
  let typed = 0;
  let open: string[] = [];
  let refused = false;
  const askTypes = async (): Promise<void> => {
    const asked = open;
    open = [];
    if (asked.length === 0 || refused) return;
    if (typed >= TYPES.most) {
      gaps.add('capped', `only ${number(typed)} keys were asked for their type`);
      return;
    }
    typed += asked.length;
    try {
      await ask(redis, asked, sift);
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== 'permission') throw error;
      refused = true;
      gaps.add('forbidden', `queues without a binding were not looked for: ${withoutFullStop(error.message)}`);
    }
  };
  for (let cursor = '0'; ;) {
    onProgress(`Looking for queues: ${number(Math.min(looked, total))} of ${number(total)} keys...`);
    const size = Math.min(KEYS_A_COMMAND, maxKeys - looked);
    const reply = scanned(await redis.call('SCAN', cursor, 'COUNT', size));
    const began = performance.now();
    looked += size;
    open.push(...sift.take(reply.items));
    cursor = reply.cursor;
    if (open.length >= TYPES.atOnce || cursor === '0' || looked >= maxKeys) await askTypes();
    if (cursor === '0') return;
    if (looked >= maxKeys) {
      gaps.add('capped', `only ${number(looked)} of ${number(total)} keys were looked at to find queues`);
      return;
    }
    await pause(Math.max(0, PAUSE_MS - (performance.now() - began)));
    throwIfCancelled(signal);
  }
}

async function ask(redis: RedisReader, names: readonly string[], sift: KeySift): Promise<void> {
  const types = await redis.pipeline(names.map((name) => ['TYPE', name]));
  const refused = types.findIndex((type) => type instanceof Error);
  // In the words of a problem.
  if (refused >= 0) await redis.call('TYPE', names[refused] ?? '');
  for (const [at, name] of names.entries()) {
    const type = types[at];
    if (Buffer.isBuffer(type)) sift.typed(name, type.toString('latin1'));
  }
}
