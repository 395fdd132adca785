import type { Diagnosis } from '../../model/diagnosis';

/** A status that a person can look for, and what the latest check counted in it. */
export interface StatusCount {
  readonly status: string;
  /** Old enough to count as stuck. */
  readonly old: number;
  /** Not old enough yet; undefined where that was not counted. */
  readonly younger: number | undefined;
}

/**
 * The statuses that a check met, the most frequent first, and those that are asked for anyway.
 * @param diagnosis of the latest check; undefined: nothing is counted yet
 */
export function statusCounts(
  diagnosis: Pick<Diagnosis, 'taskTypes' | 'otherStatuses' | 'younger'> | undefined,
  asked: readonly string[],
): StatusCount[] {
  const old = new Map<string, number>();
  const add = (status: string, count: number): unknown => old.set(status, (old.get(status) ?? 0) + count);
  for (const { byStatus } of diagnosis?.taskTypes ?? [])
    for (const [status, count] of Object.entries(byStatus)) add(status, count);
  for (const { status, count } of diagnosis?.otherStatuses ?? []) add(status, count);
  const younger = new Map(diagnosis?.younger?.map(({ status, count }) => [status, count]));
  const statuses = new Set([...asked, ...old.keys(), ...younger.keys()]);
  return [...statuses]
    .map((status) => ({ status, old: old.get(status) ?? 0, younger: younger.get(status) }))
    .sort((a, b) => b.old + (b.younger ?? 0) - (a.old + (a.younger ?? 0)));
}
