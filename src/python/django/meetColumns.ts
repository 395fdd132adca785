import { UNCHANGED, type ColumnTrace } from './trace';

const UNTOUCHED = { values: new Set([UNCHANGED]), wrote: new Set<string>(), place: undefined };

/** What the columns of a row may hold where two ways meet. @param mine takes what is left */
export function meetColumns(mine: Map<string, ColumnTrace>, others: ReadonlyMap<string, ColumnTrace>): void {
  for (const [column, trace] of mine) {
    const other = others.get(column) ?? { ...UNTOUCHED, written: trace.written };
    mine.set(column, {
      values: new Set([...trace.values, ...other.values]),
      wrote: new Set([...trace.wrote, ...other.wrote]),
      written: trace.written && other.written,
      place: trace.place ?? other.place,
      ...(trace.key && trace.key === other.key ? { key: trace.key } : {}),
      ...ofBoth(trace, other),
    });
  }
  for (const [column, trace] of unchangedOnOneWay(others)) if (!mine.has(column)) mine.set(column, trace);
}

export function unchangedOnOneWay(columns: ReadonlyMap<string, ColumnTrace>): Map<string, ColumnTrace> {
  return new Map(
    [...columns].map(([column, { values, wrote, written, place, before, isIncidental = false }]) => [
      column,
      { values: new Set([...values, UNCHANGED]), wrote, written, place, before, isIncidental },
    ]),
  );
}

/** How a column was written on two ways. Where only one wrote it, that one counts. */
function ofBoth(a: ColumnTrace, b: ColumnTrace): Pick<ColumnTrace, 'before' | 'isIncidental'> {
  const { before, isIncidental = false } = a.place ? a : b;
  if (!a.place || !b.place) return { before, isIncidental };
  return {
    before: a.before && b.before ? new Set([...a.before, ...b.before]) : undefined,
    isIncidental: isIncidental && (b.isIncidental ?? false),
  };
}
