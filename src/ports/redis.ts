/** The ports to Redis: what evidence needs of a server, so that it need not know the driver. */
import { Problem } from '../base/problem';
import type { Meter } from './meter';

/** A reply as the server sent it: bytes are never decoded on the way. */
export type RedisReply = Buffer | number | null | Error | readonly RedisReply[];

/**
 * A connection that can only read: any command that is not in its list of read commands is refused before it is sent. A server that stopped
 * answering costs one timeout (half a minute): after that every further question fails at once with the same Problem.
 */
export interface RedisReader {
  /** `host:port/db` or the like, for people, never with a password: the server that answers, once it is known. */
  readonly address: string;
  /**
   * Servers of the same list for failover, for people: only the first that answers is read, and Celery may have left messages in the
   * others. Known when the first command has been answered.
   */
  readonly unread?: readonly string[];
  /** Commands sent so far. */
  readonly commands: number;
  /** One read command. @throws Problem in words for a person; also for an error reply (`error.cause.message` is Redis's own text) */
  call(...command: readonly [name: string, ...args: (string | number)[]]): Promise<Exclude<RedisReply, Error>>;
  /** Several read commands in one round trip. An error reply stands as Error in its place. @throws Problem when the connection failed */
  pipeline(commands: readonly (readonly [name: string, ...args: (string | number)[]])[]): Promise<RedisReply[]>;
}

/** Asks PING. @throws Problem where the server does not answer; that this user may not ask is an answer */
export async function ping(redis: RedisReader): Promise<void> {
  await redis.call('PING').catch((error: unknown) => {
    if (!(error instanceof Problem) || error.kind !== 'permission') throw error;
  });
}

/** What is needed to ask workers: publishes, and reads replies from a list of our own. Nothing else can be written through it. */
export interface Mailbox {
  /** @returns how many clients received it */
  publish(channel: string, text: string): Promise<number>;
  /** Makes the reply list with a guard element, so that late replies expire with it. */
  openReplyList(key: string, seconds: number): Promise<void>;
  /** The next reply, or null when none came in time or only the guard is left. */
  nextReply(key: string, timeoutSeconds: number): Promise<Buffer | null>;
  /** Removes the reply list; call it only when nobody can still answer. */
  removeReplyList(key: string): Promise<void>;
  /** Listens passively. @returns messages by channel that arrived within `seconds` */
  listen(pattern: string, seconds: number): Promise<{ channel: string; data: Buffer }[]>;
}

/** Opens connections to one Redis database. It knows the driver, so that evidence need not. */
export interface RedisSource {
  /** As of a reader, before any server has answered. */
  readonly address: string;
  readonly db: number;
  /**
   * Runs `work` with a connection that is opened at its first command and closed however `work` ends. All that read or ask at the same time
   * with the same `signal` share one connection. Aborting `signal` closes it at once.
   * @param meter counts the connection, its commands and bytes; without it nobody does
   * @throws Problem
   */
  read<T>(work: (redis: RedisReader) => Promise<T>, signal: AbortSignal, meter?: Meter): Promise<T>;
  /** The same with the right to ask workers; the connection is opened before `work` begins. */
  ask<T>(work: (redis: RedisReader, mailbox: Mailbox) => Promise<T>, signal: AbortSignal, meter?: Meter): Promise<T>;
}
