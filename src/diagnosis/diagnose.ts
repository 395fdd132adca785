import type { SnapshotSource } from '../scan/snapshot';
import { scan, SCAN_STEPS, type ScanOptions } from '../scan/scan';
import type { Diagnosis } from './model';
import { throwIfCancelled } from './problem';
import { ProgressSteps, type OnProgress } from './progress';
import { recommend } from './recommendations';

export interface CheckRun {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/**
 * The main job: scan, (evidence, verdicts: to come), recommendations. The same in the editor, the terminal and a test.
 * @throws Problem: `cancelled` when the signal was aborted, else why PostgreSQL could not be reached or read
 */
export async function diagnose(postgres: SnapshotSource, options: ScanOptions, run: CheckRun): Promise<Diagnosis> {
  const progress = new ProgressSteps(SCAN_STEPS + 2, run.onProgress);
  throwIfCancelled(run.signal);
  progress.next(
    `Starting task status check for tasks older than ${String(options.hours)} hours on ${postgres.address}...`,
  );
  const found = await postgres.read((snapshot) => scan(snapshot, options, progress), run.signal);
  throwIfCancelled(run.signal);
  progress.next('Writing recommendations...');
  const { facts } = found;
  return {
    schemaVersion: 1,
    generatedAt: found.now,
    parameters: {
      hours: options.hours,
      olderThan: found.olderThan,
      statuses: options.statuses,
      limit: options.limit,
      checkExecution: false,
    },
    taskTypes: found.taskTypes,
    otherStatuses: found.otherStatuses,
    sources: [{ name: 'postgres', state: 'ok', detail: `PostgreSQL ${facts.serverVersion} at ${postgres.address}` }],
    infrastructure: { postgres: { ...facts, address: postgres.address } },
    recommendations: recommend(found.taskTypes),
  };
}
