import { isAbout } from '../../model/rowFilter';
import { taskTypeName, type BinCounts, type OutcomeCount } from '../../model/diagnosis';
import type { Verdict } from '../../model/verdict';
import type { DiagnosisHead, TypeHead } from '../../report/panelMessages';
import { rowsText } from '../../report/verdictText';
import type { BinRange, Filters } from './filters';

/** A task type and how many of its stuck rows are left by the filters. */
export interface SelectedType {
  readonly type: TypeHead;
  /** Its place in the Diagnosis. */
  readonly index: number;
  readonly count: number;
  /** Empty where execution was not verified. */
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Its outcomes with their rows within the filters, most rows first. */
  readonly outcomes: readonly (Omit<OutcomeCount, 'lastRuns'> & { readonly count: number })[];
}

export interface Selection {
  /** In the Diagnosis's order, those with rows left. */
  readonly types: readonly SelectedType[];
  readonly count: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
}

/**
 * The stuck rows that the filters leave, counted. Every number in the page's pictures and tables comes from here or stands in the
 * Diagnosis as it is.
 */
export function select(diagnosis: DiagnosisHead, filters: Filters): Selection {
  const key = JSON.stringify([filters.text, filters.verdict, filters.cause, filters.range, filters.recommendation]);
  if (remembered.diagnosis !== diagnosis) remembered = { diagnosis, selections: new Map() };
  const { selections } = remembered;
  const selection = selections.get(key) ?? selectAnew(diagnosis, filters);
  // The newest stands last; the table and each picture ask for one at a time.
  selections.delete(key);
  selections.set(key, selection);
  const [oldest] = selections.keys();
  if (selections.size > MOST_REMEMBERED && oldest !== undefined) selections.delete(oldest);
  return selection;
}

const MOST_REMEMBERED = 4;
let remembered: { readonly diagnosis: DiagnosisHead | null; readonly selections: Map<string, Selection> } = {
  diagnosis: null,
  selections: new Map(),
};

function selectAnew(diagnosis: DiagnosisHead, filters: Filters): Selection {
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  const types: SelectedType[] = [];
  const verdicts: Partial<Record<Verdict, number>> = {};
  let count = 0;
  diagnosis.taskTypes.forEach((type, index) => {
    if (!matches(type, words)) return;
    const selected = selectRows(type, index, diagnosis, filters);
    if (selected.count === 0) return;
    types.push(selected);
    count += selected.count;
    addTo(verdicts, selected.verdicts);
  });
  return { types, count, verdicts };
}

/** `1,234`, of an estimate `≈ 1,234`: a part of a type's rows is one where not all of them were judged. */
export function partText(parts: readonly Pick<SelectedType, 'type' | 'count'>[]): string {
  const estimated = parts.some(({ type, count }) => type.judged !== undefined && count < type.count);
  const rows = parts.reduce((sum, { count }) => sum + count, 0);
  return rowsText(rows, Number(estimated));
}

/** Rows by bin and verdict; `null` stands for rows that were not judged. What the timeline shows. */
export function selectBins(diagnosis: DiagnosisHead, filters: Filters): Map<Verdict | null, number[]> {
  const bins = diagnosis.timeline?.bins ?? 0;
  const out = new Map<Verdict | null, number[]>();
  const add = (verdict: Verdict | null, counts: BinCounts): void => {
    const sums = out.get(verdict) ?? new Array<number>(bins).fill(0);
    out.set(verdict, sums);
    // Not Object.entries: of 2,000 types it makes some 100,000 arrays.
    for (const bin in counts) {
      const at = Number(bin);
      sums[at] = (sums[at] ?? 0) + (counts[at] ?? 0);
    }
  };
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const type of diagnosis.taskTypes) {
    if (!matches(type, words)) continue;
    if (type.outcomes)
      for (const outcome of wanted(type.outcomes, diagnosis, filters)) add(outcome.verdict, outcome.lastRuns);
    else if (type.lastRuns && !needsOutcomes(filters) && filters.verdict === null) add(null, type.lastRuns);
  }
  return out;
}

function matches(type: TypeHead, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const name = taskTypeName(type).toLowerCase();
  return words.every((word) => name.includes(word));
}

function selectRows(type: TypeHead, index: number, diagnosis: DiagnosisHead, filters: Filters): SelectedType {
  const { range } = filters;
  if (type.outcomes) {
    const all = wanted(type.outcomes, diagnosis, filters);
    // Of thousands of types: as they are, where all their rows are wanted.
    const outcomes = (range ? all.map((outcome) => ({ ...outcome, count: within(outcome.lastRuns, range) })) : all)
      .filter((outcome) => outcome.count > 0)
      .sort((a, b) => b.count - a.count);
    const verdicts: Partial<Record<Verdict, number>> = {};
    for (const { verdict, count } of outcomes) verdicts[verdict] = (verdicts[verdict] ?? 0) + count;
    return { type, index, count: outcomes.reduce((sum, outcome) => sum + outcome.count, 0), verdicts, outcomes };
  }
  // Rows that are not counted by outcome cannot be told apart.
  if (needsOutcomes(filters)) return { type, index, count: 0, verdicts: {}, outcomes: [] };
  const count = range && type.lastRuns ? within(type.lastRuns, range) : type.count;
  // An older file says how many rows have each verdict and no more.
  const verdicts = type.verdicts ?? {};
  if (filters.verdict !== null) {
    const rows = verdicts[filters.verdict] ?? 0;
    return { type, index, count: rows, verdicts: rows === 0 ? {} : { [filters.verdict]: rows }, outcomes: [] };
  }
  return { type, index, count, verdicts, outcomes: [] };
}

function needsOutcomes({ cause, recommendation }: Filters): boolean {
  return cause !== null || recommendation !== null;
}

function wanted(
  outcomes: readonly OutcomeCount[],
  diagnosis: DiagnosisHead,
  { verdict, cause, recommendation }: Filters,
): readonly OutcomeCount[] {
  if (verdict === null && cause === null && recommendation === null) return outcomes;
  const about = diagnosis.recommendations.find(({ id }) => id === recommendation)?.about;
  return outcomes.filter(
    (outcome) =>
      (verdict === null || outcome.verdict === verdict) &&
      (cause === null || (outcome.cause ?? 'none') === cause) &&
      (about === undefined || isAbout(about, outcome)),
  );
}

function within(counts: BinCounts, { from, to }: BinRange): number {
  let sum = 0;
  for (const bin in counts) {
    const at = Number(bin);
    if (at >= from && at <= to) sum += counts[at] ?? 0;
  }
  return sum;
}

function addTo(sums: Partial<Record<Verdict, number>>, more: Readonly<Partial<Record<Verdict, number>>>): void {
  for (const verdict of Object.keys(more) as Verdict[]) sums[verdict] = (sums[verdict] ?? 0) + (more[verdict] ?? 0);
}
