import type { ResultReader, ResultRecord } from '../facts';
import { ChunkSize } from '../broker/chunkSize';
import { Pace } from '../broker/pace';
import type { RedisReader } from '../redisReader';
import { readResultPayload } from './payload';

/** celery 5.6.3 celery/backends/base.py `task_keyprefix`. */
const KEY = 'celery-task-meta-';
const FIRST_CHUNK = 50;
/** By SLOWLOG, 500 keys cost Redis 7.0 0.25 ms, 0.6 ms at worst. */
const MAX_CHUNK = 500;

/**
 * Looks results up in Redis by their exact keys; reads nothing else.
 * @param prefixes values of `global_keyprefix` that are in use; results without a prefix are always looked for, since Celery 5.2 ignores
 *   that option for results
 */
export function redisResults(redis: RedisReader, prefixes: readonly string[]): ResultReader {
  // One size for each form over all questions: the next one goes on where the last one had got to.
  const forms = keyForms(prefixes).map((start) => ({ start, size: new ChunkSize(FIRST_CHUNK, MAX_CHUNK) }));
  const pace = new Pace();
  return {
    report: {
      name: 'results',
      state: 'ok',
      detail: `Redis at ${redis.address}, ${forms.map(({ start }) => `${start}*`).join(', ')}`,
    },
    async find(taskIds) {
      const wanted = [...new Set(taskIds)].filter((id) => id !== '');
      const found = new Map<string, ResultRecord>();
      for (const form of forms) {
        // Publisher and worker can use different forms: what the publisher wrote must not hide the worker's result.
        const open = wanted.filter((id) => (found.get(id)?.state ?? 'SENT') === 'SENT');
        for (const [id, record] of await findUnder(redis, form.start, form.size, pace, open)) found.set(id, record);
      }
      return found;
    },
  };
}

/**
 * What stands before an id. Celery 5.3 and 5.4 put `_` behind the prefix, 5.5 and later only where it does not end in one of `:_-.`
 * (celery/backends/base.py `_add_global_keyprefix`).
 */
function keyForms(prefixes: readonly string[]): string[] {
  const named = prefixes.filter((prefix) => prefix !== '');
  return [...new Set(['', ...named.flatMap((prefix) => [prefix, `${prefix}_`])])].map((start) => start + KEY);
}

async function findUnder(
  redis: RedisReader,
  form: string,
  size: ChunkSize,
  pace: Pace,
  ids: readonly string[],
): Promise<(readonly [id: string, record: ResultRecord])[]> {
  const found: (readonly [string, ResultRecord])[] = [];
  for (let at = 0; at < ids.length;) {
    const some = ids.slice(at, at + Math.ceil(size.items * pace.part));
    at += some.length;
    const began = performance.now();
    const reply = await redis.call('MGET', ...some.map((id) => form + id));
    const took = performance.now() - began;
    // A key of another type comes as null, as one that is not there.
    const values = Array.isArray(reply) ? reply : [];
    for (const [index, id] of some.entries()) {
      const value: unknown = values[index];
      if (Buffer.isBuffer(value)) found.push([id, { backend: 'redis', ...readResultPayload(value) }]);
    }
    const sizes = some.map((_, index) => (Buffer.isBuffer(values[index]) ? values[index].length : 0));
    const bytes = sizes.reduce((sum, one) => sum + one, 0);
    pace.heard(some.length, bytes, took);
    size.adapt(sizes);
    if (pace.pauseMs > 0) await pace.rest();
  }
  return found;
}
