/** What is known on one way through the code, and what is left of it where ways meet. */
import type { CodePlace } from '../model';
import { UNCHANGED, type ColumnTrace, type RowAtEnd, type RowTrace } from './trace';
import { isSame, UNKNOWN, type Value } from './values';

interface RowState {
  readonly row: RowTrace;
  state: RowAtEnd['state'];
  /** Assigned and not saved. */
  readonly pending: Map<string, ColumnTrace>;
  readonly columns: Map<string, ColumnTrace>;
  isSaved: boolean;
}

export class State {
  readonly names: Map<string, Value>;
  readonly rows: Map<string, RowState>;
  /** Numbers of the tasks that were sent on every way here. */
  readonly sent: Set<number>;

  constructor(from?: State) {
    this.names = new Map(from?.names);
    this.sent = new Set(from?.sent);
    this.rows = new Map(
      [...(from?.rows ?? [])].map(([key, row]) => [
        key,
        { ...row, pending: new Map(row.pending), columns: new Map(row.columns) },
      ]),
    );
  }

  /** The same with the names of another function. */
  within(names: ReadonlyMap<string, Value>): State {
    const inner = new State(this);
    inner.names.clear();
    for (const [name, value] of names) inner.names.set(name, value);
    return inner;
  }

  see(row: RowTrace, state: RowAtEnd['state']): void {
    const known = this.rows.get(row.key);
    if (known) known.state = state;
    else this.rows.set(row.key, { row, state, pending: new Map(), columns: new Map(), isSaved: false });
  }

  /** A value is assigned to a column; it counts when the row is saved. */
  assign(row: RowTrace, column: string, value: string, place: CodePlace): void {
    if (!this.rows.has(row.key)) this.see(row, 'there');
    this.rows.get(row.key)?.pending.set(column, { values: new Set([value]), written: true, place });
  }

  /** A save writes what was assigned. @param only the columns of `update_fields` */
  save(
    row: RowTrace,
    stamped: readonly string[],
    made: readonly string[],
    now: string,
    place: CodePlace,
    only?: ReadonlySet<string>,
  ): void {
    if (!this.rows.has(row.key)) this.see(row, 'there');
    const known = this.rows.get(row.key);
    if (!known) return;
    known.isSaved = true;
    for (const [column, trace] of known.pending) if (only?.has(column) ?? true) known.columns.set(column, trace);
    const times = [...stamped.filter((column) => only?.has(column) ?? true), ...made];
    for (const column of times) known.columns.set(column, { values: new Set([now]), written: true, place });
    if (!only) known.pending.clear();
  }

  /** A condition of the way says what a column holds. What the code wrote itself says more. */
  know(row: RowTrace, column: string, value: string): void {
    const known = this.rows.get(row.key);
    if (!known || known.columns.get(column)?.written === true || known.pending.has(column)) return;
    known.columns.set(column, { values: new Set([value]), written: false, place: undefined });
  }

  ends(): ReadonlyMap<string, RowAtEnd> {
    return new Map(
      [...this.rows].map(([key, { row, state, columns, isSaved }]) => [key, { row, state, columns, isSaved }]),
    );
  }
}

/** What holds on all of these ways; undefined where there is none. */
export function meet(ways: readonly (State | undefined)[]): State | undefined {
  const open = ways.filter((way) => way !== undefined);
  const [first, ...others] = open;
  if (!first) return undefined;
  if (others.length === 0) return first;
  const met = new State(first);
  for (const other of others) {
    meetNames(met, other);
    meetRows(met, other);
    for (const number of met.sent) if (!other.sent.has(number)) met.sent.delete(number);
  }
  return met;
}

function meetNames(met: State, other: State): void {
  for (const [name, value] of met.names) {
    const there = other.names.get(name);
    if (!there) met.names.set(name, value);
    else if (!isSame(value, there)) met.names.set(name, oneOfBoth(value, there));
  }
  for (const [name, value] of other.names) if (!met.names.has(name)) met.names.set(name, value);
}

/** `x = None` on one way and a row on the other: where it is used, it is the row. */
function oneOfBoth(a: Value, b: Value): Value {
  const isNone = (value: Value): boolean => value.kind === 'constant' && value.value === null;
  if (isNone(a)) return b;
  return isNone(b) ? a : UNKNOWN;
}

function meetRows(met: State, other: State): void {
  for (const [key, row] of met.rows) {
    const there = other.rows.get(key);
    if (!there) {
      // It was not looked for on the other way, so nothing was written to it there.
      meetColumns(row.columns, new Map());
      row.isSaved = false;
      if (row.row.how !== 'found') row.state = 'unsure';
      continue;
    }
    if (row.state !== there.state) row.state = 'unsure';
    row.isSaved &&= there.isSaved;
    meetColumns(row.columns, there.columns);
    meetColumns(row.pending, there.pending);
  }
  for (const [key, row] of other.rows)
    if (!met.rows.has(key))
      met.rows.set(key, {
        ...row,
        state: row.row.how === 'found' ? row.state : 'unsure',
        pending: new Map(row.pending),
        columns: unchangedOnOneWay(row.columns),
        isSaved: false,
      });
}

function meetColumns(mine: Map<string, ColumnTrace>, others: ReadonlyMap<string, ColumnTrace>): void {
  for (const [column, trace] of mine) {
    const other = others.get(column) ?? { values: new Set([UNCHANGED]), written: trace.written, place: undefined };
    mine.set(column, {
      values: new Set([...trace.values, ...other.values]),
      written: trace.written && other.written,
      place: trace.place ?? other.place,
    });
  }
  for (const [column, trace] of unchangedOnOneWay(others)) if (!mine.has(column)) mine.set(column, trace);
}

function unchangedOnOneWay(columns: ReadonlyMap<string, ColumnTrace>): Map<string, ColumnTrace> {
  return new Map(
    [...columns].map(([column, trace]) => [column, { ...trace, values: new Set([...trace.values, UNCHANGED]) }]),
  );
}
