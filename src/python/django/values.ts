/** What an expression of a task stands for while its code is followed. */
import type { Call, FunctionNode } from '../syntax/tree';
import type { Scalar } from './constants';
import type { Model } from './models';
import type { Filter, KeyValue, RowTrace } from './trace';
import type { Meaning, ModuleTree } from './trees';

export type Value =
  | Extract<KeyValue, { kind: 'argument' | 'constant' | 'column' }>
  | { readonly kind: 'now' }
  | { readonly kind: 'row'; readonly row: RowTrace }
  | Query
  | { readonly kind: 'model'; readonly model: Model }
  | {
      readonly kind: 'function';
      readonly module: ModuleTree;
      readonly node: FunctionNode;
      readonly self: Value | undefined;
      /** The class that it is a method of. */
      readonly owner?: ClassMeaning | undefined;
    }
  | { readonly kind: 'meaning'; readonly meaning: Meaning }
  /** An object of a class that is no model, with a number of its own. */
  | { readonly kind: 'object'; readonly of: ClassMeaning; readonly id: number }
  /** `super()` in a method of `owner`. */
  | { readonly kind: 'super'; readonly self: Value | undefined; readonly owner: ClassMeaning }
  /** A signal of Django (`post_save`) or of the workspace. */
  | Signal
  /** `'A' if x else 'B'`: one of several constants. */
  | { readonly kind: 'oneOf'; readonly items: readonly Value[] }
  /** Something that is not None. */
  | { readonly kind: 'some' }
  /** `x.filter` before it is called. */
  | { readonly kind: 'method'; readonly of: Value; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'dict'; readonly entries: ReadonlyMap<string, Value> }
  | { readonly kind: 'unknown' };

export type ClassMeaning = Extract<Meaning, { kind: 'class' }>;

export interface Signal {
  readonly kind: 'signal';
  /** `post_save`, or the place where it is made. */
  readonly key: string;
  /** The names by which celery-task-manager's `execute_signal` finds it: `Emisor('module').signal('name')`. */
  readonly emisor?: { readonly module: string; readonly name: string };
}

/** A manager or a query set. */
export interface Query {
  readonly kind: 'query';
  readonly model: Model;
  readonly by: ReadonlyMap<string, KeyValue>;
  readonly filters: readonly Filter[];
  readonly isNarrowed: boolean;
}

export const UNKNOWN: Value = { kind: 'unknown' };

export function constantValue(value: Scalar): Value {
  return { kind: 'constant', value };
}

/** A value that can lead to a row, or fill a column that a rule looks for. */
export function keyOf(value: Value | undefined): KeyValue | undefined {
  // All of `**kwargs` is no value.
  if (value?.kind === 'argument' && value.places[0] === 'kwargs') return undefined;
  return value?.kind === 'argument' || value?.kind === 'constant' || value?.kind === 'column' ? value : undefined;
}

export function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'row' && b.kind === 'row') return a.row.key === b.row.key;
  if (a.kind === 'constant' && b.kind === 'constant') return a.value === b.value;
  if (a.kind === 'argument' && b.kind === 'argument') return a.places.join() === b.places.join();
  if (a.kind === 'object' && b.kind === 'object') return a.id === b.id;
  if (a.kind === 'function' && b.kind === 'function') return a.node === b.node;
  if (a.kind === 'model' && b.kind === 'model') return a.model.table === b.model.table;
  if (a.kind === 'column' && b.kind === 'column') return a.row.key === b.row.key && a.column === b.column;
  return a.kind === 'now' && b.kind === 'now';
}

/** The values of a call's arguments, as the interpreter found them. */
export interface Arguments {
  readonly call: Call;
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
  /** `*x` or `**x` that could not be followed. */
  readonly hasMore: boolean;
}

export function itemOf(of: Value, index: Value): Value {
  if (of.kind === 'argument' && index.kind === 'constant') {
    if (typeof index.value === 'string' && /^[A-Za-z_]\w{0,99}$/.test(index.value))
      return { kind: 'argument', places: of.places.map((place) => `${place}.${String(index.value)}`) };
    if (typeof index.value === 'number')
      return { kind: 'argument', places: of.places.map((place) => `${place}[${String(index.value)}]`) };
  }
  if (of.kind === 'list' && index.kind === 'constant' && typeof index.value === 'number')
    return of.items[index.value] ?? UNKNOWN;
  if (of.kind === 'dict' && index.kind === 'constant' && typeof index.value === 'string')
    return of.entries.get(index.value) ?? UNKNOWN;
  return UNKNOWN;
}

export function isNone(value: Value): boolean {
  return value.kind === 'constant' && value.value === null;
}

/** The value of a function whose ways give these. None beside one other value counts as that value. */
export function valueOfWays(values: readonly Value[]): Value {
  const [first, ...others] = values.filter((value) => !isNone(value));
  if (!first) return values.length > 0 ? constantValue(null) : UNKNOWN;
  if (first.kind === 'constant' && values.some(isNone)) return UNKNOWN;
  return others.every((other) => isSame(first, other)) ? first : UNKNOWN;
}
