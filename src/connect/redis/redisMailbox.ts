/** Asks workers through Redis: the few commands that this needs, and no others. redisClient.ts opens and closes the connection. */
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../base/problem';
import { UNMETERED, type Meter, type Traffic } from '../../ports/meter';
import type { Mailbox } from '../../ports/redis';

/** The element that keeps a reply list, and with it the list's expiry, alive: workers push on the left, so it stays on the right. */
const GUARD = 'guard';
/** A name that nothing else can have: the UUID is ours. */
const REPLY_LIST = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.reply\.celery\.pidbox$/;
/** Between two looks for a reply. A worker answers in 1 to 10 ms. */
const POLL_MS = 15;
/** What one `listen` keeps at most; more than 10,000 heartbeats in some seconds tell nothing new. */
const MAX_HEARD = 10_000;
/** What is heard is not counted: workers send it to everyone who listens. */
const HEARD: Traffic = { asked: 0, receivedBytes: 0 };

/**
 * The writes that exist here: PUBLISH; RPUSH and EXPIRE of a reply list; LPOP and DEL of the same. Only a list that this mailbox
 * opened is ever touched, so a wrong key cannot reach anything else.
 * Every method throws a Problem.
 * @param connected gives the client in the database of the workers; its owner closes it, which ends what listens too. Listening duplicates it,
 * because a subscribed connection takes no other commands
 * @param toProblem puts what the driver throws into a sentence
 * @param meter counts what listens as a connection. Waiting for workers is no waiting for Redis
 */
export function createMailbox(
  connected: () => Promise<Redis>,
  toProblem: (error: unknown) => Problem,
  meter: Meter = UNMETERED,
): Mailbox {
  const lists = new Map<string, number>();

  const told = async <T>(work: (client: Redis) => Promise<T>): Promise<T> => {
    try {
      return await work(await connected());
    } catch (error) {
      throw toProblem(error);
    }
  };

  const open = async (client: Redis, key: string, seconds: number): Promise<void> => {
    // In one transaction: a list without expiry must not stay behind, whenever we are stopped.
    const results = await client.multi().rpush(key, GUARD).expire(key, seconds).exec();
    for (const [error] of results ?? []) if (error) throw error;
  };

  return {
    publish: (channel, text) => meter.waits('redis', () => told((client) => client.publish(channel, text))),

    openReplyList: async (key, seconds) => {
      if (!REPLY_LIST.test(key)) throw new Error('Not the name of a reply list.');
      lists.set(key, seconds);
      await told((client) => open(client, key, seconds));
    },

    nextReply: async (key, timeoutSeconds) => {
      const seconds = lists.get(key);
      if (seconds === undefined) throw new Error('Not a reply list of this mailbox.');
      const deadline = performance.now() + timeoutSeconds * 1000;
      for (;;) {
        const first = await told((client) => client.lindexBuffer(key, 0));
        // The list is gone (flushed or evicted): without the guard a late reply would make one that never expires.
        if (first === null) await told((client) => open(client, key, seconds));
        // Nobody else takes from this list, so what LINDEX saw is what LPOP takes.
        else if (first.toString() !== GUARD) return await told((client) => client.lpopBuffer(key));
        const left = deadline - performance.now();
        if (left <= 0) return null;
        await sleep(Math.min(POLL_MS, left));
      }
    },

    removeReplyList: (key) =>
      told(async (client) => {
        if (lists.delete(key)) await client.del(key);
      }),

    listen: (pattern, seconds) =>
      told(async (client) => {
        const listener = client.duplicate({ lazyConnect: true });
        const close = (): void => {
          listener.disconnect();
        };
        client.once('close', close);
        const counted = meter.opened('redis', () => HEARD);
        try {
          return await hear(listener, pattern, seconds);
        } finally {
          counted();
          client.off('close', close);
          close();
        }
      }),
  };
}

/** Everything published on channels of `pattern` within `seconds` after the subscription begins; rejects when the connection ends before. */
async function hear(listener: Redis, pattern: string, seconds: number): Promise<{ channel: string; data: Buffer }[]> {
  const heard: { channel: string; data: Buffer }[] = [];
  listener.on('pmessageBuffer', (_pattern: Buffer, channel: Buffer, data: Buffer) => {
    if (heard.length < MAX_HEARD) heard.push({ channel: channel.toString(), data });
  });
  let lastError: unknown;
  listener.on('error', (error: unknown) => {
    lastError = error;
  });
  const over = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    listener.once('end', () => {
      reject(lastError instanceof Error ? lastError : new Error('Connection is closed.'));
    });
  });
  try {
    await Promise.race([
      ended,
      (async () => {
        await listener.psubscribe(pattern);
        await sleep(seconds * 1000, undefined, { signal: over.signal });
      })(),
    ]);
    return heard;
  } finally {
    over.abort();
  }
}
