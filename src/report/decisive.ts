import type { Evidence, Verification } from '../model/verdict';

/** Whether an observation is one that the verdict rests on. Nothing decides for `unknown`. */
export function isDecisive({ supports }: Pick<Evidence, 'supports'>, verdict: Verification['verdict']): boolean {
  return verdict !== 'unknown' && supports === verdict;
}

/** The observations of a row: what decided first, then what points elsewhere, then the rest, each in its order. */
export function decisiveFirst({ evidence, verdict }: Pick<Verification, 'evidence' | 'verdict'>): Evidence[] {
  const weight = (one: Evidence): number => (isDecisive(one, verdict) ? 0 : one.supports === undefined ? 2 : 1);
  return [...evidence].sort((a, b) => weight(a) - weight(b));
}
