import { redisSource } from '../../src/connect/redis/redisClient';
import type { RedisTarget } from '../../src/connect/redis/redisUrl';
import { lookOutside, LOOK_STEPS, type Outside } from '../../src/check/readServers';
import { ProgressSteps } from '../../src/model/progress';
import type { SnapshotSource } from '../../src/ports/database';

/** All that a check asks of Redis, as the check does it. */
export function look(where: RedisTarget): Promise<Outside> {
  const source = redisSource(where);
  // Not looked at before rows are read.
  const postgres = null as unknown as SnapshotSource;
  const progress = new ProgressSteps(LOOK_STEPS, () => undefined);
  return lookOutside(
    { postgres, broker: source, results: source },
    { askWorkers: false, maxQueueScan: 1000, effects: [] },
    { signal: new AbortController().signal, progress },
    async (outside) => {
      await outside.results.find(['00000000-0000-4000-8000-000000000001']);
      return outside;
    },
  );
}
