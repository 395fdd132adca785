import { fieldsOf, objects, sizeOf, textOf } from './fields';
import type { WorkerFacts } from '../../../model/facts';
import { mayHoldTasks, roleOf, workerOfMailbox } from './queueRole';

/** Who takes messages from a queue. */
export interface Consumer {
  readonly queue: string;
  /** The name of its connection, `host:port -> host:port`, which is different for every one. */
  readonly connection: string;
  readonly channel: string;
  /** Who connected; '' where it is not shown. */
  readonly user: string;
  /** Messages that it takes before it acknowledges one; 0: as many as there are, or its channel's own limit holds. Null: not told. */
  readonly prefetch: number | null;
  /** How long it may hold a message; null: not told, as before RabbitMQ 4.0. */
  readonly timeoutSeconds: number | null;
}

/** What a channel has taken, and what it published; up to ten seconds old. */
export interface Channel {
  readonly name: string;
  readonly vhost: string;
  readonly unacked: number | null;
  readonly consumers: number | null;
  readonly published: number;
  /** Published messages that found no queue. */
  readonly unroutable: number;
}

/** A worker as its connection shows it. */
export interface SeenWorker {
  /** Null: it has no mailbox on the connection by which it takes tasks (remote control is off, or its pool is gevent or eventlet). */
  readonly name: string | null;
  readonly queues: readonly string[];
  /** Messages that it took and has not acknowledged; null where channels are not shown. */
  readonly unacked: number | null;
}

/** @param body of `/consumers/V`, or the `consumer_details` of one queue */
export function readConsumers(body: unknown): readonly Consumer[] {
  return objects(body).flatMap((consumer) => {
    const queue = textOf(fieldsOf(consumer.queue), 'name');
    const channel = fieldsOf(consumer.channel_details);
    const [connection, name] = [textOf(channel, 'connection_name'), textOf(channel, 'name')];
    const timeout = sizeOf(consumer, 'consumer_timeout');
    const prefetch = sizeOf(consumer, 'prefetch_count');
    const timeoutSeconds = timeout === null ? null : timeout / 1000;
    return queue === ''
      ? []
      : [{ queue, connection, channel: name, user: textOf(channel, 'user'), prefetch, timeoutSeconds }];
  });
}

/** @param body of `/channels` */
export function readChannels(body: unknown): readonly Channel[] {
  return objects(body).map((channel) => {
    const stats = fieldsOf(channel.message_stats);
    return {
      name: textOf(channel, 'name'),
      vhost: textOf(channel, 'vhost'),
      unacked: sizeOf(channel, 'messages_unacknowledged'),
      consumers: sizeOf(channel, 'consumer_count'),
      published: sizeOf(stats, 'publish') ?? 0,
      unroutable: sizeOf(stats, 'drop_unroutable') ?? 0,
    };
  });
}

/**
 * The workers, by name. A worker has its mailbox and its tasks on one connection (measured, also with gossip and mingle), so who takes tasks
 * has a name where both are seen. A mailbox alone is a worker that takes no tasks, or one whose tasks come over another connection.
 * @param channels null: this user may not see them
 */
export function workersOf(
  consumers: readonly Consumer[],
  channels: readonly Pick<Channel, 'name' | 'unacked'>[] | null,
): readonly SeenWorker[] {
  const held = channels && new Map(channels.map(({ name, unacked }) => [name, unacked]));
  const connections = new Map<string, Consumer[]>();
  for (const consumer of consumers)
    connections.set(consumer.connection, [...(connections.get(consumer.connection) ?? []), consumer]);
  return [...connections.values()]
    .flatMap((own) => {
      const tasks = own.filter(({ queue }) => mayHoldTasks(roleOf(queue, false)));
      const name = own.map(({ queue }) => workerOfMailbox(queue)).find((each) => each !== undefined) ?? null;
      if (tasks.length === 0 && name === null) return [];
      const numbers = [...new Set(tasks.map(({ channel }) => channel))].map((channel) => held?.get(channel) ?? null);
      const known = numbers.every((number) => number !== null);
      const unacked = held && known ? numbers.reduce((sum, number) => sum + number, 0) : null;
      return [{ name, queues: [...new Set(tasks.map(({ queue }) => queue))].sort(), unacked }];
    })
    .sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
}

/** Names that more than one worker has: a question to such a worker reaches only one of them. */
export function sharedNames(consumers: readonly Consumer[]): readonly string[] {
  const names = consumers.map(({ queue }) => workerOfMailbox(queue)).filter((name) => name !== undefined);
  return [...new Set(names.filter((name, place) => names.indexOf(name) !== place))].sort();
}

/**
 * Queues from which somebody takes tasks who is none of these workers. A worker takes tasks over the connection of its mailbox, or over
 * another one where its pool is gevent or eventlet; one without remote control has no mailbox, and hears no question.
 * @param silent names of workers that heard the questions and did not answer
 */
export function strangers(
  consumers: readonly Consumer[],
  answered: readonly Pick<WorkerFacts, 'name' | 'queues'>[],
  silent: readonly string[],
): readonly string[] {
  const seen = workersOf(consumers, null).filter(({ queues }) => queues.length > 0);
  const named = new Set(seen.map(({ name }) => name));
  // Each can be the owner of one connection that has no name.
  const left = answered
    .filter(({ name }) => !named.has(name))
    .map(({ queues }) => [...(queues ?? [])].sort().join('\n'));
  return seen.flatMap(({ name, queues }) => {
    if (name !== null) return silent.includes(name) || answered.some((worker) => worker.name === name) ? [] : queues;
    const place = left.indexOf([...queues].sort().join('\n'));
    if (place < 0) return queues;
    left.splice(place, 1);
    return [];
  });
}
