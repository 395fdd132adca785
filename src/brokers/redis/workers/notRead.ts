import type { SourceReport } from '../../../model/diagnosis';
import type { WorkersView } from '../../../model/facts';

/** Workers of which nothing could be learned: nothing is concluded from them. */
export function workersNotRead(report: SourceReport): WorkersView {
  return {
    report,
    asked: false,
    none: false,
    settled: false,
    says: 'Nothing is known of the workers',
    workers: [],
    deaf: 0,
    find: () => [],
    hasNumber: () => false,
    consumedQueues: null,
    registered: null,
    revoked: null,
    visibilityTimeout: null,
    recentlySeen: null,
    takenKeys: [],
  };
}
