import type { AboutRows, Diagnosis } from '../../../src/model/diagnosis';

/** Stuck rows that are alike in everything that can be asked for. Counted by hand, so to say: nothing here is the page's code. */
export interface Fact {
  readonly type: number;
  readonly name: string;
  readonly verdict: string;
  readonly cause: string;
  readonly confidence: string;
  readonly twin: boolean;
  /** -1: not known. */
  readonly bin: number;
  readonly rows: number;
}

/** All stuck rows of a Diagnosis as one flat list. */
export function factsOf({ taskTypes }: Diagnosis): Fact[] {
  const facts: Fact[] = [];
  for (const [type, { taskModule, taskName, outcomes, lastRuns, verdicts, count }] of taskTypes.entries()) {
    const name = `${taskModule}.${taskName}`;
    const row = { type, name, verdict: '', cause: 'none', confidence: '', twin: false, bin: -1 };
    if (outcomes)
      for (const outcome of outcomes)
        for (const bin of Object.keys(outcome.lastRuns))
          facts.push({
            ...row,
            verdict: outcome.verdict,
            cause: outcome.cause ?? 'none',
            confidence: outcome.confidence,
            twin: outcome.twin ?? false,
            bin: Number(bin),
            rows: outcome.lastRuns[Number(bin)]!,
          });
    else if (verdicts) for (const [verdict, rows] of Object.entries(verdicts)) facts.push({ ...row, verdict, rows });
    else if (lastRuns)
      for (const [bin, rows] of Object.entries(lastRuns)) facts.push({ ...row, bin: Number(bin), rows });
    else facts.push({ ...row, rows: count });
  }
  return facts;
}

export function rowsOf(facts: readonly Fact[], wanted: (fact: Fact) => boolean = () => true): number {
  let rows = 0;
  for (const fact of facts) if (wanted(fact)) rows += fact.rows;
  return rows;
}

/** Rows by what `key` says of them; kinds without rows are absent. */
export function rowsBy<Key>(
  facts: readonly Fact[],
  key: (fact: Fact) => Key,
  wanted: (fact: Fact) => boolean = () => true,
): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const fact of facts)
    if (wanted(fact) && fact.rows > 0) sums.set(key(fact), (sums.get(key(fact)) ?? 0) + fact.rows);
  return sums;
}

export function isAmong(about: AboutRows, fact: Fact): boolean {
  if (about.verdicts && !about.verdicts.some((verdict) => verdict === fact.verdict)) return false;
  if (about.causes && !about.causes.some((cause) => (cause ?? 'none') === fact.cause)) return false;
  if (about.proven !== undefined && about.proven !== (fact.confidence === 'proven')) return false;
  return about.twin === undefined || about.twin === fact.twin;
}
