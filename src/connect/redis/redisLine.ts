/** Knows ioredis, as redisMailbox.ts does. The driver is imported at the first connection, not on activation. */
import type { Redis } from 'ioredis';
import { once } from 'node:events';
import { connect } from 'node:net';
import { CLIENT_NAME } from '../../base/clientName';
import { cancelled, throwIfCancelled, type Problem } from '../../base/problem';
import { isErrorReply, toRedisProblem } from './redisProblem';
import { tlsOptions } from './redisTls';
import { isSocket, type RedisTarget } from './redisUrl';
import { bytesOfMany } from './redisWriting';

/** A chunk of messages is about 1 MB, and one message can be 10 MB: also a slow line must be able to bring it. */
const COMMAND_TIMEOUT_MS = 30_000;
/** How long a server that refuses us may take to say so. */
const REFUSAL_MS = 500;

/** Arguments of a command, from which on it is worth writing it ourselves. */
const MANY = 16;

/** A server itself: not a list, and not behind Sentinels. */
export type RedisServer = Omit<RedisTarget, 'alternates' | 'sentinel'>;

/**
 * A server that is full, or in protected mode, says so and closes the line before it was asked. Where we had begun to speak, the driver
 * sees only that: so listen once without a word.
 * @returns what it said, as an error reply; undefined where it said nothing
 */
async function refusalOf(server: RedisServer): Promise<Error | undefined> {
  const socket = connect(isSocket(server) ? { path: server.host } : { host: server.host, port: server.port });
  try {
    const [first] = (await once(socket, 'data', { signal: AbortSignal.timeout(REFUSAL_MS) })) as [Buffer];
    const [, text] = /^-([^\r\n]{1,500})\r?\n/.exec(first.toString()) ?? [];
    return text === undefined ? undefined : Object.assign(new Error(text), { name: 'ReplyError' });
  } catch {
    return undefined;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/** What is sent at once goes out at once: a packet for each command is dearer than what most of them say. */
function inOneWrite(stream: Redis['stream'] | undefined): void {
  if (stream === undefined || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => {
    stream.uncork();
  });
}

/** One line to one server. Aborting the signal ends it at once. */
export class RedisLine {
  private client: Redis | undefined;
  /** Sent so far, also by the driver itself. */
  commands = 0;
  /** What the driver only says as an event: why the socket closed, or that SELECT was refused. */
  private lastError: unknown;
  private opened = false;

  /** @param address what people call the server */
  constructor(
    private readonly server: RedisServer,
    private readonly address: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Connects, says who we are, selects the database and waits for a first answer.
   * Works for an ACL user that may do nothing but read: what the driver would send besides (READY check, CLIENT SETINFO) is off, and a
   * refused CLIENT SETNAME does no harm.
   * @param timeoutMs for all of it
   * @throws Problem
   */
  async open(timeoutMs: number): Promise<Redis> {
    throwIfCancelled(this.signal);
    this.signal.addEventListener('abort', this.close, { once: true });
    const timer = setTimeout(() => {
      this.lastError = new Error('timed out');
      this.close();
    }, timeoutMs);
    try {
      const client = await this.connect(timeoutMs);
      this.opened = true;
      return client;
    } catch (error) {
      this.close();
      const problem = this.problem(error);
      if (problem.kind !== 'connection-lost' || this.server.tls) throw problem;
      const refusal = await refusalOf(this.server);
      throw refusal === undefined ? problem : this.problem(refusal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the line at once; commands under way fail. */
  readonly close = (): void => {
    this.signal.removeEventListener('abort', this.close);
    this.client?.disconnect();
    // The driver would wait two seconds for the other side, and for a socket that never got through as long as that takes.
    (this.client as { stream?: Redis['stream'] } | undefined)?.stream?.destroy();
  };

  get receivedBytes(): number {
    return (this.client as { stream?: Redis['stream'] } | undefined)?.stream?.bytesRead ?? 0;
  }

  /** What went wrong on this line, in a sentence. */
  problem(error: unknown): Problem {
    if (this.signal.aborted) return cancelled();
    const says = error instanceof Error && isErrorReply(error) ? error : (this.lastError ?? error);
    return toRedisProblem(says, this.server, this.address, this.opened);
  }

  private async connect(timeoutMs: number): Promise<Redis> {
    // The built driver file exports the class alone.
    const { default: Redis } = await import('ioredis');
    const { server } = this;
    const tls = server.tls && (await tlsOptions(server.tls));
    throwIfCancelled(this.signal);
    const client = new Redis({
      ...(isSocket(server) ? { path: server.host } : { host: server.host, port: server.port }),
      db: server.db,
      ...(server.user === undefined ? {} : { username: server.user }),
      ...(server.password === undefined ? {} : { password: server.password }),
      ...(tls ? { tls } : {}),
      // RESP3 begins with HELLO, which an ACL may refuse and servers before Redis 6 do not have.
      protocol: 2,
      lazyConnect: true,
      connectTimeout: timeoutMs,
      commandTimeout: COMMAND_TIMEOUT_MS,
      enableReadyCheck: false,
      disableClientInfo: true,
      // The driver's timer for a polite end would keep the process alive for its two seconds after the line was cut.
      disconnectTimeout: 50,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      connectionName: CLIENT_NAME,
    });
    this.client = client;
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command, ...rest) => {
      this.commands++;
      inOneWrite(client.stream);
      const bytes = command.args.length < MANY ? undefined : bytesOfMany(command.name, command.args);
      if (bytes) command.toWritable = () => bytes;
      return send(command, ...rest);
    };
    // Without a listener the driver prints the error itself.
    client.on('error', (error: unknown) => {
      this.lastError = error;
    });
    await client.connect();
    // ioredis 6.0.0 goes on in database 0 when SELECT was refused (redis/event_handler.js).
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the driver emitted
    if (this.lastError !== undefined) throw this.lastError;
    // Only now is it known that somebody is there and takes us in: a server that is full, loads or is silent takes the line too.
    await client.ping().catch((error: unknown) => {
      // A user who may do nothing but read gets this answer, and it is one.
      if (this.problem(error).kind !== 'permission') throw error;
    });
    return client;
  }
}
