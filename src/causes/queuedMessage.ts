import type { BrokerMessage, RowFacts } from '../model/facts';
import { queued } from './rowState';

/** The row's message that waits in a queue, when no worker has another one of it. */
export function waitingMessage(facts: RowFacts): BrokerMessage | undefined {
  return facts.tasks.length > 0 ? undefined : queued(facts)[0];
}
