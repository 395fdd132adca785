import { marginOf, marginOfSum, scaled } from '../model/estimate';
import { taskTypeName, type BinCounts, type OutcomeCount, type TaskType } from '../model/diagnosis';
import { typeKey } from '../model/taskType';
import type { Verdict } from '../model/verdict';
import { addRows, type OutcomeGroup, type Tally, type TypeRows } from './tally';

type CountedType = Pick<TaskType, 'taskModule' | 'taskName' | 'count' | 'lastRuns'>;

/** What a Diagnosis says of the judged rows of a type. */
export type TypeVerdicts = Pick<TaskType, 'verdicts' | 'outcomes' | 'judged' | 'margins'>;

/** Scales the judged rows of a type to all its rows, with margins. Where all rows were judged, the numbers stay as they are. */
export function verdictsOfType(tally: Tally, type: CountedType): TypeVerdicts {
  const { verdicts, outcomes } = tally.ofType(type);
  const judged = outcomes.reduce((sum, { count }) => sum + count, 0);
  if (judged >= type.count) return { verdicts, outcomes };
  const estimated = estimate(outcomes, type);
  const sums: Partial<Record<Verdict, number>> = {};
  for (const { verdict, count } of estimated) sums[verdict] = (sums[verdict] ?? 0) + count;
  const margins = Object.entries(sums).map(
    ([verdict, count]) => [verdict, marginOf({ count, total: type.count, judged })] as const,
  );
  return { verdicts: sums, outcomes: estimated, judged, margins: Object.fromEntries(margins) };
}

/** The groups that recommendations follow from, scaled to all rows; most rows first. */
export function estimatedGroups(tally: Tally, types: readonly CountedType[]): OutcomeGroup[] {
  const ofTypes = types.map((type) => ({ type, ...verdictsOfType(tally, type) }));
  return tally
    .groups()
    .map((group) => estimateGroup(group, ofTypes))
    .sort((a, b) => b.rows - a.rows);
}

function estimateGroup(
  group: OutcomeGroup,
  ofTypes: readonly (TypeVerdicts & { readonly type: CountedType })[],
): OutcomeGroup {
  const types = new Map<string, TypeRows>();
  const margins: number[] = [];
  let rows = 0;
  for (const { type, outcomes = [], judged: sample } of ofTypes) {
    const count = outcomes.filter((outcome) => isOf(group, outcome)).reduce((sum, outcome) => sum + outcome.count, 0);
    if (sample !== undefined) margins.push(marginOf({ count, total: type.count, judged: sample }));
    if (count === 0) continue;
    rows += count;
    addRows(types, typeKey(type), { name: taskTypeName(type), rows: count });
  }
  const queues = new Map([...group.queues].map(([queue, count]) => [queue, Math.round((count * rows) / group.rows)]));
  return { ...group, rows, types, queues, margin: marginOfSum(margins) };
}

function isOf(group: OutcomeGroup, { verdict, cause, confidence, twin }: OutcomeCount): boolean {
  return (
    group.verdict === verdict &&
    group.cause === cause &&
    group.proven === (confidence === 'proven') &&
    group.twin === (twin ?? false)
  );
}

function estimate(outcomes: readonly OutcomeCount[], { count: total, lastRuns }: CountedType): OutcomeCount[] {
  // None of its rows was drawn, so nothing is known.
  if (outcomes.length === 0)
    return [{ verdict: 'unknown', confidence: 'possible', count: total, lastRuns: lastRuns ?? { 0: total } }];
  const counts = scaled(
    outcomes.map(({ count }) => count),
    total,
  );
  return outcomes.map((outcome, place) => {
    const count = counts[place] ?? 0;
    return { ...outcome, count, lastRuns: scaledBins(outcome.lastRuns, count) };
  });
}

function scaledBins(bins: BinCounts, total: number): BinCounts {
  const entries = Object.entries(bins);
  const counts = scaled(
    entries.map(([, count]) => count),
    total,
  );
  return Object.fromEntries(entries.map(([bin], place) => [bin, counts[place] ?? 0]));
}
