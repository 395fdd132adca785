/** Stage "scan": what the table alone says, and what would make reading it faster. */
import type { Recommendation } from '../model/diagnosis';
import type { Snapshot } from '../ports/database';
import { scan, type ScanOptions, type ScanResult } from '../tables/taskManager/scan';
import type { Run } from './run';
import { slowScanAdvice } from './slowScan';

export interface Scanned extends ScanResult {
  /** What would make the scan faster, where it was slow. */
  readonly advice: readonly Recommendation[];
}

/** @throws Problem when the table cannot be read */
export async function scanTable(snapshot: Snapshot, options: ScanOptions, run: Run): Promise<Scanned> {
  const found = await scan(snapshot, options, run.progress);
  const passMs = run.meter.timeOf(found.passes.map(({ text }) => text));
  return { ...found, advice: await slowScanAdvice(snapshot, found, options, passMs) };
}
