import { planOfPass } from '../tables/explainScan';
import { attempt } from '../sql/savepoint';
import { readPlan } from '../sql/plan';
import type { ScanOptions, ScanResult } from '../tables/scan';
import type { Snapshot } from '../ports/database';
import { planInWords } from '../sql/planWords';
import { scanIndex } from '../verdicts/advice/scanIndex';
import type { Recommendation } from '../model/diagnosis';
import { totalStuck } from '../model/diagnosis';

/** Below this nobody waits for the pass, and an index that every task pays for is no bargain. */
export const SLOW_PASS_MS = 2000;
/** A table of 200,000 rows or so. One that is smaller is read in a moment, so what made the pass slow is something else. */
const LARGE_BYTES = 100_000_000;

/**
 * The recommendation for a scan that was slow for want of an index: the plan is asked for, which costs nothing, and the table's
 * indexes. None where nothing is stuck.
 * @param passMs how long the statements of the pass took
 * @throws Problem when the snapshot itself came to its end; that the server does not tell its plan costs this recommendation only
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
