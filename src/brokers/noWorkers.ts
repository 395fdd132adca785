import type { WorkersView } from '../model/facts';

/** Workers about which nothing could be learned: nothing is concluded from them. */
export const NO_WORKERS: Omit<WorkersView, 'report'> = {
  asked: false,
  none: false,
  settled: false,
  says: 'Nothing is known about the workers',
  workers: [],
  deaf: 0,
  find: () => [],
  hasNumber: () => false,
  consumedQueues: null,
  registered: null,
  revoked: null,
  visibilityTimeout: null,
  recentlySeen: null,
};
