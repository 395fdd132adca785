/** What the code of a task does to rows of Django's models, as data. */
import type { CodePlace } from '../model';
import type { Scalar } from './constants';
import type { Model } from './models';

/** Where the arguments of the task hold a value: the first place that is there counts, else the default. */
export interface ArgumentValue {
  readonly places: readonly string[];
  readonly default?: Scalar;
}

/** What leads to a row: a value of the arguments, a constant, or a column of another row. */
export type KeyValue =
  | ({ readonly kind: 'argument' } & ArgumentValue)
  | { readonly kind: 'constant'; readonly value: Scalar }
  | { readonly kind: 'column'; readonly row: RowTrace; readonly column: string };

/** A condition of a look-up on a column: `status='PENDING'`, `status__in=[...]`, `exclude(status='DONE')`. */
export interface Filter {
  readonly column: string;
  readonly is: boolean;
  /** One of these. */
  readonly values: readonly Scalar[];
}

/** A row that the code finds or makes. */
export interface RowTrace {
  readonly key: string;
  readonly model: Model;
  readonly by: ReadonlyMap<string, KeyValue>;
  readonly filters: readonly Filter[];
  /** `either`: get_or_create, update_or_create. */
  readonly how: 'found' | 'made' | 'either';
  /** The look-up had conditions that were not understood, or its manager leaves rows out. */
  readonly isNarrowed: boolean;
  readonly place: CodePlace;
  readonly via: readonly string[];
}

/**
 * What a column may hold at an end of the code. A constant is its JSON, `!` before it means anything else than it. `now`: the time of the
 * run. `other`: something that was not followed.
 */
export type ColumnValue = string;
export const NOW = 'now';
export const OTHER = 'other';
/** On some ways nothing wrote it. */
export const UNCHANGED = '?';

export interface ColumnTrace {
  readonly values: ReadonlySet<ColumnValue>;
  /** Those of the values that the code itself wrote. */
  readonly wrote: ReadonlySet<ColumnValue>;
  /** The code wrote it; otherwise a condition of the way says it. */
  readonly written: boolean;
  /** Where the code wrote it on some way. */
  readonly place: CodePlace | undefined;
  /** What was written, where it leads to a row or comes from the arguments, and is the same on every way. */
  readonly key?: KeyValue | undefined;
  /** What conditions said that it held before it was written, wherever it is; absent where they said nothing. */
  readonly before?: ReadonlySet<ColumnValue> | undefined;
  /** The model's own `save` or a receiver wrote it, whatever the task is about. */
  readonly isIncidental?: boolean;
}

/** How the run ends: a normal end, or the name of what was raised. */
export interface EndTrace {
  readonly raised: string | undefined;
  readonly place: CodePlace;
  /** By row, what is known of its columns here. */
  readonly rows: ReadonlyMap<string, RowAtEnd>;
  /** Places of arguments, joined by `|`, that a condition of this way found empty. */
  readonly empty: ReadonlySet<string>;
}

export interface RowAtEnd {
  readonly row: RowTrace;
  /** `missing`: the code looked for it by these keys alone and did not find it on this way. */
  readonly state: 'there' | 'missing' | 'deleted' | 'unsure';
  readonly deletedAt: CodePlace | undefined;
  readonly columns: ReadonlyMap<string, ColumnTrace>;
  /** Saved at least once on every way here. */
  readonly isSaved: boolean;
  /** Saved on some way here. */
  readonly isTouched: boolean;
}

/** A task that the code sends. */
export interface SentTask {
  readonly name: string;
  readonly positional: readonly (KeyValue | undefined)[];
  readonly keywords: ReadonlyMap<string, KeyValue | undefined>;
  readonly place: CodePlace;
  readonly via: readonly string[];
  /** On every way to a normal end. */
  readonly always: boolean;
  /** The model's own `save` or a receiver sends it. */
  readonly isIncidental: boolean;
}

export interface TaskTrace {
  readonly ends: readonly EndTrace[];
  readonly sent: readonly SentTask[];
  /** By row and column (`rowColumn`), every constant that the code writes on some way, whatever it writes later. */
  readonly everWritten: ReadonlyMap<string, ReadonlySet<ColumnValue>>;
  /** Places of the arguments that each sending must give, those of one parameter joined by `|`. */
  readonly required: readonly string[];
  /** It reads further values out of `**kwargs`. */
  readonly readsMore: boolean;
  /** What could not be followed, each once. */
  readonly unclear: readonly string[];
  /** An error takes back what the body wrote. */
  readonly isAtomic: boolean;
}

/** The key of a column in `TaskTrace.everWritten`. */
export function rowColumn(row: RowTrace, column: string): string {
  return `${row.key} ${column}`;
}
