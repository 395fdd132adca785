/** What is said where nothing is old enough to count as stuck: a fresh incident must not look like an all-clear. */
import type { Diagnosis } from '../model/diagnosis';
import { hiddenRows } from '../model/hidden';

/** A week, a day, an hour. */
const STEPS = [168, 24, 1] as const;

/** The age of the oldest of the younger tasks, in hours. @param now ISO 8601, as `oldestLastRun` */
export function oldestHours({ oldestLastRun }: { readonly oldestLastRun: string }, now: string): number {
  return (Date.parse(now) - Date.parse(oldestLastRun)) / 3_600_000;
}

/** Hours to check with so that the oldest of the younger tasks is included: 168, 24, 1 or 0. */
export function moreYoungerHours(oldestLastRun: string, now: string): number {
  const age = oldestHours({ oldestLastRun }, now);
  return STEPS.find((hours) => hours <= age) ?? 0;
}

/** That there are no younger tasks either; null where there are some, and where that is not known. */
export function noneYounger({
  taskTypes,
  younger,
  sources,
}: Pick<Diagnosis, 'taskTypes' | 'younger' | 'sources'>): string | null {
  const none = taskTypes.length === 0 && younger?.length === 0 && hiddenRows(sources) === null;
  return none ? 'There are no younger ones either' : null;
}
