import { fieldsOf, objects, textOf } from './fields';
import type { QueueTotals } from './totals';

/** Where messages of a queue go that are rejected, expire, or are delivered too often. */
interface DeadLetters {
  readonly exchange: string;
  /** That of the message itself where it is undefined. */
  readonly routingKey: string | undefined;
}

/**
 * Names of queues that keep what other queues reject, let expire or deliver too often, by arguments and by policies.
 * @param policies bodies of `/policies/V` and `/operator-policies/V`; undefined where they are not shown
 * @param bindings body of `/bindings/V`
 */
export function deadLetterQueues(
  queues: readonly QueueTotals[],
  policies: readonly unknown[],
  bindings: unknown,
): ReadonlySet<string> {
  const names = new Set(queues.map(({ name }) => name));
  const bound = objects(bindings);
  const definitions = new Map(
    policies.flatMap(objects).map((policy) => [textOf(policy, 'name'), fieldsOf(policy.definition)]),
  );
  const found = new Set<string>();
  for (const queue of queues) {
    if (queue.role !== 'tasks') continue;
    const letters = deadLettersOf(queue, definitions.get(queue.policy));
    if (!letters) continue;
    for (const name of targets(letters, queue.name, bound)) if (names.has(name) && name !== queue.name) found.add(name);
  }
  return found;
}

/** What a queue itself says goes before its policy (https://www.rabbitmq.com/docs/dlx). */
function deadLettersOf(
  { arguments: own }: QueueTotals,
  policy: Readonly<Record<string, unknown>> = {},
): DeadLetters | undefined {
  const read = (argument: string, definition: string): string | undefined => {
    const value = own[argument] ?? policy[definition];
    return typeof value === 'string' ? value : undefined;
  };
  const exchange = read('x-dead-letter-exchange', 'dead-letter-exchange');
  return exchange === undefined
    ? undefined
    : { exchange, routingKey: read('x-dead-letter-routing-key', 'dead-letter-routing-key') };
}

/** The default exchange, '', leads to the queue that the routing key names; Celery's routing key is mostly the queue's own name. */
function targets(
  { exchange, routingKey }: DeadLetters,
  queue: string,
  bindings: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  if (exchange === '') return [routingKey ?? queue];
  return bindings.flatMap((binding) =>
    textOf(binding, 'source') === exchange && textOf(binding, 'destination_type') === 'queue'
      ? [textOf(binding, 'destination')]
      : [],
  );
}
