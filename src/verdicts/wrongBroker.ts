import type { BrokerView, Seconds, TypeHistory, WorkersView } from '../model/facts';

/** A task that ended so shortly ago had a worker a moment ago. */
const RECENT_SECONDS = 10 * 60;

const NOTHING_THEIRS = 'Nothing in this broker belongs to these tasks';
/** Counters and empty queues are no sign: those of a broker that the project left long ago look the same. */
const NOT_SHOWN =
  'No worker is connected to this broker and its messages cannot be read, so nothing shows that these tasks use it';
const NO_MAILBOX = 'No client that takes messages from this broker shows that it is a Celery worker';

/**
 * Whether the broker that was searched may not be that of these tasks. Bindings are never removed, so an old broker, or another database
 * number, looks like a broker whose workers are down; and everything would look lost there.
 * @param seen `messageSeen`: the broker has a message of one of these tasks, by name or by both numbers of a row; a number alone is another
 * application's as well. `resultSeen`: the same server has a result of one of them
 * In a broker whose messages were only counted, a worker with its mailbox beside a consumer of tasks is what shows that it is theirs.
 * @returns why, as a clause; null where something in it belongs to them and nothing speaks against it
 */
export function whyElsewhere(
  seen: {
    readonly workers: WorkersView;
    readonly contents: BrokerView['contents'];
    readonly histories: ReadonlyMap<string, TypeHistory>;
    readonly resultSeen: boolean;
    readonly messageSeen: boolean;
    /** The rows came here in one transaction, and no message in this broker is theirs. */
    readonly arrivedTogether: boolean;
  },
  now: Seconds,
): string | null {
  const { workers, contents, histories, resultSeen, messageSeen } = seen;
  const counted = contents === 'counted';
  if (seen.arrivedTogether && !resultSeen)
    return 'One transaction wrote all these rows, as when a dump is restored, and no message in this broker belongs to them';
  // Workers that answered say themselves which tasks they know.
  if (!workers.none)
    return counted && !workers.asked && workers.recentlySeen === null && !resultSeen ? NO_MAILBOX : null;
  const newest = Math.max(...[...histories.values()].map(({ lastRun }) => lastRun ?? -Infinity), -Infinity);
  if (now - newest < RECENT_SECONDS)
    return 'Tasks of these types finished minutes ago, although no worker is connected to this broker';
  if (messageSeen || resultSeen) return null;
  return counted ? NOT_SHOWN : NOTHING_THEIRS;
}
