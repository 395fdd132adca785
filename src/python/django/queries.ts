/** What the calls of Django's ORM do to a query: which row it leads to. Source: django/db/models/query.py (5.0). */
import type { CodePlace } from '../model';
import type { Field } from './fields';
import type { Model } from './models';
import type { Assigned } from './state';
import { NOW, OTHER, type Filter, type KeyValue, type RowTrace } from './trace';
import { keyOf, type Arguments, type Query, type Value } from './values';

/** Calls that leave the rows of a query what they are, and at most their order. */
const SAME = new Set([
  ...[
    'all',
    'select_related',
    'prefetch_related',
    'order_by',
    'using',
    'only',
    'defer',
    'select_for_update',
    'distinct',
  ],
  ...['reverse', 'annotate', 'alias', 'get_queryset', 'iterator'],
]);
/** Calls that give one row. */
export const ONE_ROW = new Set(['get', 'first', 'last', 'aget', 'afirst', 'alast', 'earliest', 'latest']);
/** Those that raise where there is none. */
export const RAISES = new Set(['get', 'aget', 'earliest', 'latest']);
export const CREATES = new Set(['create', 'acreate']);
export const EITHER = new Set(['get_or_create', 'update_or_create', 'aget_or_create', 'aupdate_or_create']);

export function queryOf(model: Model, manager: string): Query {
  return { kind: 'query', model, by: new Map(), filters: [], isNarrowed: model.narrowManagers.has(manager) };
}

/** The query after a call; undefined where the call is none that leads to rows. */
export function narrowed(query: Query, method: string, given: Arguments): Query | undefined {
  if (SAME.has(method)) return query;
  if (method === 'filter' || ONE_ROW.has(method)) return withKeywords(query, given);
  if (method === 'exclude') return without(query, given);
  return undefined;
}

function withKeywords(query: Query, given: Arguments): Query {
  const by = new Map(query.by);
  const filters = [...query.filters];
  let isNarrowed = query.isNarrowed || given.positional.length > 0 || given.hasMore;
  for (const [name, value] of given.keywords) {
    const filter = filterOf(query.model, name, value);
    const column = columnOf(query.model, name);
    const key = keyOf(value) ?? (value.kind === 'row' ? keyOfRow(value.row) : undefined);
    if (filter) filters.push(filter);
    else if (!column || !key) isNarrowed = true;
    else by.set(column, key);
  }
  return { ...query, by, filters, isNarrowed };
}

function without(query: Query, given: Arguments): Query {
  const [only] = given.keywords;
  const filter = only && filterOf(query.model, only[0], only[1]);
  if (given.keywords.size !== 1 || given.positional.length > 0 || given.hasMore || !filter)
    return { ...query, isNarrowed: true };
  return { ...query, filters: [...query.filters, { ...filter, is: !filter.is }] };
}

/** `status='PENDING'`, `status__in=['A', 'B']`, `sent_at__isnull=True`: undefined for what is no comparison with constants. */
function filterOf(model: Model, keyword: string, value: Value): Filter | undefined {
  const column = columnOf(model, keyword.replace(/__(in|isnull)$/, ''));
  if (!column) return undefined;
  if (keyword.endsWith('__isnull'))
    return value.kind === 'constant' ? { column, is: value.value === true, values: [null] } : undefined;
  if (keyword.endsWith('__in')) {
    if (value.kind !== 'list') return undefined;
    const values = value.items.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
    return values.length === value.items.length && values.length > 0 ? { column, is: true, values } : undefined;
  }
  return value.kind === 'constant' ? { column, is: true, values: [value.value] } : undefined;
}

/** The column that the keyword of a look-up names: `id`, `pk`, `user_id`, `user`, `user__id`, `status__exact`. */
export function columnOf(model: Model, keyword: string): string | undefined {
  const name =
    keyword === 'pk'
      ? model.key
      : keyword.replace(/__(exact|id|pk)$/, (_, part: string) => (part === 'exact' ? '' : `__${part}`));
  const own = fieldNamed(model, name);
  if (own) return own.column;
  const [first = '', last, ...more] = name.split('__');
  const field = model.fields.get(first);
  // The key of the row behind a foreign key is in the column itself.
  if (
    field &&
    (field.type === 'ForeignKey' || field.type === 'OneToOneField') &&
    more.length === 0 &&
    (last === 'id' || last === 'pk')
  )
    return field.column;
  return undefined;
}

/** A field by its name, or by that of its column. */
export function fieldNamed(model: Model, name: string): Field | undefined {
  return model.fields.get(name) ?? [...model.fields.values()].find(({ column }) => column === name);
}

/** What leads to the row that a foreign key is compared with: its primary key, if that is what it was found by. */
export function keyOfRow(row: RowTrace): KeyValue | undefined {
  const field = row.model.fields.get(row.model.key);
  const column = field?.column ?? 'id';
  const found = row.by.get(column);
  return found ?? { kind: 'column', row, column };
}

/** The row that a query leads to. */
export function rowOf(query: Query, how: RowTrace['how'], place: CodePlace, via: readonly string[]): RowTrace {
  return { ...query, key: rowKey(query, how, place), how, place, via };
}

/** Two look-ups of one row are one row; each made row is one of its own. */
function rowKey({ model, by }: Query, how: RowTrace['how'], place: CodePlace): string {
  const keys = [...by].map(([column, value]) => `${column}=${keyText(value)}`).sort();
  const own = how === 'made' || keys.length === 0 ? `@${String(place.line)}:${String(place.column)}` : '';
  return `${model.table}(${keys.join(',')})${own}`;
}

function keyText(value: KeyValue): string {
  if (value.kind === 'argument') return value.places.join('|');
  return value.kind === 'constant' ? JSON.stringify(value.value) : `${value.row.key}.${value.column}`;
}

/** The columns that Django fills itself: at every save, and when the row is made. */
export function stampedColumns(model: Model): { readonly saved: string[]; readonly made: string[] } {
  const of = (stamped: Field['stamped']): string[] =>
    [...model.fields.values()].filter((field) => field.stamped === stamped).map(({ column }) => column);
  return { saved: of('saved'), made: of('made') };
}

/** A value as a trace has it. */
export function assigned(value: Value): Assigned {
  const { kind } = value;
  if (kind === 'oneOf') return { values: [...new Set(value.items.flatMap((item) => assigned(item).values))] };
  if (kind === 'constant') return { values: [JSON.stringify(value.value)], key: value };
  if (kind === 'now') return { values: [NOW] };
  if (kind === 'row') return { values: ['!null'], key: keyOfRow(value.row) };
  if (kind === 'some' || kind === 'list' || kind === 'dict') return { values: ['!null'] };
  return { values: [OTHER], key: keyOf(value) };
}
