/** What the search of a Redis and the look at its workers tell each other, beyond what a check needs to know. */
import type { BrokerView, Seconds, WorkersView } from '../../model/facts';

/** Keys in which the workers of one application keep the messages that they took (transport options of kombu). */
export interface TakenKeys {
  /** `unacked_key`, with `global_keyprefix`. */
  readonly messages: string;
  /** `unacked_index_key`; null where it is not known. */
  readonly times: string | null;
  /** `unacked_mutex_key`; null where it is not known. */
  readonly mutex: string | null;
}

/** Marks that workers leave in the broker. */
export interface WorkerMarks {
  /** The newest delivery that `unacked_index` still holds, by the worker's clock: a worker took a message then. */
  readonly lastDelivery: Seconds | null;
  /** Workers with a mailbox binding (`_kombu.binding.*.pidbox`): they started after the last flush, and did not end in good order. */
  readonly mailboxes: number;
  /** Lists with answers of workers to `inspect`, which go away when they are read. */
  readonly replies: number;
}

/** A Redis as it was searched. */
export interface RedisBrokerView extends BrokerView {
  /** Lists and hashes that were searched, also empty ones. */
  readonly keys: ReadonlySet<string>;
  /** Hashes that hold taken messages under another name than Celery's default. */
  readonly takenElsewhere: readonly string[];
  readonly marks: WorkerMarks;
}

/** The workers of a Redis. */
export interface RedisWorkersView extends WorkersView {
  /** Keys in which workers keep the messages that they took, as they say; none where no worker was asked. */
  readonly takenKeys: readonly TakenKeys[];
}
