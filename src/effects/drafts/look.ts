/** How a rule reaches a row that the code finds or makes: from the arguments alone, or by way of another row. */
import type { EffectRule } from '../../model/effectRule';
import type { Field } from '../../python/django/fields';
import type { Model } from '../../python/django/models';
import type { ArgumentValue, KeyValue, RowTrace } from '../../python/django/trace';

export interface Look extends Pick<EffectRule, 'table' | 'find' | 'fixed' | 'join'> {
  /** A column of the row as the rule writes it. */
  readonly column: (column: string) => string;
  /** The rule reaches one row at most. */
  readonly oneRow: boolean;
  /** The row has more keys than the rule can look for: another row may answer in its place. */
  readonly isPartial: boolean;
  /** Places in the arguments, each as one text: a run in which one of them is empty is none that the rule speaks of. */
  readonly places: readonly string[];
}

type Find = EffectRule['find'];

/** @param keys columns of the row and what leads to them */
export function lookOf(row: RowTrace, keys: ReadonlyMap<string, KeyValue> = row.by): Look | undefined {
  const given = [...keys];
  const byArgument = given.filter(([, key]) => key.kind === 'argument');
  const byColumn = given.filter(([, key]) => key.kind === 'column');
  if (byArgument.length > 0) return direct(row.model, keys, byColumn.length > 0);
  return byColumn.length > 0 ? joined(row, keys) : undefined;
}

function direct(model: Model, keys: ReadonlyMap<string, KeyValue>, isPartial: boolean): Look {
  const find: Record<string, Find[string]> = {};
  const fixed: Record<string, string | number | boolean> = {};
  const places: string[] = [];
  for (const [column, key] of keys) {
    if (key.kind === 'argument') {
      find[column] = argumentOf(key);
      places.push(key.places.join('|'));
    } else if (key.kind === 'constant' && key.value !== null) fixed[column] = key.value;
  }
  return {
    table: model.table,
    find,
    ...(Object.keys(fixed).length > 0 ? { fixed } : {}),
    column: (column) => column,
    oneRow: Object.keys(find).some((column) => fieldOf(model, column)?.unique === true),
    isPartial,
    places,
  };
}

/** The row behind another one: `invoice.owner`, `Line.objects.filter(invoice=invoice)`. */
function joined(row: RowTrace, keys: ReadonlyMap<string, KeyValue>): Look | undefined {
  const on: Record<string, string> = {};
  const where: Record<string, string | number | boolean> = {};
  let first: RowTrace | undefined;
  for (const [column, key] of keys) {
    if (key.kind === 'column') {
      if (first && first.key !== key.row.key) return undefined;
      first = key.row;
      on[column] = key.column;
    } else if (key.kind === 'constant' && key.value !== null) where[column] = key.value;
    else return undefined;
  }
  if (first?.how !== 'found') return undefined;
  const firstKeys = [...first.by.values()];
  if (firstKeys.length === 0 || firstKeys.some(({ kind }) => kind !== 'argument')) return undefined;
  const { table, find, oneRow, places } = direct(first.model, first.by, false);
  return {
    table,
    find,
    join: { table: row.model.table, on, ...(Object.keys(where).length > 0 ? { where } : {}) },
    column: (column) => `joined.${column}`,
    oneRow: oneRow && Object.keys(on).some((column) => fieldOf(row.model, column)?.unique === true),
    isPartial: first.filters.length > 0 || first.isNarrowed,
    places,
  };
}

export function argumentOf({ places, default: given }: ArgumentValue): Find[string] {
  const [only] = places;
  if (given !== undefined && given !== null) return { from: [...places], default: given };
  return places.length === 1 && only !== undefined ? only : [...places];
}

export function fieldOf({ fields }: Model, column: string): Field | undefined {
  return [...fields.values()].find((field) => field.column === column);
}

/** Columns for which the look-up itself gives one value. */
export function constantsOf({ filters }: RowTrace): [string, KeyValue][] {
  return filters.flatMap(({ column, is, values }): [string, KeyValue][] => {
    const [value] = values;
    return is && values.length === 1 && value !== undefined && value !== null
      ? [[column, { kind: 'constant', value }]]
      : [];
  });
}
