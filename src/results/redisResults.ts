import { count as counted } from '../base/numbers';
import { readReport, type SourceGap, type SourceReport } from '../model/sources';
import type { ResultReader, ResultRecord } from '../model/facts';
import { ChunkSize } from '../wire/chunkSize';
import { Pace } from '../wire/pace';
import { isCutOff, isOfCluster } from '../base/cutOff';
import type { RedisReader, RedisReply } from '../ports/redis';
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
  const getter = new Getter(redis);
  return {
    get report(): SourceReport {
      const where = `Redis at ${redis.address}, ${forms.map(({ start }) => `${start}*`).join(', ')}`;
      const gaps = getter.gaps();
      return readReport('results', [where, ...gaps.map(({ says }) => says)].join('; '), gaps);
    },
    async find(taskIds) {
      const found = new Map<string, ResultRecord>();
      for (const { start, size } of forms) {
        // Publisher and worker can use different forms: what the publisher wrote must not hide the worker's result.
        const open = taskIds.filter((id) => id !== '' && (found.get(id)?.state ?? 'SENT') === 'SENT');
        await findUnder(getter, start, size, pace, open, found);
      }
      return found;
    },
  };
}

/**
 * What comes before an id. Celery 5.3 and 5.4 put `_` behind the prefix, 5.5 and later only where it does not end in one of `:_-.`
 * (celery/backends/base.py `_add_global_keyprefix`).
 */
function keyForms(prefixes: readonly string[]): string[] {
  const named = prefixes.filter((prefix) => prefix !== '');
  return [...new Set(['', ...named.flatMap((prefix) => [prefix, `${prefix}_`])])].map((start) => start + KEY);
}

async function findUnder(
  getter: Getter,
  form: string,
  size: ChunkSize,
  pace: Pace,
  ids: readonly string[],
  found: Map<string, ResultRecord>,
): Promise<void> {
  let at = 0;
  const fetch = async (): Promise<Chunk> => {
    const some = ids.slice(at, at + Math.ceil(size.items * pace.part));
    at += some.length;
    const began = performance.now();
    const values = await getter.get(some.map((id) => form + id));
    const took = performance.now() - began;
    // A key of another type comes as null, as one that is not there.
    const sizes = some.map((_, index) => bytesIn(values[index]));
    pace.heard(some.length, sizes.reduce(sum, 0), took);
    size.adapt(sizes);
    return { ids: some, values };
  };
  for (let next = ids.length > 0 ? fetch() : undefined; next !== undefined;) {
    const chunk = await next;
    next = undefined;
    // The next chunk travels while this one is decoded, unless the server needs a pause.
    if (at < ids.length && pace.pauseMs === 0) (next = fetch()).catch(() => undefined);
    for (const [index, id] of chunk.ids.entries()) {
      const value = chunk.values[index];
      if (Buffer.isBuffer(value)) found.set(id, { backend: 'redis', ...readResultPayload(value) });
    }
    if (next !== undefined || at >= ids.length) continue;
    await pace.rest();
    next = fetch();
  }
}

/** Gets values by their keys, and knows what could not be had. */
class Getter {
  private elsewhere = 0;
  private tooLarge = 0;
  /** A node of a cluster answers for keys of one slot at a time. */
  private oneByOne = false;

  constructor(private readonly redis: RedisReader) {}

  /** In the place of each key what it holds. @throws Problem */
  async get(keys: readonly string[]): Promise<readonly RedisReply[]> {
    try {
      if (this.oneByOne) return await this.each(keys);
      const reply = await this.redis.call('MGET', ...keys);
      return Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];
    } catch (error) {
      if (isOfCluster(error) && !this.oneByOne) {
        this.oneByOne = true;
        return await this.each(keys);
      }
      if (!isCutOff(error)) throw error;
      return await this.inParts(keys, error);
    }
  }

  gaps(): SourceGap[] {
    const gaps: SourceGap[] = [];
    if (this.elsewhere > 0) {
      const says = `${counted(this.elsewhere, 'key')} not looked up, which other servers of the cluster have`;
      gaps.push({ kind: 'cluster', says });
    }
    if (this.tooLarge > 0)
      gaps.push({ kind: 'too-large', says: `${counted(this.tooLarge, 'result')} too large to be read` });
    return gaps;
  }

  private async each(keys: readonly string[]): Promise<readonly RedisReply[]> {
    const replies = await this.redis.pipeline(keys.map((key) => ['GET', key]));
    for (const [at, key] of keys.entries()) {
      const reply = replies[at];
      if (!(reply instanceof Error) || reply.message.startsWith('WRONGTYPE')) continue;
      if (isOfCluster(reply)) this.elsewhere++;
      // In the words of a problem.
      else await this.redis.call('GET', key);
    }
    return replies;
  }

  /** The answer was too large for the server. */
  private async inParts(keys: readonly string[], error: unknown): Promise<readonly RedisReply[]> {
    if (keys.length > 1) {
      const half = Math.ceil(keys.length / 2);
      return [...(await this.get(keys.slice(0, half))), ...(await this.get(keys.slice(half)))];
    }
    if (++this.tooLarge > MOST_TOO_LARGE) throw error;
    return [null];
  }
}

/** Each costs a new connection. */
const MOST_TOO_LARGE = 20;

interface Chunk {
  readonly ids: readonly string[];
  readonly values: readonly RedisReply[];
}

function bytesIn(value: RedisReply | undefined): number {
  return Buffer.isBuffer(value) ? value.length : 0;
}

function sum(all: number, one: number): number {
  return all + one;
}
