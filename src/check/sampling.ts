import type { TaskType } from '../model/diagnosis';
import { typeKey, type TypeId } from '../model/taskType';
import type { RowSample } from '../tables/table';

type CountedType = Pick<TaskType, 'taskModule' | 'taskName' | 'count'>;

/** Which share of the rows of each type is judged. */
export interface SamplePlan {
  /** 0 to 1, by type, in the order in which they were given. */
  readonly shares: readonly number[];
  readonly types: readonly CountedType[];
  /** Rows that will be judged, about. */
  readonly rows: number;
}

/** The same rows of some of the types; without a plan all their rows. */
export function sampleOf(types: readonly TypeId[], plan: SamplePlan | undefined): RowSample {
  const shares = new Map(plan?.types.map((type, place) => [typeKey(type), plan.shares[place] ?? 0]));
  return { types, shares: types.map((type) => (plan ? (shares.get(typeKey(type)) ?? 0) : 1)) };
}

/** At least so many rows of each type are judged, where it has them: a share of 50% is then known to within 5 points. */
export const LEAST_A_TYPE = 400;

/**
 * Decides how many rows of each type are judged: `LEAST_A_TYPE`, and the same share of what each type has beyond, so that big types are
 * known best. The id of a row alone decides whether it is drawn, so the number of drawn rows varies by its square root; the plan stays
 * four times that below `atMost`.
 * @param atMost 0: all rows
 * @returns undefined where all rows are judged
 */
export function planSample(types: readonly CountedType[], atMost: number): SamplePlan | undefined {
  const total = types.reduce((sum, { count }) => sum + count, 0);
  if (atMost === 0 || total <= atMost) return undefined;
  const wanted = Math.max(atMost - 4 * Math.sqrt(atMost), atMost / 2);
  const least = Math.min(LEAST_A_TYPE, Math.floor(wanted / 2 / types.length));
  const first = types.map(({ count }) => Math.min(count, least));
  const beyond = types.map(({ count }, place) => count - (first[place] ?? 0));
  const part = (wanted - sum(first)) / sum(beyond);
  const drawn = types.map((_, place) => (first[place] ?? 0) + (beyond[place] ?? 0) * part);
  return {
    types,
    shares: drawn.map((rows, place) => rows / (types[place]?.count ?? rows)),
    rows: Math.round(sum(drawn)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
