/** Reads Redis, over whichever line leads to it: a server, the first of a list that answers, the primary that Sentinels name. */
import type { Redis } from 'ioredis';
import { cancelled, Problem, throwIfCancelled } from '../../base/problem';
import type { Mailbox, RedisReader, RedisReply, RedisSource } from '../../ports/redis';
import { UNMETERED, type Meter, type Traffic } from '../../ports/meter';
import { oneTimeout } from './oneTimeout';
import { RedisLine } from './redisLine';
import { createMailbox } from './redisMailbox';
import { isErrorReply } from './redisProblem';
import { assertPrimary, findPrimary, noneAnswers } from './redisSentinel';
import { redisAddress, serverAddress, type RedisTarget } from './redisUrl';
import { rememberTarget } from '../rememberSecrets';

/** Until a server has answered for the first time. */
const OPEN_TIMEOUT_MS = 10_000;
/** The same where there are others to try. */
const OPEN_ONE_OF_LIST_TIMEOUT_MS = 5000;

type Command = readonly [name: string, ...args: (string | number)[]];

/** Commands that cannot change anything. KEYS is not among them: it would stop a busy server. */
const READ_COMMANDS: ReadonlySet<string> = new Set(
  (
    'PING INFO TIME DBSIZE SCAN TYPE EXISTS TTL PTTL GET MGET STRLEN GETRANGE LLEN LRANGE HLEN HSCAN HGET HMGET ' +
    'SMEMBERS SSCAN SCARD ZSCORE ZMSCORE ZCARD ZRANGE ZRANGEBYSCORE ZSCAN COMMAND'
  ).split(' '),
);

/** The same of commands that have others beside them which change something. */
const READ_SUBCOMMANDS: ReadonlySet<string> = new Set(['CLIENT LIST', 'CLUSTER INFO']);

/** Opens connections to one database for reading. It works for an ACL user that may do nothing but read. */
export function redisSource(target: RedisTarget): RedisSource {
  rememberTarget(target);
  const open = new Map<AbortSignal, { readonly connection: Connection; users: number }>();
  const connected = async <T>(
    signal: AbortSignal,
    meter: Meter,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    throwIfCancelled(signal);
    const shared = open.get(signal) ?? { connection: new Connection(target, signal, meter), users: 0 };
    open.set(signal, shared);
    shared.users++;
    try {
      return await work(shared.connection);
    } catch (error) {
      if (signal.aborted) throw cancelled();
      throw error;
    } finally {
      if (--shared.users === 0) {
        open.delete(signal);
        shared.connection.close();
      }
    }
  };
  return {
    address: redisAddress(target),
    db: target.db,
    read: (work, signal, meter = UNMETERED) => connected(signal, meter, work),
    ask: (work, signal, meter = UNMETERED) =>
      connected(signal, meter, async (connection) => work(connection, await connection.mailbox())),
  };
}

class Connection implements RedisReader {
  commands = 0;
  private line: RedisLine | undefined;
  private readonly lines: RedisLine[] = [];
  private opening: Promise<Redis> | undefined;
  /** The one of the list that answered. */
  private chosen: { readonly target: RedisTarget; readonly address: string } | undefined;
  /** The closed line that was replaced last. */
  private dead: Redis | undefined;
  private readonly once = oneTimeout();
  /** Ends the counting; absent until a server has answered. */
  private counted: (() => void) | undefined;
  private names: { readonly address: string; readonly unread: readonly string[] };

  constructor(
    private readonly target: RedisTarget,
    private readonly signal: AbortSignal,
    private readonly meter: Meter,
  ) {
    this.names = { address: redisAddress(target), unread: [] };
  }

  get address(): string {
    return this.names.address;
  }

  get unread(): readonly string[] {
    return this.names.unread;
  }

  /** All that went over its lines, also what opens them and asks workers; without that of Sentinels. */
  private get traffic(): Traffic {
    const sum = (of: (line: RedisLine) => number): number => this.lines.reduce((all, line) => all + of(line), 0);
    return { asked: sum((line) => line.commands), receivedBytes: sum((line) => line.receivedBytes) };
  }

  async call(...command: Command): Promise<Exclude<RedisReply, Error>> {
    assertReads(command);
    return await this.question(async (client) => {
      this.commands++;
      return (await client.callBuffer(...command)) as Exclude<RedisReply, Error>;
    });
  }

  async pipeline(commands: readonly Command[]): Promise<RedisReply[]> {
    commands.forEach(assertReads);
    if (commands.length === 0) return [];
    return await this.question(async (client) => {
      const pipeline = client.pipeline();
      for (const command of commands) pipeline.callBuffer(...command);
      this.commands += commands.length;
      const replies = (await pipeline.exec()) ?? [];
      return replies.map(([error, reply]) => {
        if (error === null) return reply as RedisReply;
        if (!isErrorReply(error)) throw error;
        return error;
      });
    });
  }

  /** @throws Problem */
  async mailbox(): Promise<Mailbox> {
    await this.open();
    return createMailbox(
      () => this.openLive(),
      (error) => this.problem(error),
      this.meter,
    );
  }

  close(): void {
    this.counted?.();
    this.line?.close();
  }

  /** @throws Problem */
  private question<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
    return this.once(() => this.meter.waits('redis', () => this.again(ask)));
  }

  /**
   * Asks, and where the line was closed once more over a new one: reading twice does no harm. Servers and load balancers close lines on which
   * nothing was asked for a while, as long as PostgreSQL is scanned, and lines with an answer that is too large for them.
   * @throws Problem
   */
  private async again<T>(ask: (client: Redis) => Promise<T>): Promise<T> {
    const client = await this.openLive();
    try {
      return await ask(client);
    } catch (error) {
      const problem = this.problem(error);
      if (problem.kind !== 'connection-lost') throw problem;
      const fresh = await this.reopen(client).catch(() => undefined);
      throwIfCancelled(this.signal);
      // It is gone, so a smaller question would not be answered either.
      if (fresh === undefined) throw new Problem('unreachable', problem.message, { cause: problem.cause });
      try {
        return await ask(fresh);
      } catch (second) {
        throw this.problem(second);
      }
    }
  }

  /** The one connection of this reader. @throws Problem */
  private open(): Promise<Redis> {
    throwIfCancelled(this.signal);
    this.opening ??= this.openFirst();
    return this.opening;
  }

  /** The same, and a new one where it is known to be closed. @throws Problem */
  private async openLive(): Promise<Redis> {
    const client = await this.open();
    if (client.status !== 'end' && client.status !== 'close') return client;
    return await this.reopen(client);
  }

  /** A new line in the place of one that was closed: questions that are asked side by side share it. @throws Problem */
  private reopen(dead: Redis): Promise<Redis> {
    if (this.dead !== dead) {
      this.dead = dead;
      this.line?.close();
      this.opening = this.openSame().catch((error: unknown) => {
        // The next question may try once more.
        this.dead = undefined;
        this.opening = Promise.resolve(dead);
        throw error;
      });
    }
    return this.open();
  }

  /** A line to the server that answered before: what was read so far would not fit to another one. */
  private async openSame(): Promise<Redis> {
    const { chosen } = this;
    if (chosen === undefined) throw cancelled();
    const client = await this.openOne(chosen.target, OPEN_TIMEOUT_MS);
    if (this.names.address === chosen.address) return client;
    this.line?.close();
    throw new Problem('connection-lost', `A different server now answers at ${chosen.address}. Check again.`);
  }

  /** The first of the list that answers, as Celery would use it. */
  private async openFirst(): Promise<Redis> {
    const { alternates = [], ...first } = this.target;
    const servers = [first, ...alternates];
    const failures: Problem[] = [];
    for (const server of servers) {
      try {
        const client = await this.openOne(
          server,
          alternates.length > 0 ? OPEN_ONE_OF_LIST_TIMEOUT_MS : OPEN_TIMEOUT_MS,
        );
        this.counted = this.meter.opened('redis', () => this.traffic);
        this.chosen = { target: server, address: this.names.address };
        const unread = servers.filter((other) => other !== server).map(serverAddress);
        this.names = { ...this.names, unread };
        return client;
      } catch (error) {
        this.line?.close();
        if (!(error instanceof Problem) || error.kind === 'cancelled') throw error;
        failures.push(error);
      }
    }
    throw noneAnswers('Redis servers', failures);
  }

  private async openOne({ sentinel, ...target }: RedisTarget, timeoutMs: number): Promise<Redis> {
    const { server, address } = sentinel
      ? await findPrimary({ ...target, sentinel }, this.signal)
      : { server: target, address: serverAddress(target) };
    this.line = new RedisLine(server, address, this.signal);
    this.lines.push(this.line);
    const client = await this.line.open(timeoutMs);
    if (sentinel) await assertPrimary(client, address);
    this.names = { ...this.names, address };
    return client;
  }

  private problem(error: unknown): Problem {
    return this.line?.problem(error) ?? cancelled();
  }
}

/** @throws Error: nothing but a mistake in our own code can ask for another command */
function assertReads([name, first]: Command): void {
  const command = name.toUpperCase();
  if (READ_COMMANDS.has(command) || READ_SUBCOMMANDS.has(`${command} ${String(first).toUpperCase()}`)) return;
  throw new Error(`${command} is not a read command`);
}
