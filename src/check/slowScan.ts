import { planOfPass } from '../tables/explainScan';
import { attempt } from '../sql/savepoint';
import { readPlan } from '../sql/plan';
import type { ScanOptions, ScanResult } from '../tables/scan';
import type { Snapshot } from '../ports/database';
import { planInWords } from '../sql/planWords';
import { scanIndex } from '../verdicts/advice/scanIndex';
import type { Recommendation } from '../model/diagnosis';
import { totalStuck } from '../model/diagnosis';

/** A faster pass needs no index, and an index makes every write of a task slower. */
export const SLOW_PASS_MS = 2000;
/** About 200,000 rows. A smaller table is read in a moment, so something else made the pass slow. */
const LARGE_BYTES = 100_000_000;

/**
 * Recommends the index that a slow scan lacked. Asks for the plan of the scan, which costs nothing, and for the indexes of the table.
 * Recommends nothing where nothing is stuck.
 * @param passMs how long the statements of the pass took
 * @throws Problem when the snapshot came to its end; a server that refuses its plan costs only this recommendation
 */
export async function slowScanAdvice(
  snapshot: Snapshot,
  found: ScanResult,
  options: ScanOptions,
  passMs: number,
): Promise<Recommendation[]> {
  const { table } = found;
  if (passMs < SLOW_PASS_MS || table.bytes < LARGE_BYTES || table.estimatedRows === null) return [];
  if (found.taskTypes.length === 0) return [];
  const index = table.kind.extras.scanIndex;
  if (!index) return [];
  const looked = await attempt(snapshot, async () => ({
    wantsIndex: await index.wanted(snapshot, table),
    plan: await planOfPass(snapshot, table, options),
  }));
  if ('error' in looked || !looked.value.wantsIndex) return [];
  const { plan } = looked.value;
  if (!readPlan(plan).reads.some(({ kind }) => kind === 'sequential')) return [];
  return scanIndex({
    snippets: index.snippets(table),
    ms: passMs,
    bytes: table.bytes,
    rows: table.estimatedRows,
    wanted: totalStuck(found) + found.otherStatuses.reduce((sum, { count }) => sum + count, 0),
    plan: planInWords(plan, false),
    replica: found.facts.replica,
  });
}
