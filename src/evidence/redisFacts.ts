import type { RedisFacts } from './facts';
import type { RedisReader, RedisReply } from './redisReader';

const SECTIONS = ['server', 'memory', 'persistence', 'stats', 'replication', 'commandstats'] as const;

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
  const info = fields(sections);
  const number = (name: string): number | null => numberOf(info.get(name));
  const now = Array.isArray(time) && Buffer.isBuffer(time[0]) ? numberOf(time[0].toString('latin1')) : null;
  const uptime = number('uptime_in_seconds');
  const appendOnly = info.get('aof_enabled');
  const serverRole = info.get('role');
  return {
    address: redis.address,
    role,
    version: info.get('redis_version') ?? null,
    startedAt: now === null || uptime === null ? null : now - uptime,
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    evictionPolicy: info.get('maxmemory_policy') ?? null,
    evictedKeys: number('evicted_keys'),
    flushes: flushes(info),
    appendOnly: appendOnly === undefined ? null : appendOnly === '1',
    lastSaveAt: number('rdb_last_save_time'),
    replica: serverRole === undefined ? null : serverRole !== 'master',
    keys: typeof keys === 'number' ? keys : null,
  };
}

/** Calls of FLUSHDB and FLUSHALL; a command that was never called has no line, so no line at all means that nothing was given. */
function flushes(info: ReadonlyMap<string, string>): number | null {
  if (![...info.keys()].some((name) => name.startsWith('cmdstat_'))) return null;
  const calls = (name: string): number => Number(/\bcalls=(\d+)/.exec(info.get(name) ?? '')?.[1] ?? 0);
  return calls('cmdstat_flushdb') + calls('cmdstat_flushall');
}

/** `name:value` lines; a section that was refused stands as an Error among the replies. */
function fields(sections: readonly RedisReply[]): Map<string, string> {
  const lines = sections.flatMap((section) => (Buffer.isBuffer(section) ? section.toString('utf8').split('\r\n') : []));
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return line.startsWith('#') || colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
