import { marginOver } from '../model/estimate';
import type { OutcomeCount, TaskType } from '../model/diagnosis';
import { number } from '../base/numbers';
import { percentText } from './verdictText';

/** How sure the verdicts of the stuck rows are. `unknown` is no verdict. */
export interface Certainty {
  readonly proven: number;
  readonly likely: number;
  readonly possible: number;
  /** Rows that have a verdict: the sum of the three. */
  readonly decided: number;
  readonly unknown: number;
  /** By how many rows each number may be wrong; absent where all rows were judged. */
  readonly margins?: Readonly<Record<'proven' | 'likely' | 'possible' | 'unknown', number>>;
}

/** Counts every stuck row by how sure its verdict is; null where the Diagnosis does not tell. */
export function certaintyOf(taskTypes: readonly Pick<TaskType, 'count' | 'judged' | 'outcomes'>[]): Certainty | null {
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
  if (!told) return null;
  const decided = sums.proven + sums.likely + sums.possible;
  if (taskTypes.every(({ judged }) => judged === undefined)) return { ...sums, decided, unknown };
  const margin = (fits: (outcome: OutcomeCount) => boolean): number =>
    marginOver(taskTypes, ({ outcomes = [] }) => outcomes.filter(fits).reduce((sum, { count }) => sum + count, 0));
  const sure = (word: string): number =>
    margin(({ verdict, confidence }) => verdict !== 'unknown' && confidence === word);
  const margins = {
    proven: sure('proven'),
    likely: sure('likely'),
    possible: sure('possible'),
    unknown: margin(({ verdict }) => verdict === 'unknown'),
  };
  return { ...sums, decided, unknown, margins };
}

/** `Confidence: 4% proven, 47% likely, 49% undetermined.`; null where no row has a verdict, which the verdicts say already. */
export function certaintyText({ decided, unknown, margins, ...by }: Certainty): string | null {
  if (decided === 0) return null;
  const all = decided + unknown;
  const words = (['proven', 'likely', 'possible'] as const).filter((word) => by[word] > 0);
  const [only] = words;
  if (all === 1) return `The verdict is ${only ?? ''}.`;
  if (unknown === 0 && words.length === 1 && only) return `All ${number(decided)} verdicts are ${only}.`;
  const parts = words.map((word) => `${percentText(by[word] / all, (margins?.[word] ?? 0) / all)} ${word}`);
  if (unknown > 0) parts.push(`${percentText(unknown / all, (margins?.unknown ?? 0) / all)} undetermined`);
  return `Confidence: ${parts.join(', ')}.`;
}
