import { CLIENT_NAME } from '../../../base/clientName';
import type { RedisReader } from '../../../ports/redis';
import { infoFields } from '../serverKind';

/** A client of the Redis server, as far as it may be a worker. */
interface Client {
  readonly ours: boolean;
  readonly db: number;
  /** Blocked in a command now. */
  readonly blocked: boolean;
  readonly idleSeconds: number;
  readonly patterns: number;
  readonly command: string;
}

/** Clients of one database that may be workers. */
export interface PossibleWorkers {
  /**
   * Connections whose last command is BRPOP, blocked or not. A worker's main process keeps one for nothing else (kombu 5.2.4 redis.py
   * `_brpop_start`); it is not blocked while the worker is busy (`solo`), has fetched all that it may, or is deaf.
   */
  readonly takers: number;
  /** Of these, those that have not asked for a task for long: a worker that waits asks every second. */
  readonly stale: number;
  /** Connections with pattern subscriptions: a worker's mailbox, its gossip, but also monitors such as Flower. */
  readonly subscribers: number;
}

/**
 * Reads CLIENT LIST.
 * @param staleSeconds from when on a connection that does not ask counts as stale
 * @returns null where the server does not show its clients: forbidden, or a server that shows a part of them
 * @throws Problem when the connection failed
 */
export async function readClients(
  redis: RedisReader,
  db: number,
  staleSeconds: number,
): Promise<PossibleWorkers | null> {
  // In one go: no client comes or leaves between the two.
  const [reply, info] = await redis.pipeline([
    ['CLIENT', 'LIST'],
    ['INFO', 'clients'],
  ]);
  if (!Buffer.isBuffer(reply)) return null;
  const text = reply.toString();
  return isPart(text, infoFields([info ?? null])) ? null : possibleWorkers(text, db, staleSeconds);
}

/**
 * Whether the list shows only some of the clients, as proxies and hosted servers do (Redis Enterprise, Upstash): fewer than INFO counts, none
 * that is blocked although some are, or nobody but us where INFO does not say how many there are.
 */
function isPart(clientList: string, info: ReadonlyMap<string, string>): boolean {
  const lines = clientList.split('\n').filter((line) => line.trim() !== '');
  const blocked = lines.filter((line) => /\bflags=\w*b/.test(line)).length;
  const [connected, waiting] = ['connected_clients', 'blocked_clients'].map((name) => Number(info.get(name) ?? NaN));
  if (lines.length < (connected ?? NaN) || blocked < (waiting ?? NaN)) return true;
  return Number.isNaN(connected) && lines.every((line) => parseClient(line)?.ours !== false);
}

/** @returns null where the list does not hold ourselves, or does not say enough about a client: then it is not complete */
export function possibleWorkers(clientList: string, db: number, staleSeconds: number): PossibleWorkers | null {
  const all = clientList
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseClient);
  const known = all.filter((client) => client !== undefined);
  if (known.length < all.length || !known.some((client) => client.ours)) return null;
  const others = known.filter((client) => !client.ours && client.db === db);
  const takers = others.filter((client) => client.command === 'brpop');
  return {
    takers: takers.length,
    stale: takers.filter((client) => !client.blocked && client.idleSeconds > staleSeconds).length,
    subscribers: others.filter((client) => client.patterns > 0).length,
  };
}

/**
 * `id=3 addr=... name= idle=0 flags=b db=0 psub=0 cmd=brpop ...`: values have no spaces.
 * @returns undefined where a field is missing or broken that tells whether it is a worker
 */
function parseClient(line: string): Client | undefined {
  const fields = new Map<string, string>();
  for (const part of line.trim().split(' ')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  const command = fields.get('cmd') ?? '';
  const numbers = ['db', 'idle', 'psub'].map((name) => Number(/^\d{1,15}$/.exec(fields.get(name) ?? '')?.[0] ?? NaN));
  const [db = NaN, idleSeconds = NaN, patterns = NaN] = numbers;
  if (command === '' || numbers.some(Number.isNaN)) return undefined;
  return {
    // Who runs CLIENT LIST now is us, also where this user may not set a name.
    ours: fields.get('name') === CLIENT_NAME || /^client(\|list)?$/.test(command),
    db,
    blocked: fields.get('flags')?.includes('b') ?? false,
    idleSeconds,
    patterns,
    command,
  };
}

/**
 * Clients of the whole server that are blocked in any command: a worker that waits is one of them.
 * @returns null where INFO does not say
 */
export async function blockedClients(redis: RedisReader): Promise<number | null> {
  const [reply] = await redis.pipeline([['INFO', 'clients']]);
  const found = Buffer.isBuffer(reply) ? /^blocked_clients:(\d+)/m.exec(reply.toString()) : null;
  return found ? Number(found[1]) : null;
}
