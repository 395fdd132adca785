import type { BoundQueues } from './bindings';
import type { FoundHash } from './lookInto';
import type { UnboundList } from './unbound';

/** What the bindings of one key prefix tell. */
export interface Discovered extends BoundQueues {
  readonly prefix: string;
  /** Whether they prove that Celery keeps its tasks here: a queue for tasks, or its default exchange. Remote control alone does not. */
  readonly found: boolean;
}

/** Everything in the database that may hold messages. */
export interface Discovery {
  readonly apps: readonly Discovered[];
  /** Lists with messages of Celery that no binding names. */
  readonly lists: readonly UnboundList[];
  /** Hashes with taken messages that do not have the default name below a known prefix. */
  readonly hashes: readonly FoundHash[];
  /** Sorted sets that may be the index of such a hash. */
  readonly zsets: readonly string[];
  /** Workers with a mailbox. */
  readonly mailboxes: number;
  /** Lists with answers to `inspect`. */
  readonly replies: number;
}

export interface DiscoverOptions {
  /** Queues that the user named. */
  readonly queues: readonly string[];
  /** Keys that are looked at to find bindings. */
  readonly maxKeys: number;
}
