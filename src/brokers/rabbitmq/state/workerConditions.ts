/** Workers that take no tasks, or cannot take more, as their connections and consumers show them. */
import { count } from '../../../base/numbers';
import { echo } from '../../../base/quoteInput';
import { isAtLeast, isUnconsumed, type ConditionOf, type Seen } from './condition';
import { sharedNames, workersOf, type Consumer, type SeenWorker } from './consumers';
import { mayHoldTasks, roleOf } from './queueRole';
import type { QueueTotals } from './totals';

/**
 * Consumers of a quorum queue hold as many messages as they may, messages wait, and between the two looks nothing moved. Tasks with an ETA do that
 * where the exchange is direct (measured with Celery 5.5: four of them block a worker); so do long tasks.
 */
export const etaBlocked: ConditionOf = ({ queues, first, latest }) =>
  queues.flatMap((queue) => {
    const before = first.totals.queues.find(({ name }) => name === queue.name);
    const slots = slotsOf(queue.consumers);
    if (latest === first || queue.type !== 'quorum' || slots === undefined || !before) return [];
    const still = (queue.ready ?? 0) > 0 && before.ready === queue.ready && before.unacked === queue.unacked;
    if (!still || (queue.unacked ?? 0) < slots) return [];
    return [
      {
        kind: 'eta-blocked',
        queue: queue.name,
        messages: queue.ready ?? 0,
        limit: slots,
        says: `The workers of the quorum queue ${echo(queue.name)} hold all ${count(slots, 'message')} that they may hold, and ${count(queue.ready ?? 0, 'more')} ${queue.ready === 1 ? 'waits' : 'wait'}. Either they run long tasks, or tasks with a countdown or an ETA fill these places.`,
      },
    ];
  });

/** Undefined where one of them has no limit of its own, or does not tell. */
function slotsOf(consumers: readonly Consumer[] | null): number | undefined {
  if (consumers === null || consumers.length === 0) return undefined;
  const each = consumers.map(({ prefetch }) => prefetch ?? 0);
  return each.includes(0) ? undefined : each.reduce((sum, prefetch) => sum + prefetch, 0);
}

/** Celery before 5.5 sets its limit for the whole channel, which quorum queues refuse (measured: 540 NOT_IMPLEMENTED, then it reconnects). */
export const globalQos: ConditionOf = (seen) => {
  if (!hasIdleClient(seen) || mailboxesMayBeRefused(seen)) return [];
  const quorum = seen.queues.filter(({ type, keeps }) => type === 'quorum' && keeps === undefined);
  // Who consumes one of them can consume all.
  if (!quorum.every(isUnconsumed)) return [];
  return quorum.filter(waitsForNobody).map((queue) => ({
    kind: 'global-qos',
    queue: queue.name,
    messages: queue.ready ?? 0,
    says: `No worker consumes the quorum queue ${echo(queue.name)}, although Celery clients are connected. A worker of Celery before 5.5 cannot consume a quorum queue: its log shows 540 NOT_IMPLEMENTED.`,
  }));
};

/** RabbitMQ 4.3 refuses queues that are neither durable nor exclusive, which the mailboxes of Celery up to 5.6.3 are. */
export const mailboxesRefused: ConditionOf = (seen) => {
  if (!mailboxesMayBeRefused(seen) || !hasIdleClient(seen)) return [];
  const waiting = seen.queues.filter(
    (queue) => queue.keeps === undefined && waitsForNobody(queue) && isUnconsumed(queue),
  );
  if (waiting.length === 0) return [];
  const messages = waiting.reduce((sum, { ready }) => sum + (ready ?? 0), 0);
  return [
    {
      kind: 'mailboxes-refused',
      messages,
      says: `Celery clients are connected, but no worker has a mailbox or consumes a queue. RabbitMQ ${seen.first.server.version ?? '4.3'} refuses the mailboxes of Celery up to 5.6.3: the log of such a worker shows 541 INTERNAL_ERROR, and it takes no task.`,
    },
  ];
};

function mailboxesMayBeRefused({ first, latest }: Seen): boolean {
  const { product, version } = first.server;
  const mailboxes = latest.totals.queues.some(({ role }) => role === 'mailbox');
  return product === 'RabbitMQ' && isAtLeast(version, 4, 3) === true && !mailboxes && takersIn(latest.consumers) === 0;
}

/** Celery is connected by something that consumes nothing: a worker that fails, or a publisher. */
function hasIdleClient({ latest }: Seen): boolean {
  const consuming = new Set(latest.consumers?.map(({ connection }) => connection));
  return (
    latest.consumers !== null &&
    (latest.connections ?? []).some(({ ofCelery, name }) => ofCelery && !consuming.has(name))
  );
}

function waitsForNobody({ ready }: QueueTotals): boolean {
  return (ready ?? 0) > 0;
}

function takersIn(consumers: readonly Consumer[] | null): number {
  return (consumers ?? []).filter(({ queue }) => mayHoldTasks(roleOf(queue, false))).length;
}

/** Two mailbox consumers: a question to that name reaches one of both. */
export const sharedWorkerName: ConditionOf = ({ latest }) =>
  sharedNames(latest.consumers ?? []).map((worker) => ({
    kind: 'shared-worker-name',
    worker,
    says: `Two workers have the name ${echo(worker)}: each question to that name reaches only one of them.`,
  }));

/** In both looks, because a consumer is listed up to five seconds after it came. A pool of greenlets has its mailbox on another connection. */
export const consumesNothing: ConditionOf = ({ first, latest }) => {
  if (latest === first || first.consumers === null || latest.consumers === null) return [];
  const idle = (consumers: readonly Consumer[]): string[] => {
    const workers = workersOf(consumers, null);
    if (workers.some(({ name }) => name === null)) return [];
    return workers.filter(({ queues }) => queues.length === 0).flatMap(({ name }) => name ?? []);
  };
  const before = idle(first.consumers);
  return idle(latest.consumers)
    .filter((worker) => before.includes(worker))
    .map((worker) => ({
      kind: 'consumes-nothing',
      worker,
      says: `The worker ${echo(worker)} is connected and takes no tasks, as after cancel_consumer.`,
    }));
};

/** Without heartbeats the server never learns that a worker froze or was cut off, as long as the connection is not closed. */
export const noHeartbeat: ConditionOf = ({ first, latest }) => {
  const silent = new Set((latest.connections ?? []).filter(({ heartbeat }) => heartbeat === 0).map(({ name }) => name));
  const consumers = (latest.consumers ?? []).filter(({ connection }) => silent.has(connection));
  return workersOf(consumers, first.channels)
    .filter(({ queues }) => queues.length > 0)
    .map((worker) => ({
      kind: 'no-heartbeat',
      ...(worker.name === null ? {} : { worker: worker.name }),
      ...(worker.unacked === null ? {} : { messages: worker.unacked }),
      says: `The connection of ${nameOf(worker)} has no heartbeat. If the worker freezes or is cut off, it looks alive for ever, and keeps what it holds.`,
    }));
};

function nameOf({ name, queues }: SeenWorker): string {
  return name === null
    ? `the worker that consumes ${queues.map((queue) => echo(queue)).join(', ')}`
    : `worker ${echo(name)}`;
}
