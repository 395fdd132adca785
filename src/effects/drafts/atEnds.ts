/** What is known of one row at the ends of a task. */
import type { CodePlace } from '../../python/model';
import { NOW, OTHER, UNCHANGED, type RowAtEnd } from '../../python/django/trace';

export type Ends = readonly (RowAtEnd | undefined)[];

export interface ColumnAtEnds {
  readonly values: ReadonlySet<string>;
  /** The code wrote it, at every end. */
  readonly isWritten: boolean;
  /** Where it was written first; undefined where it never was. */
  readonly place: CodePlace | undefined;
  /** Only the model's own `save` or a receiver writes it. */
  readonly isIncidental: boolean;
}

/** What a column may hold at these ends. */
export function columnAt(ends: Ends, column: string): ColumnAtEnds {
  const values = new Set<string>();
  let isWritten = true;
  let place: CodePlace | undefined;
  let isIncidental = true;
  for (const end of ends) {
    const trace = end?.columns.get(column);
    isWritten &&= trace?.written ?? false;
    place ??= trace?.place;
    if (trace?.place !== undefined) isIncidental &&= trace.isIncidental ?? false;
    for (const value of trace?.values ?? [UNCHANGED]) values.add(value);
  }
  return { values, isWritten, place, isIncidental };
}

/** The columns whose values are known at one end or more. */
export function columnsAt(ends: Ends): ReadonlySet<string> {
  return new Set(ends.flatMap((end) => [...(end?.columns.keys() ?? [])]));
}

/** Whether a value of a trace is one constant, as JSON. */
export function isConstant(value: string): boolean {
  return value !== NOW && value !== OTHER && value !== UNCHANGED && !value.startsWith('!');
}
