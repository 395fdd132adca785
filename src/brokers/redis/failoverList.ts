import type { BrokerView, WorkersView } from '../../model/facts';
import { withGap } from '../../model/sources';

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
  const kind = 'failover-unread';
  const because = `Celery's list of brokers also has ${others}, not read here, where messages may be`;
  const workersThere = `workers may also be connected to ${others}`;
  return {
    broker: {
      ...broker,
      report: withGap(broker.report, { kind, says: because }, `${broker.report.detail}; ${because}`),
      contents: 'part',
      incompleteBecause: broker.incompleteBecause === null ? because : `${broker.incompleteBecause}; ${because}`,
    },
    workers: {
      ...workers,
      report: withGap(workers.report, { kind, says: workersThere }, `${workers.report.detail}; ${workersThere}`),
      none: false,
      settled: false,
      says: `${workers.says}, but ${workersThere}, which was not asked`,
    },
  };
}
