/** What is known on one way through the code, and what is left of it where ways meet. */
import type { CodePlace } from '../model';
import { meetColumns, unchangedOnOneWay } from './meetColumns';
import { NOW, type ColumnTrace, type EndTrace, type KeyValue, type RowAtEnd, type RowTrace } from './trace';
import { isSame, UNKNOWN, type Value } from './values';

interface RowState {
  readonly row: RowTrace;
  state: RowAtEnd['state'];
  deletedAt: CodePlace | undefined;
  /** Assigned and not saved. */
  readonly pending: Map<string, ColumnTrace>;
  readonly columns: Map<string, ColumnTrace>;
  readonly known: Map<string, ReadonlySet<string>>;
  isSaved: boolean;
  isTouched: boolean;
}

/** A column as code assigns it. */
export interface Assigned {
  /** One of these. */
  readonly values: readonly string[];
  readonly key?: KeyValue | undefined;
}

/** What a save does beside what was assigned. */
export interface Saved {
  /** Columns that Django stamps. */
  readonly stamped: readonly string[];
  readonly place: CodePlace;
  /** Columns of `update_fields`; absent: all. */
  readonly only?: ReadonlySet<string> | undefined;
}

/** Constants that one name may stand for. */
const MOST_VALUES = 8;
const STAMPED: ReadonlySet<string> = new Set([NOW]);

export class State {
  readonly names: Map<string, Value>;
  /** Attributes of objects that are no rows, by object and name. */
  readonly attributes: Map<string, Value>;
  readonly rows: Map<string, RowState>;
  /** Numbers of the tasks that were sent on every way here. */
  readonly sent: Set<number>;
  readonly empty: Set<string>;
  /** No way leads on from here: a function that was called always raises. */
  isOver = false;

  constructor(from?: State) {
    this.names = new Map(from?.names);
    this.attributes = new Map(from?.attributes);
    this.sent = new Set(from?.sent);
    this.empty = new Set(from?.empty);
    this.isOver = from?.isOver ?? false;
    this.rows = new Map([...(from?.rows ?? [])].map(([key, row]) => [key, copyOf(row)]));
  }

  /** The same with the names of another function. */
  within(names: ReadonlyMap<string, Value>): State {
    const inner = new State(this);
    inner.names.clear();
    for (const [name, value] of names) inner.names.set(name, value);
    return inner;
  }

  /** Takes over all but the names from a state behind a function. */
  goOn(from: State): void {
    this.rows.clear();
    for (const [key, row] of from.rows) this.rows.set(key, row);
    for (const [name, value] of from.attributes) this.attributes.set(name, value);
    for (const number of from.sent) this.sent.add(number);
    for (const place of from.empty) this.empty.add(place);
  }

  see(row: RowTrace, state: RowAtEnd['state'], deletedAt?: CodePlace): void {
    const known = this.rows.get(row.key);
    // What was deleted is not there again because something asks for it.
    if (known && known.state !== 'deleted') {
      known.state = state;
      known.deletedAt = deletedAt;
    } else if (!known) this.rows.set(row.key, { ...newRow(row), state, deletedAt });
  }

  /** A look-up finds the row, so that its conditions hold. */
  found(row: RowTrace): void {
    this.see(row, 'there');
    for (const { column, is, values } of row.filters)
      for (const value of is ? [values] : values.map((each) => [each]))
        this.know(row, column, new Set(value.map((each) => `${is ? '' : '!'}${JSON.stringify(each)}`)));
  }

  /** A look-up finds no row: there is none, or its one condition does not hold. */
  notFound(row: RowTrace): void {
    if (row.filters.length === 0 && !row.isNarrowed) {
      this.see(row, 'missing');
      return;
    }
    this.see(row, 'unsure');
    const [only, second] = row.filters;
    if (!only || second || row.isNarrowed) return;
    const { column, is, values } = only;
    if (!is) this.know(row, column, new Set(values.map((value) => JSON.stringify(value))));
    else if (values.length === 1) this.know(row, column, new Set([`!${JSON.stringify(values[0])}`]));
  }

  /** A value is assigned to a column; it counts when the row is saved. */
  assign(row: RowTrace, column: string, { values, key }: Assigned, place: CodePlace, isIncidental = false): void {
    const wrote = new Set(values);
    const trace = { values: wrote, wrote, written: true, place, key, isIncidental };
    this.seen(row).pending.set(column, trace);
  }

  /** A save writes what was assigned. */
  save(row: RowTrace, { stamped, place, only }: Saved): void {
    const known = this.seen(row);
    known.isSaved = true;
    known.isTouched = true;
    if (known.state === 'unsure') known.state = 'there';
    for (const [column, trace] of known.pending)
      if (only?.has(column) ?? true) known.columns.set(column, { ...trace, before: known.known.get(column) });
    for (const column of stamped)
      if (only?.has(column) ?? true)
        known.columns.set(column, { values: STAMPED, wrote: STAMPED, written: true, place });
    if (!only) known.pending.clear();
  }

  /** A condition of the way says what a column holds. What the code wrote itself says more. */
  know(row: RowTrace, column: string, values: ReadonlySet<string>): void {
    const known = this.rows.get(row.key);
    if (!known || known.columns.get(column)?.written === true || known.pending.has(column)) return;
    const before = known.known.get(column);
    // Of two conditions, the one that leaves fewer values says more.
    const isOne = before !== undefined && [...before].every((value) => !value.startsWith('!'));
    if (isOne && [...values].every((value) => value.startsWith('!'))) return;
    known.known.set(column, values);
    if (known.columns.get(column)?.place === undefined)
      known.columns.set(column, { values, wrote: new Set(), written: false, place: undefined });
  }

  end(raised: string | undefined, place: CodePlace): EndTrace {
    return { raised, place, rows: new Map(this.rows), empty: this.empty };
  }

  private seen(row: RowTrace): RowState {
    let known = this.rows.get(row.key);
    if (!known) this.rows.set(row.key, (known = newRow(row)));
    return known;
  }
}

function newRow(row: RowTrace): RowState {
  return {
    row,
    state: 'there',
    deletedAt: undefined,
    pending: new Map(),
    columns: new Map(),
    known: new Map(),
    isSaved: false,
    isTouched: false,
  };
}

function copyOf(row: RowState): RowState {
  return { ...row, pending: new Map(row.pending), columns: new Map(row.columns), known: new Map(row.known) };
}

/** What holds on all of these ways; undefined where there is none. */
export function meet(ways: readonly (State | undefined)[]): State | undefined {
  const open = ways.filter((way) => way !== undefined && !way.isOver);
  const [first, ...others] = open;
  if (!first) return undefined;
  if (others.length === 0) return first;
  const met = new State(first);
  for (const other of others) {
    if (!other) continue;
    meetNames(met.names, other.names);
    meetNames(met.attributes, other.attributes);
    meetRows(met, other);
    for (const number of met.sent) if (!other.sent.has(number)) met.sent.delete(number);
    for (const place of met.empty) if (!other.empty.has(place)) met.empty.delete(place);
  }
  return met;
}

function meetNames(met: Map<string, Value>, other: ReadonlyMap<string, Value>): void {
  for (const [name, value] of met) {
    const there = other.get(name);
    if (there && !isSame(value, there)) met.set(name, oneOfBoth(value, there));
  }
  for (const [name, value] of other) if (!met.has(name)) met.set(name, value);
}

/** `x = None` on one way and a row on the other: where it is used, it is the row. */
function oneOfBoth(a: Value, b: Value): Value {
  const isNone = (value: Value): boolean => value.kind === 'constant' && value.value === null;
  if (isNone(a) && b.kind !== 'constant') return b.kind === 'oneOf' ? UNKNOWN : b;
  if (isNone(b) && a.kind !== 'constant') return a.kind === 'oneOf' ? UNKNOWN : a;
  if (a.kind === 'query' && b.kind === 'query' && a.model.table === b.model.table && sameKeys(a.by, b.by))
    return { ...a, filters: [], isNarrowed: true };
  const items = [a, b].flatMap((value) => (value.kind === 'oneOf' ? value.items : [value]));
  const areConstant = items.every(({ kind }) => kind === 'constant' || kind === 'now');
  return areConstant && items.length < MOST_VALUES ? { kind: 'oneOf', items } : UNKNOWN;
}

/** Whether the same values lead to the rows of two queries. */
function sameKeys(a: ReadonlyMap<string, KeyValue>, b: ReadonlyMap<string, KeyValue>): boolean {
  return a.size === b.size && [...a].every(([column, key]) => isSame(key, b.get(column) ?? UNKNOWN));
}

function meetRows(met: State, other: State): void {
  for (const [key, row] of met.rows) {
    const there = other.rows.get(key);
    if (!there) {
      // It was not looked for on the other way, so nothing was written to it there.
      meetColumns(row.columns, new Map());
      row.known.clear();
      row.isSaved = false;
      if (row.row.how !== 'found' || row.state !== 'there') row.state = 'unsure';
      continue;
    }
    if (row.state !== there.state) row.state = 'unsure';
    row.isSaved &&= there.isSaved;
    row.isTouched ||= there.isTouched;
    meetColumns(row.columns, there.columns);
    meetColumns(row.pending, there.pending);
    for (const [column, values] of row.known) {
      const others = there.known.get(column);
      if (others) row.known.set(column, new Set([...values, ...others]));
      else row.known.delete(column);
    }
  }
  for (const [key, row] of other.rows)
    if (!met.rows.has(key))
      met.rows.set(key, {
        ...copyOf(row),
        state: row.row.how === 'found' && row.state === 'there' ? 'there' : 'unsure',
        columns: unchangedOnOneWay(row.columns),
        known: new Map(),
        isSaved: false,
      });
}
