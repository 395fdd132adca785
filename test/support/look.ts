import { openCelery } from '../../src/connect/openCelery';
import type { RedisTarget } from '../../src/connect/redis/redisUrl';
import { lookOutside, LOOK_STEPS, type Outside } from '../../src/check/readServers';
import { ProgressSteps } from '../../src/model/progress';
import type { SnapshotSource } from '../../src/ports/database';
import { UNMETERED } from '../../src/ports/meter';

/** All that a check asks of Redis, as the check does it. */
export async function look(where: RedisTarget): Promise<Outside> {
  // Not looked at before rows are read.
  const postgres = null as unknown as SnapshotSource;
  const progress = new ProgressSteps(LOOK_STEPS, () => undefined);
  return await lookOutside(
    { postgres, ...(await openCelery({ broker: where, results: where })) },
    { askWorkers: false, maxQueueScan: 1000, effects: [] },
    { signal: new AbortController().signal, progress, meter: UNMETERED },
    async (outside) => {
      await outside.results.find(['00000000-0000-4000-8000-000000000001']);
      return outside;
    },
  );
}
