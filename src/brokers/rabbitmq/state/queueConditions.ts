/** Rules of queues that decide about their messages, and queues that are for something else than tasks that wait their turn. */
import { roundAge } from '../../../base/age';
import { count } from '../../../base/numbers';
import { echo } from '../../../base/quoteInput';
import { isAtLeast, isUnconsumed, type ConditionOf, type Seen, type SeenQueue } from './condition';
import { numberIn } from './policies';
import { delayLevel } from './queueRole';

/** Tasks that were rejected, expired or delivered too often, and are kept. */
export const deadLetters: ConditionOf = ({ queues }) =>
  queues
    .filter((queue) => queue.keeps === 'dead-letters' && total(queue) > 0)
    .map((queue) => ({
      kind: 'dead-letters',
      queue: queue.name,
      messages: total(queue),
      says: `The dead-letter queue ${named(queue)} keeps ${count(total(queue), 'message')} that other queues rejected, let expire or delivered too often. They stay there until someone moves them.`,
    }));

/** A queue of level L keeps each message for 2^L seconds, and hands it to a lower level or to the queue of its task (kombu 5.5 native_delayed_delivery.py). */
export const delayed: ConditionOf = ({ queues }) =>
  queues.flatMap((queue) => {
    const level = delayLevel(queue.name);
    if (level === undefined || total(queue) === 0) return [];
    const seconds = 2 ** level;
    const [tasks, their, were] = total(queue) === 1 ? ['task waits', 'its', 'was'] : ['tasks wait', 'their', 'were'];
    return [
      {
        kind: 'delayed',
        queue: queue.name,
        messages: total(queue),
        seconds,
        says: `${String(total(queue))} ${tasks} in ${named(queue)} for ${their} time, at least ${roundAge(seconds)} after ${total(queue) === 1 ? 'it' : 'they'} ${were} sent. It is normal that no worker consumes this queue.`,
      },
    ];
  });

/** The age at which a queue removes its messages. Delayed queues work by it. */
export const messagesExpire: ConditionOf = ({ queues }) =>
  queues.flatMap((queue) => {
    const ms = numberIn(queue.rules, 'x-message-ttl');
    if (ms === undefined || queue.keeps === 'delayed') return [];
    return [
      {
        kind: 'messages-expire',
        queue: queue.name,
        ...policyOf(queue),
        seconds: ms / 1000,
        says: `The queue ${named(queue)} removes a message that has waited for ${roundAge(ms / 1000)}, and ${whereTo(queue)}.`,
      },
    ];
  });

/** Only a message at the head expires at once. Those behind a live one count until they reach it, which nothing does without a consumer. */
export const expiredCounted: ConditionOf = ({ queues }) =>
  queues
    .filter((queue) => queue.keeps === undefined && isUnconsumed(queue) && (queue.ready ?? 0) > 1)
    .map((queue) => ({
      kind: 'expired-counted',
      queue: queue.name,
      // The first one has not expired.
      messages: (queue.ready ?? 0) - 1,
      says: `Of the ${count(queue.ready ?? 0, 'message')} in ${named(queue)}, some may have expired: RabbitMQ removes an expired message only when it is the first one.`,
    }));

/** RabbitMQ's own, unless its configuration, a policy or an argument says otherwise (3.8.17 and later). */
const CONSUMER_TIMEOUT_SECONDS = 30 * 60;

/** How long a worker may hold a message without acknowledging it. Late acknowledgement and an ETA on a classic queue hold it for long. */
export const consumerTimeout: ConditionOf = (seen) => {
  const { product, version } = seen.first.server;
  // LavinMQ has no such limit unless it is configured, and RabbitMQ before 3.8.15 has none.
  if (product !== 'RabbitMQ' || isAtLeast(version, 3, 9) !== true) return [];
  return seen.queues.flatMap((queue) => {
    const quorumAlone = isAtLeast(version, 4, 3) === true;
    if ((queue.unacked ?? 0) === 0 || (quorumAlone && queue.type !== 'quorum')) return [];
    const { seconds, told } = timeoutOf(queue);
    const by = told ? '' : ', unless the server is configured otherwise';
    return [
      {
        kind: 'consumer-timeout',
        queue: queue.name,
        ...policyOf(queue),
        messages: queue.unacked ?? 0,
        seconds,
        says: `A worker may hold a message of ${named(queue)} for ${roundAge(seconds)}${by}. After that, RabbitMQ closes the worker's channel and delivers the message again, while the task may still run.`,
      },
    ];
  });
};

function timeoutOf({ rules, consumers }: SeenQueue): { readonly seconds: number; readonly told: boolean } {
  const own = numberIn(rules, 'x-consumer-timeout');
  const seconds = [
    ...(own === undefined ? [] : [own / 1000]),
    ...(consumers ?? []).flatMap(({ timeoutSeconds }) => (timeoutSeconds === null ? [] : [timeoutSeconds])),
  ];
  return seconds.length === 0
    ? { seconds: CONSUMER_TIMEOUT_SECONDS, told: false }
    : { seconds: Math.min(...seconds), told: true };
}

/** Quorum queues count deliveries; since 4.0 they have a limit without being told. */
export const deliveryLimit: ConditionOf = ({ queues, first }) =>
  queues.flatMap((queue) => {
    if (queue.type !== 'quorum' || queue.keeps !== undefined || total(queue) === 0) return [];
    const limit = limitOf(queue, first.server.version);
    if (limit === undefined) return [];
    return [
      {
        kind: 'delivery-limit',
        queue: queue.name,
        ...policyOf(queue),
        messages: total(queue),
        limit,
        says: `The quorum queue ${named(queue)} removes a message that came back more than ${count(limit, 'time')}, as a task that kills its worker does, and ${whereTo(queue)}.`,
      },
    ];
  });

const DEFAULT_LIMIT = 20;

function limitOf({ rules }: SeenQueue, version: string | null): number | undefined {
  // -1 is "none" since 4.0, and the lowest of all numbers.
  if (rules['x-delivery-limit'] !== undefined) return numberIn(rules, 'x-delivery-limit');
  return isAtLeast(version, 4, 0) === true ? DEFAULT_LIMIT : undefined;
}

/** A queue that nobody consumes or declares for so long is deleted, whatever it holds. Publishing does not count as use. */
export const queueExpires: ConditionOf = (seen) =>
  seen.queues.flatMap((queue) => {
    const ms = numberIn(queue.rules, 'x-expires');
    if (ms === undefined) return [];
    return [
      {
        kind: 'queue-expires',
        queue: queue.name,
        ...policyOf(queue),
        messages: total(queue),
        seconds: ms / 1000,
        says: `RabbitMQ deletes the queue ${named(queue)} with its messages when no worker has consumed it for ${roundAge(ms / 1000)}${cloud(seen, ms)}.`,
      },
    ];
  });

/** CloudAMQP's policy for shared plans (https://www.cloudamqp.com/docs/faq.html). */
const CLOUD_MS = 28 * 86_400_000;

function cloud({ first }: Seen, ms: number): string {
  return ms === CLOUD_MS && first.policies.own.size + first.policies.operator.length > 0
    ? ', as CloudAMQP does on its shared plans'
    : '';
}

function whereTo({ rules }: SeenQueue): string {
  return typeof rules['x-dead-letter-exchange'] === 'string'
    ? 'sends it to its dead-letter exchange'
    : 'drops it without a trace';
}

function policyOf({ policy }: SeenQueue): { readonly policy?: string } {
  return policy === '' ? {} : { policy };
}

function total({ ready, unacked }: SeenQueue): number {
  return (ready ?? 0) + (unacked ?? 0);
}

function named({ name }: SeenQueue): string {
  return echo(name);
}
