import type { SourceReport } from '../../diagnosis/model';
import type { WorkersView } from '../facts';

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
