import { taskTypeName } from '../../model/diagnosis';
import { VERDICTS, type Cause } from '../../model/verdict';
import { verdictShares } from '../../report/verdictText';
import type { Sort } from './viewState';
import type { SelectedType } from './select';

const NAMES = new Intl.Collator('en', { numeric: true });

export interface MainCause {
  /** Rows for which no cause is named, where these are more than those of any cause; else null. */
  readonly none: number | null;
  /** The cause that most rows have among those that are named; null where none is. */
  readonly named: { readonly cause: Cause; readonly count: number } | null;
}

/** What most of a type's rows have as their cause, which may be none; null where that was not looked at. */
export function mainCause({ outcomes }: SelectedType): MainCause | null {
  if (outcomes.length === 0) return null;
  const sums = new Map<Cause, number>();
  let none = 0;
  for (const { cause, count } of outcomes)
    if (cause) sums.set(cause, (sums.get(cause) ?? 0) + count);
    else none += count;
  let named: { cause: Cause; count: number } | null = null;
  for (const [cause, count] of sums) if (named === null || count > named.count) named = { cause, count };
  return { none: none > (named?.count ?? 0) ? none : null, named };
}

/** Sorted anew; equal ones stay in the Diagnosis's order, whichever way, and what has no value stands last. */
export function sortTypes(types: readonly SelectedType[], { column, descending }: Sort): readonly SelectedType[] {
  const key = KEYS[column];
  const sign = descending ? -1 : 1;
  return types
    .map((type) => ({ type, key: key(type) }))
    .sort((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return sign * compare(a.key, b.key);
    })
    .map(({ type }) => type);
}

type Key = number | string | null;

const KEYS: Readonly<Record<Sort['column'], (selected: SelectedType) => Key>> = {
  name: ({ type }) => taskTypeName(type),
  count: ({ count }) => count,
  hours: ({ type }) => type.maxHoursStuck,
  verdict: leadingVerdict,
  cause: (selected) => {
    const main = mainCause(selected);
    return main?.none === null ? (main.named?.cause ?? null) : null;
  },
};

/** By the verdict that most rows have, those with the greatest share of it first. */
function leadingVerdict({ verdicts }: SelectedType): number | null {
  const [first] = verdictShares(verdicts);
  return first ? VERDICTS.indexOf(first.verdict) + (1 - first.share) / 2 : null;
}

function compare(a: number | string, b: number | string): number {
  return typeof a === 'string' || typeof b === 'string' ? NAMES.compare(String(a), String(b)) : a - b;
}
