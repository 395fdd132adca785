import { moment } from '../../base/moment';
import { count } from '../../base/numbers';
import type { RedisServer, Timestamp } from '../../model/diagnosis';
import { readReport, type SourceReport } from '../../model/sources';
import type { Loss, Losses, Seconds } from '../../model/facts';
import type { RedisReader } from '../../ports/redis';
import { calendarSeconds } from '../../wire/celeryTime';
import { infoFields, serverKindOf } from './serverKind';
import { unavailable } from '../unavailable';

const SECTIONS = ['server', 'memory', 'persistence', 'stats', 'replication', 'commandstats'] as const;

/** A version or a policy, and not what a server that is none may say. */
const LONGEST_WORD = 100;

/**
 * Reads INFO and the server's clock; what a server does not give is null.
 * `lastSaveAt` is the server's own start where it has not saved since (redis 7.0 server.c sets `lastsave` then).
 * @throws Problem when the connection failed
 */
export async function readServer(redis: RedisReader, role: RedisServer['role']): Promise<RedisServer> {
  const [time, ...sections] = await redis.pipeline([
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
  const { product, version } = serverKindOf(info);
  return {
    address: redis.address,
    role,
    ...(product === 'Redis' ? {} : { product }),
    version,
    startedAt: timestamp(now === null || uptime === null ? null : now - uptime),
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    evictionPolicy: word('maxmemory_policy'),
    evictedKeys: number('evicted_keys'),
    flushes: flushes(info),
    appendOnly: appendOnly === undefined ? null : appendOnly === '1',
    lastSaveAt: timestamp(number('rdb_last_save_time')),
    replica: serverRole === undefined ? null : serverRole !== 'master',
  };
}

/**
 * The same as a source of a check.
 * @returns the report has why INFO could not be read
 * @throws Problem `cancelled`
 */
export async function lookAtServer(
  redis: RedisReader,
  role: RedisServer['role'],
): Promise<{ readonly server: RedisServer | null; readonly report: SourceReport }> {
  const name = 'redis';
  try {
    const server = await readServer(redis, role);
    const at = `at ${server.address}`;
    if (server.version !== null)
      return { server, report: readReport(name, `${productOf(server)} ${server.version} ${at}`, []) };
    const detail = `Redis ${at} does not give INFO to this user, so it is unknown whether it was emptied`;
    const gaps: SourceReport['gaps'] = [{ kind: 'forbidden', says: detail }];
    return { server, report: { name, state: 'unavailable', detail, gaps } };
  } catch (error) {
    return { server: null, report: { name, ...unavailable(error) } };
  }
}

/** What a server may have lost since it was started. @param server null: it could not be asked */
export function lossesOf(server: RedisServer | null): Losses {
  const startedAt = server?.startedAt == null ? null : Date.parse(server.startedAt) / 1000;
  return {
    seen: server === null ? [] : [...restart(server, startedAt), ...flush(server), ...eviction(server)],
    complete: startedAt !== null,
    source: 'redis',
  };
}

function restart(server: RedisServer, at: Seconds | null): Loss[] {
  if (at === null) return [];
  const { appendOnly } = server;
  const kept = appendOnly === null ? '' : `, ${appendOnly ? 'with' : 'without'} an append-only file`;
  const says = `The broker's ${productOf(server)} started at ${moment(at)}, after the last run${kept}.`;
  return [{ kind: 'restarted', at, certain: appendOnly === false, says }];
}

/** Counters of INFO begin with the server's start. */
function flush(server: RedisServer): Loss[] {
  const flushes = server.flushes ?? 0;
  if (flushes === 0) return [];
  const says = `The broker's ${productOf(server)} was flushed ${count(flushes, 'time')} since it started.`;
  return [{ kind: 'flushed', at: null, certain: true, says }];
}

/** Queues have no expiry: only an allkeys policy takes them. */
function eviction(server: RedisServer): Loss[] {
  const { evictionPolicy: policy } = server;
  const evicted = server.evictedKeys ?? 0;
  if (evicted === 0) return [];
  const says = `The broker's ${productOf(server)} evicted ${count(evicted, 'key')} because memory ran out (${policy ?? 'unknown policy'}).`;
  return [{ kind: 'evicted', at: null, certain: policy?.startsWith('allkeys') === true, says }];
}

function productOf({ product = 'Redis' }: RedisServer): string {
  return product;
}

/** Redis's clock has no more than whole seconds where these come from. */
function timestamp(seconds: number | null): Timestamp | null {
  const known = calendarSeconds(seconds);
  return known === null ? null : `${new Date(Math.floor(known) * 1000).toISOString().slice(0, 19)}Z`;
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
