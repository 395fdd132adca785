/** Knows ioredis, as redisMailbox.ts does and no other file. The driver is imported at the first connection, not on activation. */
import type { Redis } from 'ioredis';
import { cancelled, throwIfCancelled } from '../diagnosis/problem';
import type { RedisReader, RedisReply, RedisSource } from '../evidence/redisReader';
import { CLIENT_NAME } from '../diagnosis/clientName';
import { createMailbox } from './redisMailbox';
import { toRedisProblem } from './redisProblem';
import { rememberTarget } from './rememberSecrets';
import { redisAddress, type RedisTarget } from './redisUrl';

const CONNECT_TIMEOUT_MS = 10_000;
/** A chunk of messages is about 1 MB, and one message can be 10 MB: also a slow line must be able to bring it. */
const COMMAND_TIMEOUT_MS = 30_000;

type Command = readonly [name: string, ...args: (string | number)[]];

/** Commands that cannot change anything. KEYS is not among them: it would stop a busy server. */
const READ_COMMANDS: ReadonlySet<string> = new Set(
  (
    'PING INFO TIME DBSIZE SCAN TYPE EXISTS TTL PTTL GET MGET STRLEN GETRANGE LLEN LRANGE HLEN HSCAN HGET HMGET ' +
    'SMEMBERS SSCAN SCARD ZSCORE ZMSCORE ZCARD ZRANGE ZRANGEBYSCORE ZSCAN COMMAND'
  ).split(' '),
);

/**
 * Opens connections to one database for reading, one for each `read` or `ask`.
 * Works for an ACL user that may do nothing but read: what the driver would send besides (READY check, CLIENT SETINFO) is off, and a
 * refused CLIENT SETNAME does no harm.
 */
export function redisSource(target: RedisTarget): RedisSource {
  rememberTarget(target);
  return {
    address: redisAddress(target),
    db: target.db,
    read: (work, signal) => connected(target, signal, (connection) => work(connection)),
    ask: (work, signal) =>
      connected(target, signal, async (connection) => work(connection, createMailbox(await connection.open()))),
  };
}

/**
 * Connects, selects the database, asks PING and disconnects.
 * @returns when the server answered
 * @throws Problem, one sentence without the password
 */
export async function pingRedis(target: RedisTarget): Promise<void> {
  await redisSource(target).read((redis) => redis.call('PING'), new AbortController().signal);
}

async function connected<T>(
  target: RedisTarget,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  throwIfCancelled(signal);
  const connection = new Connection(target, signal);
  const close = (): void => {
    connection.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    return await work(connection);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
    connection.close();
  }
}

class Connection implements RedisReader {
  readonly address: string;
  commands = 0;
  private client: Redis | undefined;
  private opening: Promise<Redis> | undefined;
  /** What the driver only says as an event: why the socket closed, or that SELECT was refused. */
  private lastError: unknown;

  constructor(
    private readonly target: RedisTarget,
    private readonly signal: AbortSignal,
  ) {
    this.address = redisAddress(target);
  }

  async call(...command: Command): Promise<Exclude<RedisReply, Error>> {
    assertReads(command);
    const client = await this.open();
    this.commands++;
    try {
      return (await client.callBuffer(...command)) as Exclude<RedisReply, Error>;
    } catch (error) {
      throw this.problem(error);
    }
  }

  async pipeline(commands: readonly Command[]): Promise<RedisReply[]> {
    commands.forEach(assertReads);
    if (commands.length === 0) return [];
    const client = await this.open();
    const pipeline = client.pipeline();
    for (const command of commands) pipeline.callBuffer(...command);
    this.commands += commands.length;
    const replies = await pipeline.exec().catch((error: unknown) => {
      throw this.problem(error);
    });
    return (replies ?? []).map(([error, reply]) => {
      if (error === null) return reply as RedisReply;
      if (!isErrorReply(error)) throw this.problem(error);
      return error;
    });
  }

  /** The one connection of this reader. @throws Problem */
  open(): Promise<Redis> {
    throwIfCancelled(this.signal);
    this.opening ??= this.connect().catch((error: unknown) => {
      throw this.problem(error);
    });
    return this.opening;
  }

  /** Ends the line at once; commands under way fail. */
  close(): void {
    this.client?.disconnect();
    // The driver would wait two seconds for the other side, and for a socket that never got through as long as that takes.
    (this.client as { stream?: Redis['stream'] } | undefined)?.stream?.destroy();
  }

  private async connect(): Promise<Redis> {
    // The default export: of the built driver file, Node does not see the named ones.
    const { Redis } = (await import('ioredis')).default;
    throwIfCancelled(this.signal);
    const { target } = this;
    this.client = new Redis({
      host: target.host,
      port: target.port,
      db: target.db,
      ...(target.user === undefined ? {} : { username: target.user }),
      ...(target.password === undefined ? {} : { password: target.password }),
      ...(target.tls ? { tls: {} } : {}),
      // RESP3 begins with HELLO, which an ACL may refuse and servers before Redis 6 do not have.
      protocol: 2,
      lazyConnect: true,
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      enableReadyCheck: false,
      disableClientInfo: true,
      // The driver's timer for a polite end would keep the process alive for its two seconds after the line was cut.
      disconnectTimeout: 50,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      connectionName: CLIENT_NAME,
    });
    // Without a listener the driver prints the error itself.
    this.client.on('error', (error: unknown) => {
      this.lastError = error;
    });
    await this.client.connect();
    // ioredis 6.0.0 goes on in database 0 when SELECT was refused (redis/event_handler.js).
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the driver emitted
    if (this.lastError !== undefined) throw this.lastError;
    return this.client;
  }

  private problem(error: unknown): Error {
    if (this.signal.aborted) return cancelled();
    const says = error instanceof Error && isErrorReply(error) ? error : (this.lastError ?? error);
    return toRedisProblem(says, this.target);
  }
}

/** The server answered, with an error; anything else is about the line. */
function isErrorReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

/** @throws Error: nothing but a mistake in our own code can ask for another command */
function assertReads([name, first]: Command): void {
  const command = name.toUpperCase();
  if (READ_COMMANDS.has(command) || (command === 'CLIENT' && String(first).toUpperCase() === 'LIST')) return;
  throw new Error(`${command} is not a read command`);
}
