/** What may be said of a broker whose messages are only counted, as in the exported JSON (schemas/diagnosis.schema.json). */

export const CONDITION_KINDS = [
  /** An alarm, or the server by itself, keeps publishers waiting: their messages are in no queue yet. */
  'publishers-blocked',
  'node-down',
  /** A queue keeps what other queues rejected, let expire or delivered too often. */
  'dead-letters',
  /** Tasks with a countdown or an ETA wait in a queue of their own, which no worker consumes (kombu 5.5 native_delayed_delivery.py). */
  'delayed',
  /** Messages of a queue are removed at an age. */
  'messages-expire',
  /** Expired messages behind a live one are still counted. */
  'expired-counted',
  /** A message that is held for longer returns, and its worker loses the channel (rabbit_channel.erl). */
  'consumer-timeout',
  /** A quorum queue removes a message that comes back too often. */
  'delivery-limit',
  /** Workers hold as many messages as they may, and nothing moves: tasks with an ETA may fill all places. */
  'eta-blocked',
  /** A quorum queue without a consumer: Celery before 5.5 cannot consume it. */
  'global-qos',
  /** RabbitMQ 4.3 refuses the mailboxes of Celery up to 5.6.3, and such workers consume nothing. */
  'mailboxes-refused',
  /** The server deletes a queue that nobody uses, with its messages. */
  'queue-expires',
  /** Messages of a publisher found no queue. */
  'unroutable',
  'shared-worker-name',
  /** A worker has a mailbox and takes no tasks. */
  'consumes-nothing',
  /** A worker without heartbeats stays connected for ever when it freezes. */
  'no-heartbeat',
  /** One that a later release knows. */
  'other',
] as const;

export type ConditionKind = (typeof CONDITION_KINDS)[number];

/** The names that RabbitMQ's own commands need. */
export interface RabbitNames {
  /** RabbitMQ or LavinMQ. */
  readonly product: string;
  /** Null: not known, because it could not be read. */
  readonly version: string | null;
  readonly vhost: string;
  /** The account that reads it; null where that is not known. */
  readonly user: string | null;
}
