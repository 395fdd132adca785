import type { BrokerMessage, RowFacts } from '../model/facts';
import { queued } from './rowState';

/** The row's message in a queue; undefined where a worker has a task of the row. */
export function waitingMessage(facts: RowFacts): BrokerMessage | undefined {
  return facts.tasks.length > 0 ? undefined : queued(facts)[0];
}
