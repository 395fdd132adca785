import { fieldsOf, objects, sizeOf, textOf } from './fields';
import { roleOf, type QueueRole } from './queueRole';

/** A queue as the server counted it in this moment. */
export interface QueueTotals {
  readonly name: string;
  readonly role: QueueRole;
  /** `classic`, `quorum`, `stream`. */
  readonly type: string;
  /** Messages that no worker has; null: the queue did not say. */
  readonly ready: number | null;
  /** Messages that were delivered and not acknowledged; null: the queue did not say. */
  readonly unacked: number | null;
  /** Whether it works: its process runs, on a node that is up. */
  readonly runs: boolean;
  /** As the server calls it; '' where it does not say. */
  readonly state: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The name of the policy that holds for it; '' where none does. */
  readonly policy: string;
}

/** One reading of all queues of a virtual host. */
export interface Totals {
  /** When it ended, by this process's clock: monotonic milliseconds. */
  readonly at: number;
  readonly queues: readonly QueueTotals[];
  /** Names that the server knows and that did not come with the numbers: their processes did not answer. */
  readonly missing: readonly string[];
}

/** As the API calls a queue that works: 3.10 says `live` where it counts nothing. */
const RUNNING: readonly string[] = ['running', 'live'];

/**
 * @param body of `/queues/V?disable_stats=true&enable_queue_totals=true`, all pages in one list
 * @param names of `/queues/V?disable_stats=true`, read before: a queue that stopped working is in this list only
 */
export function readTotals(body: unknown, names: unknown, at: number): Totals {
  const queues = objects(body).map(queueOf).filter(hasName);
  const counted = new Set(queues.map(({ name }) => name));
  const missing = objects(names)
    .map((queue) => textOf(queue, 'name'))
    .filter((name) => name !== '' && !counted.has(name));
  return { at, queues, missing };
}

function queueOf(queue: Readonly<Record<string, unknown>>): QueueTotals {
  const name = textOf(queue, 'name');
  const fields = fieldsOf(queue.arguments);
  const own = textOf(fields, 'x-queue-type');
  return {
    name,
    role: roleOf(name, queue.auto_delete === true),
    type: textOf(queue, 'type') || own || 'classic',
    ready: sizeOf(queue, 'messages_ready'),
    unacked: sizeOf(queue, 'messages_unacknowledged'),
    runs: RUNNING.includes(textOf(queue, 'state')),
    state: textOf(queue, 'state'),
    arguments: fields,
    policy: textOf(queue, 'policy'),
  };
}

/** Waiting or taken; NaN where the queue did not say. */
export function totalOf({ ready, unacked }: Pick<QueueTotals, 'ready' | 'unacked'>): number {
  return ready === null || unacked === null ? Number.NaN : ready + unacked;
}

function hasName({ name }: QueueTotals): boolean {
  return name !== '';
}
