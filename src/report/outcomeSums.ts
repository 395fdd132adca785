import { number } from '../base/numbers';
import type { TaskType } from '../model/diagnosis';
import type { Cause, Confidence, Verdict } from '../model/verdict';
import { CONFIDENCES } from '../model/verdictWords';

/** The tasks of one verdict and cause over some types. */
export interface OutcomeSum {
  readonly verdict: Verdict;
  readonly cause: Cause | undefined;
  readonly count: number;
  readonly confidences: Readonly<Record<Confidence, number>>;
  /** The confidence of most of these tasks. */
  readonly surest: Confidence;
}

/** Verdict by verdict, that of most tasks first; within it by cause, most tasks first. Empty where the types have no outcomes. */
export function outcomeSums(types: readonly Pick<TaskType, 'outcomes'>[]): OutcomeSum[] {
  const sums = new Map<
    string,
    { verdict: Verdict; cause: Cause | undefined; confidences: Record<Confidence, number> }
  >();
  const totals = new Map<Verdict, number>();
  for (const { verdict, cause, confidence, count } of types.flatMap(({ outcomes = [] }) => outcomes)) {
    const key = `${verdict}/${cause ?? ''}`;
    const sum = sums.get(key) ?? { verdict, cause, confidences: { proven: 0, likely: 0, possible: 0 } };
    sums.set(key, sum);
    sum.confidences[confidence] += count;
    totals.set(verdict, (totals.get(verdict) ?? 0) + count);
  }
  return [...sums.values()]
    .map((sum) => ({
      ...sum,
      count: CONFIDENCES.reduce((all, each) => all + sum.confidences[each], 0),
      surest: CONFIDENCES.reduce((a, b) => (sum.confidences[b] > sum.confidences[a] ? b : a)),
    }))
    .sort((a, b) => (totals.get(b.verdict) ?? 0) - (totals.get(a.verdict) ?? 0) || b.count - a.count);
}

/** `likely`, or `3,499 proven, 22,864 likely`. */
export function surenessText({ confidences }: Pick<OutcomeSum, 'confidences'>): string {
  const found = CONFIDENCES.filter((each) => confidences[each] > 0);
  const [only] = found;
  if (found.length === 1 && only) return only;
  return found.map((each) => `${number(confidences[each])} ${each}`).join(', ');
}
