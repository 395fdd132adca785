import type { BrokerView, WorkersView } from '../../model/facts';

/**
 * Celery goes to the next broker of its list when it cannot reach one (kombu 5.6 `connection.py`, round-robin), and leaves behind what
 * is there: so a message that is not in the one that was read may be in another, and so may the workers.
 * @param unread the other brokers, for people; at least one
 */
export function onFailoverList(
  broker: BrokerView,
  workers: WorkersView,
  unread: readonly string[],
): { readonly broker: BrokerView; readonly workers: WorkersView } {
  const others = unread.join(' and ');
  const because = `Celery's list of brokers also has ${others}, not read here, where messages may be`;
  return {
    broker: {
      ...broker,
      report: { ...broker.report, detail: `${broker.report.detail}; ${because}` },
      contents: 'part',
      incompleteBecause: broker.incompleteBecause === null ? because : `${broker.incompleteBecause}; ${because}`,
    },
    workers: {
      ...workers,
      report: { ...workers.report, detail: `${workers.report.detail}; workers may also be connected to ${others}` },
      none: false,
      settled: false,
      says: `${workers.says}, but workers may also be connected to ${others}, which was not asked`,
    },
  };
}
