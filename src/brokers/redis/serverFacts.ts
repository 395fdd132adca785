import { calendarSeconds } from '../../wire/celeryTime';
import type { RedisFacts } from '../../model/facts';
import type { RedisReader } from '../../ports/redis';
import { infoFields, serverKindOf } from './serverKind';

const SECTIONS = ['server', 'memory', 'persistence', 'stats', 'replication', 'commandstats'] as const;

/** A version or a policy, and not what a server that is none may say. */
const LONGEST_WORD = 100;

/**
 * Reads INFO, the server's clock and the number of keys; what a server does not give is null.
 * `lastSaveAt` is the server's own start where it has not saved since (redis 7.0 server.c sets `lastsave` then).
 * @throws Problem when the connection failed
 */
export async function readRedisFacts(redis: RedisReader, role: RedisFacts['role']): Promise<RedisFacts> {
  const [keys, time, ...sections] = await redis.pipeline([
    ['DBSIZE'],
    ['TIME'],
    ...SECTIONS.map((section) => ['INFO', section] as const),
  ]);
  const info = infoFields(sections);
  const number = (name: string): number | null => numberOf(info.get(name));
  const word = (name: string): string | null => info.get(name)?.slice(0, LONGEST_WORD) ?? null;
  const now = Array.isArray(time) && Buffer.isBuffer(time[0]) ? numberOf(time[0].toString('latin1')) : null;
  const uptime = number('uptime_in_seconds');
  const appendOnly = info.get('aof_enabled');
  const serverRole = info.get('role');
  const kind = serverKindOf(info);
  return {
    address: redis.address,
    role,
    product: kind.product,
    version: kind.version,
    startedAt: now === null || uptime === null ? null : calendarSeconds(now - uptime),
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    evictionPolicy: word('maxmemory_policy'),
    evictedKeys: number('evicted_keys'),
    flushes: flushes(info),
    appendOnly: appendOnly === undefined ? null : appendOnly === '1',
    lastSaveAt: calendarSeconds(number('rdb_last_save_time')),
    replica: serverRole === undefined ? null : serverRole !== 'master',
    keys: typeof keys === 'number' ? keys : null,
  };
}

/** Calls of FLUSHDB and FLUSHALL; a command that was never called has no line, so no line at all means that nothing was given. */
function flushes(info: ReadonlyMap<string, string>): number | null {
  if (![...info.keys()].some((name) => name.startsWith('cmdstat_'))) return null;
  const calls = (name: string): number | null =>
    info.has(name) ? numberOf(/\bcalls=(\d+)/.exec(info.get(name) ?? '')?.[1]) : 0;
  const [one, all] = [calls('cmdstat_flushdb'), calls('cmdstat_flushall')];
  return one === null || all === null ? null : one + all;
}

/** The numbers that are read here are whole ones. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
