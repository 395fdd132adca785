import type { Seconds, TypeHistory, WorkersView } from '../model/facts';

/** A task that ended so shortly ago had a worker a moment ago. */
const RECENT_SECONDS = 10 * 60;

/**
 * Whether the broker that was searched may not be that of these tasks. Bindings are never removed, so an old broker, or another database
 * number, looks like a broker whose workers are down; and everything would look lost there.
 * @param seen `messageSeen`: the broker has a message of one of these tasks, by name or by both numbers of a row; a number alone is another
 * application's as well. `resultSeen`: the same server has a result of one of them
 * @returns why, as a clause; null where something in it belongs to them and nothing speaks against it
 */
export function whyElsewhere(
  seen: {
    readonly workers: WorkersView;
    readonly histories: ReadonlyMap<string, TypeHistory>;
    readonly resultSeen: boolean;
    readonly messageSeen: boolean;
    /** The rows came here in one transaction, and no message in this broker is theirs. */
    readonly arrivedTogether: boolean;
  },
  now: Seconds,
): string | null {
  const { workers, histories, resultSeen, messageSeen } = seen;
  if (seen.arrivedTogether && !resultSeen)
    return 'One transaction wrote all these rows, as when a dump is restored, and no message in this broker belongs to them';
  // Workers that answered say themselves which tasks they know.
  if (!workers.none) return null;
  const newest = Math.max(...[...histories.values()].map(({ lastRun }) => lastRun ?? -Infinity), -Infinity);
  if (now - newest < RECENT_SECONDS)
    return 'Tasks of these types finished minutes ago, although no worker is connected to this broker';
  return messageSeen || resultSeen ? null : 'Nothing in this broker belongs to these tasks';
}
