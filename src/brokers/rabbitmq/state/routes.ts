import { list, record, text } from '../../../wire/plainJson';
import type { Round } from '../../workers/told';

/**
 * To which queue a routing key leads, as the workers declare their queues: mostly the queue has the key's name.
 * @param answers of the workers to `active_queues`
 */
export function queueNames({ answers }: Pick<Round, 'answers'>): (routingKey: string) => string {
  const queues = new Map<string, Set<string>>();
  for (const { value } of answers.get('active_queues') ?? [])
    for (const item of list(value) ?? []) {
      const queue = record(item);
      const [name, key] = [text(queue?.name), text(queue?.routing_key)];
      if (name !== null && key !== null) queues.set(key, (queues.get(key) ?? new Set()).add(name));
    }
  return (routingKey) => {
    const found = [...(queues.get(routingKey) ?? [])];
    // One key may lead to several queues, by different exchanges.
    return found.length === 1 && found[0] !== undefined ? found[0] : routingKey;
  };
}
