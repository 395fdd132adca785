import type { RedisReader, RedisReply } from '../../ports/redis';

/** What kind of server answers Redis's protocol. */
export interface ServerKind {
  /** What people call it: Redis, Valkey, KeyDB, Dragonfly. */
  readonly product: string;
  /** Of that product; null where it does not say. */
  readonly version: string | null;
  /** Whether it is a node of a cluster; null where it does not say. */
  readonly cluster: boolean | null;
}

/** A version, and not what a server that is none may say. */
const LONGEST_WORD = 100;
const WORD = /^[\w.+~:-]+$/;

/**
 * Tells the kind of server by INFO. Valkey 8 has `server_name` and `valkey_version` beside a `redis_version` that clients know
 * (valkey src/server.c), Dragonfly `dragonfly_version` (`df-v1.27.1`); KeyDB has no name of its own there, but its program and its features.
 */
export function serverKindOf(info: ReadonlyMap<string, string>): ServerKind {
  const word = (name: string): string | undefined => {
    const text = info.get(name)?.slice(0, LONGEST_WORD);
    return text !== undefined && WORD.test(text) ? text : undefined;
  };
  const redis = word('redis_version') ?? null;
  const enabled = info.get('cluster_enabled');
  const cluster = enabled === undefined ? null : enabled === '1';
  const dragonfly = word('dragonfly_version')?.replace(/^df-v?/, '');
  if (dragonfly !== undefined) return { product: 'Dragonfly', version: dragonfly, cluster };
  const valkey = word('valkey_version');
  if (valkey !== undefined || /^valkey$/i.test(info.get('server_name') ?? ''))
    return { product: 'Valkey', version: valkey ?? redis, cluster };
  const keydb = /keydb/i.test(info.get('executable') ?? '') || info.has('mvcc_depth');
  return { product: keydb ? 'KeyDB' : 'Redis', version: redis, cluster };
}

/** @throws Problem when the connection failed */
export async function readServerKind(redis: RedisReader): Promise<ServerKind> {
  return serverKindOf(
    infoFields(
      await redis.pipeline([
        ['INFO', 'server'],
        ['INFO', 'cluster'],
      ]),
    ),
  );
}

/**
 * Whether all keys of a cluster are on this server. Celery's transport does not know clusters, so its broker can only be one of a single
 * server; of another one, the keys of a queue are wherever their names lead.
 * @returns false also where a node does not say
 * @throws Problem when the connection failed
 */
export async function wholeCluster(redis: RedisReader, { cluster }: ServerKind): Promise<boolean> {
  if (cluster !== true) return true;
  const info = infoFields(await redis.pipeline([['CLUSTER', 'INFO']]));
  return info.get('cluster_size') === '1' && info.get('cluster_state') === 'ok';
}

/** As many are named. */
const MOST_DATABASES = 16;

/**
 * The numbers of the databases that have keys: where the one that was searched has no queue, another may be meant.
 * @throws Problem when the connection failed
 */
export async function otherDatabases(redis: RedisReader): Promise<readonly number[]> {
  const info = infoFields(await redis.pipeline([['INFO', 'keyspace']]));
  const found = [...info.keys()].flatMap((name) => /^db(\d{1,5})$/.exec(name)?.[1] ?? []).map(Number);
  return found.slice(0, MOST_DATABASES);
}

/** `name:value` lines of INFO; a section that was refused is an Error among the replies. */
export function infoFields(sections: readonly RedisReply[]): Map<string, string> {
  const lines = sections.flatMap((section) => (Buffer.isBuffer(section) ? section.toString('utf8').split('\r\n') : []));
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':');
      return line.startsWith('#') || colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );
}
