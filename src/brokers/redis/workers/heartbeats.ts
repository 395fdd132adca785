import type { Mailbox } from '../../../ports/redis';
import { decodeEnvelope } from './envelope';
import { record, size, text } from '../../../wire/plainJson';

/** Who can only listen. */
export type Listener = Pick<Mailbox, 'listen'>;

/** Heartbeats of all databases and apps: pub/sub is server-wide, and an app can have renamed a part of the channel. */
const PATTERN = '*celeryev/worker.*';
/** `<prefix>/<db>.celeryev/worker.heartbeat` */
const CHANNEL = /^(.*)\/(\d+)\.celeryev\/worker\.(heartbeat|online|offline)$/s;

export interface Heard {
  /** Tasks that each worker of ours runs by its last heartbeat; null where it did not say. */
  readonly workers: ReadonlyMap<string, number | null>;
  /** Heartbeats were heard that may be of ours: an unknown prefix, or a channel without its database. */
  readonly doubtful: boolean;
}

/**
 * Listens for heartbeats, which workers send every 2 seconds (celery 5.2.6 worker/heartbeat.py) unless started with
 * `--without-heartbeat`. Nothing is written.
 * @throws Problem
 */
export async function listenForHeartbeats(
  listener: Listener,
  db: number,
  prefixes: readonly string[],
  seconds: number,
): Promise<Heard> {
  return readHeartbeats(await listener.listen(PATTERN, seconds), db, prefixes);
}

export function readHeartbeats(
  messages: readonly { readonly channel: string; readonly data: Buffer }[],
  db: number,
  prefixes: readonly string[],
): Heard {
  const workers = new Map<string, number | null>();
  let doubtful = false;
  for (const { channel, data } of messages) {
    const [, prefix, database, kind] = CHANNEL.exec(channel) ?? [];
    if (database !== undefined && Number(database) !== db) continue;
    if (prefix === undefined || !prefixes.includes(prefix)) {
      doubtful = true;
      continue;
    }
    const event = record(decodeEnvelope(data)?.body);
    const name = text(event?.hostname);
    if (name === null) continue;
    if (kind === 'offline') workers.delete(name);
    else workers.set(name, size(event?.active));
  }
  return { workers, doubtful };
}
