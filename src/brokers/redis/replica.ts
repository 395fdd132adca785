import type { BrokerView, WorkersView } from '../../model/facts';
import { withGap } from '../../model/sources';

const ASK_PRIMARY = 'this Redis is a replica: name its primary, which the workers are connected to';

/** A replica may lag, and the workers are connected to its primary: what is not there says nothing. */
export function onReplica(
  broker: BrokerView,
  workers: WorkersView,
): { readonly broker: BrokerView; readonly workers: WorkersView } {
  return {
    broker: {
      ...broker,
      report: withGap(
        broker.report,
        { kind: 'replica', says: 'it is a replica, which may lag' },
        `${broker.report.detail}; it is a replica, which may lag`,
      ),
      contents: 'part',
      incompleteBecause: 'this Redis is a replica, which may lag',
    },
    workers: {
      ...workers,
      report: {
        name: 'workers',
        state: 'unavailable',
        detail: ASK_PRIMARY,
        gaps: [{ kind: 'replica', setting: 'celeryTasks.connections', says: ASK_PRIMARY }],
      },
      none: false,
      settled: false,
      says: 'This Redis is a replica, and workers are connected to its primary',
    },
  };
}
