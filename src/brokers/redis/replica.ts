import type { BrokerView, WorkersView } from '../../model/facts';

/** A replica may lag, and the workers are connected to its primary: what is not there says nothing. */
export function onReplica(
  broker: BrokerView,
  workers: WorkersView,
): { readonly broker: BrokerView; readonly workers: WorkersView } {
  return {
    broker: {
      ...broker,
      report: { ...broker.report, detail: `${broker.report.detail}; it is a replica, which may lag` },
      contents: 'part',
      incompleteBecause: 'this Redis is a replica, which may lag',
    },
    workers: {
      ...workers,
      report: {
        name: 'workers',
        state: 'unavailable',
        detail: 'this Redis is a replica: name its primary, which the workers are connected to',
      },
      none: false,
      settled: false,
      says: 'This Redis is a replica, and workers are connected to its primary',
    },
  };
}
