import type { TaskType } from '../diagnosis/model';
import { number } from '../diagnosis/numbers';
import { percentText } from './verdictText';

/** How sure the verdicts of the stuck rows are. `unknown` is no verdict. */
export interface Certainty {
  readonly proven: number;
  readonly likely: number;
  readonly possible: number;
  /** Rows that have a verdict: the sum of the three. */
  readonly decided: number;
  readonly unknown: number;
}

/** Counts every stuck row by how sure its verdict is; null where the Diagnosis does not tell. */
export function certaintyOf(taskTypes: readonly Pick<TaskType, 'outcomes'>[]): Certainty | null {
  const sums = { proven: 0, likely: 0, possible: 0 };
  let unknown = 0;
  let told = false;
  for (const { outcomes } of taskTypes) {
    for (const { verdict, confidence, count } of outcomes ?? []) {
      told = true;
      if (verdict === 'unknown') unknown += count;
      else sums[confidence] += count;
    }
  }
  return told ? { ...sums, decided: sums.proven + sums.likely + sums.possible, unknown } : null;
}

/** `Of the 75,841 tasks with a verdict, 40 % are proven and 60 % are likely.`; null where no row has a verdict. */
export function certaintyText({ decided, ...by }: Certainty): string | null {
  if (decided === 0) return null;
  const words = (['proven', 'likely', 'possible'] as const).filter((word) => by[word] > 0);
  const [only] = words;
  if (decided === 1) return `The one verdict is ${only ?? ''}.`;
  if (words.length === 1 && only) return `All ${number(decided)} verdicts are ${only}.`;
  const parts = words.map((word) => `${percentText(by[word] / decided)} are ${word}`);
  return `Of the ${number(decided)} tasks with a verdict, ${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}.`;
}
