import { marginIn, marginOfSum } from '../../model/estimate';
import { VERDICTS, type Confidence, type Verdict } from '../../model/verdict';
import type { DiagnosisHead } from '../../report/panelMessages';
import { percentText, rowsText } from '../../report/verdictText';
import type { Filters } from './filters';
import { hasOutcomes } from './viewState';
import { select, type SelectedType } from './select';

/**
 * The verdicts that stuck rows have, most rows first by the whole Diagnosis: the order of all pictures, which filters do not change.
 */
export function verdictOrder(head: DiagnosisHead): Verdict[] {
  const sums = verdictSums(head);
  return VERDICTS.filter((verdict) => sums[verdict] !== undefined).sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0));
}

/** One line of the picture of verdicts. */
export interface VerdictLine {
  readonly verdict: Verdict;
  /** Rows within the other filters. */
  readonly count: number;
  /** In words, `≈` where it is an estimate. */
  readonly rows: string;
  /** Of all verdicts' rows within the other filters. */
  readonly percent: string;
  /** 0 to 1. */
  readonly share: number;
  /** Sums to `count`; null where the Diagnosis does not tell (an older export). */
  readonly sure: Readonly<Record<Confidence, number>> | null;
}

export interface VerdictLines {
  readonly lines: readonly VerdictLine[];
  /** Rows within the other filters. */
  readonly total: number;
  /** Whether that is fewer than all. */
  readonly narrowed: boolean;
}

/** Every verdict that any stuck row has, also where the other filters leave none of its rows. Null where execution was not verified. */
export function verdictLines(head: DiagnosisHead, filters: Filters): VerdictLines | null {
  const order = verdictOrder(head);
  if (order.length === 0) return null;
  const { types, verdicts } = select(head, { ...filters, verdict: null });
  const total = order.reduce((sum, verdict) => sum + (verdicts[verdict] ?? 0), 0);
  const sure = hasOutcomes(head) ? confidences(types) : null;
  const lines = order.map((verdict) => {
    const count = verdicts[verdict] ?? 0;
    const share = total === 0 ? 0 : count / total;
    const margin =
      total === 0 ? 0 : marginOfSum(types.map(({ type, verdicts: of }) => marginIn(type, of[verdict] ?? 0)));
    const percent = percentText(share, margin / Math.max(1, total));
    return { verdict, count, rows: rowsText(count, margin), share, percent, sure: sure && (sure[verdict] ?? NONE) };
  });
  return { lines, total, narrowed: total < head.taskTypes.reduce((sum, { count }) => sum + count, 0) };
}

const NONE: Readonly<Record<Confidence, number>> = { proven: 0, likely: 0, possible: 0 };

function verdictSums(head: DiagnosisHead): Partial<Record<Verdict, number>> {
  const sums: Partial<Record<Verdict, number>> = {};
  for (const { verdicts = {} } of head.taskTypes)
    for (const verdict of VERDICTS) {
      const rows = verdicts[verdict] ?? 0;
      if (rows > 0) sums[verdict] = (sums[verdict] ?? 0) + rows;
    }
  return sums;
}

function confidences(
  types: readonly SelectedType[],
): Partial<Record<Verdict, Readonly<Record<Confidence, number>>>> | null {
  if (types.some(({ outcomes }) => outcomes.length === 0)) return null;
  const sums: Partial<Record<Verdict, Record<Confidence, number>>> = {};
  for (const { outcomes } of types)
    for (const { verdict, confidence, count } of outcomes) {
      const sum = (sums[verdict] ??= { proven: 0, likely: 0, possible: 0 });
      sum[confidence] += count;
    }
  return sums;
}
