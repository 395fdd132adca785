import { objects, textOf } from './fields';
import { rulesOf, type Policies, type Rules } from './policies';
import type { QueueTotals } from './totals';

/**
 * Names of queues that keep what other queues reject, let expire or deliver too often, by arguments and by policies.
 * @param bindings body of `/bindings/V`
 */
export function deadLetterQueues(
  queues: readonly QueueTotals[],
  policies: Policies,
  bindings: unknown,
): ReadonlySet<string> {
  const names = new Set(queues.map(({ name }) => name));
  const bound = objects(bindings);
  const found = new Set<string>();
  for (const queue of queues) {
    if (queue.role !== 'tasks') continue;
    for (const name of targets(rulesOf(queue, policies), queue.name, bound))
      if (names.has(name) && name !== queue.name) found.add(name);
  }
  return found;
}

/** The default exchange, '', leads to the queue that the routing key names; Celery's routing key is mostly the queue's own name. */
function targets(
  rules: Rules,
  queue: string,
  bindings: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  const exchange = rules['x-dead-letter-exchange'];
  if (typeof exchange !== 'string') return [];
  const key = rules['x-dead-letter-routing-key'];
  if (exchange === '') return [typeof key === 'string' ? key : queue];
  return bindings.flatMap((binding) =>
    textOf(binding, 'source') === exchange && textOf(binding, 'destination_type') === 'queue'
      ? [textOf(binding, 'destination')]
      : [],
  );
}
