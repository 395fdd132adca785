import type { Diagnosis, TaskType } from '../../model/diagnosis';
import type { JudgedRows } from '../../model/judgedRows';
import { typeKey } from '../../model/taskType';
import type { Cause, Verdict } from '../../model/verdict';
import { isFiltered, type TreeFilter } from './treeLook';

/** Tasks of one type that the tree never parts: they have one verdict and cause, and where queues are told apart one queue. */
export interface Cell {
  readonly type: TaskType;
  /** Absent where nothing was verified. */
  readonly verdict?: Verdict;
  readonly cause?: Cause;
  /** null: not known, because no message was seen. Absent where queues are not told apart. */
  readonly queue?: string | null;
  readonly count: number;
  /** The count was worked out from a sample. */
  readonly estimated: boolean;
  /** When the oldest of them stopped, in milliseconds since 1970: to the width of the timeline's bins where only those are known. */
  readonly oldest: number;
}

/** The stuck tasks by type, verdict and cause. */
export function cellsOf({ taskTypes, timeline }: Pick<Diagnosis, 'taskTypes' | 'timeline'>): Cell[] {
  return taskTypes.flatMap((type) => {
    const plain: Cell = { type, count: type.count, estimated: false, oldest: Date.parse(type.oldestLastRun) };
    if (!type.outcomes) return [plain];
    const cells = new Map<string, Cell>();
    for (const { verdict, cause, count, lastRuns } of type.outcomes) {
      const key = `${verdict}/${cause ?? ''}`;
      const before = cells.get(key);
      const first = Math.min(...Object.keys(lastRuns).map(Number));
      const bin = timeline ? Date.parse(timeline.start) + first * timeline.binSeconds * 1000 : plain.oldest;
      // No task is older than the oldest. Bin 0 holds what is older than the timeline, too: they are at least so old.
      const oldest = Math.max(plain.oldest, bin);
      cells.set(key, {
        type,
        verdict,
        ...(cause === undefined ? {} : { cause }),
        count: count + (before?.count ?? 0),
        estimated: type.judged !== undefined,
        oldest: Math.min(oldest, before?.oldest ?? oldest),
      });
    }
    return [...cells.values()];
  });
}

/** Whether tasks can be counted by queue: after a check that judged every one of them. */
export function knowsQueues({ taskTypes, parameters }: Pick<Diagnosis, 'taskTypes' | 'parameters'>): boolean {
  return parameters.checkExecution && taskTypes.every(({ judged }) => judged === undefined);
}

/** The same, and by queue. @param judged every stuck row */
export function cellsByQueue({ taskTypes }: Pick<Diagnosis, 'taskTypes'>, judged: JudgedRows): Cell[] {
  const types = new Map(taskTypes.map((type) => [typeKey(type), type]));
  const cells = new Map<string, Cell>();
  for (const { group, rows } of judged.countsOf()) {
    const type = types.get(typeKey(group));
    if (!type || rows === 0) continue;
    const { verdict, cause, queue = null } = group;
    const key = JSON.stringify([typeKey(type), verdict, cause, queue]);
    cells.set(key, {
      type,
      verdict,
      ...(cause === undefined ? {} : { cause }),
      queue,
      count: rows + (cells.get(key)?.count ?? 0),
      estimated: false,
      oldest: Date.parse(type.oldestLastRun),
    });
  }
  return [...cells.values()];
}

/** The cells that a filter lets through. One without a verdict is kept: nothing is known that would leave it out. */
export function filtered(cells: readonly Cell[], filter: TreeFilter): readonly Cell[] {
  if (!isFiltered(filter)) return cells;
  const text = filter.text.toLowerCase();
  return cells.filter(
    ({ type, verdict }) =>
      `${type.taskModule}.${type.taskName}`.toLowerCase().includes(text) &&
      (verdict === undefined || filter.verdicts.length === 0 || filter.verdicts.includes(verdict)),
  );
}

export function sumOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0);
}

/** When the oldest of these tasks stopped: exactly where all of a type are among them. */
export function oldestOf(cells: readonly Cell[]): number {
  const counts = new Map<TaskType, number>();
  let least = Infinity;
  for (const { type, count, oldest } of cells) {
    least = Math.min(least, oldest);
    counts.set(type, (counts.get(type) ?? 0) + count);
  }
  for (const [type, count] of counts) if (count >= type.count) least = Math.min(least, Date.parse(type.oldestLastRun));
  return least;
}

/** Tasks by verdict; empty where nothing was verified. */
export function verdictsOf(cells: readonly Cell[]): Partial<Record<Verdict, number>> {
  const sums: Partial<Record<Verdict, number>> = {};
  for (const { verdict, count } of cells) if (verdict) sums[verdict] = (sums[verdict] ?? 0) + count;
  return sums;
}
