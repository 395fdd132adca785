/** What methods of models, managers and query sets do to rows. */
import type { CodePlace } from '../model';
import type { Model } from './models';
import {
  columnOf,
  CREATES,
  EITHER,
  keyOfRow,
  narrowed,
  ONE_ROW,
  RAISES,
  rowOf,
  stampedColumns,
  valueText,
} from './queries';
import { meet, State } from './state';
import { NOW, type KeyValue, type RowTrace } from './trace';
import { Tracer, type Frame } from './tracer';
import { keyOf, UNKNOWN, type Arguments, type Query, type Value } from './values';

export abstract class RowEffects extends Tracer {
  protected onRow(state: State, row: RowTrace, name: string, given: Arguments, place: CodePlace): Value {
    if (name === 'save' || name === 'asave') {
      const { saved, made } = stampedColumns(row.model);
      const fields = given.keywords.get('update_fields');
      const only = fields ? updateFields(row.model, fields) : undefined;
      state.save(row, saved, row.how === 'made' ? made : [], NOW, place, only);
    } else if (name === 'delete' || name === 'adelete') state.see(row, 'deleted');
    return UNKNOWN;
  }

  protected onQuery(state: State, query: Query, name: string, given: Arguments, frame: Frame, place: CodePlace): Value {
    if (CREATES.has(name)) return this.made(state, query.model, given, place, frame);
    if (EITHER.has(name)) return this.either(state, query, name, given, place, frame);
    const next = narrowed(query, name, given);
    if (next && ONE_ROW.has(name)) {
      const row = rowOf(next, 'found', place, frame.via);
      state.see(row, RAISES.has(name) ? 'there' : 'unsure');
      if (RAISES.has(name)) {
        const missing = new State(state);
        missing.see(row, 'missing');
        this.end(missing, 'DoesNotExist', place);
      }
      return { kind: 'row', row };
    }
    if (next) return next;
    if ((name === 'update' || name === 'aupdate') && query.by.size > 0) {
      this.update(state, rowOf(query, 'found', place, frame.via), given, place);
    } else if ((name === 'delete' || name === 'adelete') && query.by.size > 0) {
      state.see(rowOf(query, 'found', place, frame.via), 'deleted');
    }
    return UNKNOWN;
  }

  /** Of a query with conditions the row may not be one: then it stays as it is. */
  protected update(state: State, row: RowTrace, given: Arguments, place: CodePlace): void {
    if (!state.rows.has(row.key)) state.see(row, 'unsure');
    const unchanged = row.filters.length > 0 || row.isNarrowed ? new State(state) : undefined;
    for (const [keyword, value] of given.keywords) {
      const column = columnOf(row.model, keyword);
      if (column) state.assign(row, column, valueText(value), place);
    }
    state.save(row, [], [], NOW, place);
    const met = unchanged && meet([state, unchanged]);
    const after = met?.rows.get(row.key);
    if (after) state.rows.set(row.key, after);
  }

  protected made(state: State, model: Model, given: Arguments, place: CodePlace, frame: Frame): Value {
    const row = this.rowWith(model, given, 'made', place, frame);
    state.see(row, 'there');
    this.fill(state, row, given, place);
    const { saved, made } = stampedColumns(model);
    state.save(row, saved, made, NOW, place);
    return { kind: 'row', row };
  }

  /** `Model(a=1)`: a row that is made when it is saved. */
  protected async newRow(state: State, model: Model, given: Arguments, frame: Frame): Promise<Value> {
    const place = await this.place(frame.module, given.call.at);
    const row = this.rowWith(model, given, 'made', place, frame);
    this.fill(state, row, given, place);
    return { kind: 'row', row };
  }

  protected either(state: State, query: Query, name: string, given: Arguments, place: CodePlace, frame: Frame): Value {
    const defaults = given.keywords.get('defaults');
    const keys = new Map([...given.keywords].filter(([key]) => key !== 'defaults'));
    const next = narrowed(query, 'filter', { ...given, keywords: keys, positional: [] }) ?? query;
    const row = rowOf(next, 'either', place, frame.via);
    state.see(row, 'there');
    if (name.endsWith('update_or_create') && defaults?.kind === 'dict') {
      for (const [keyword, value] of defaults.entries) {
        const column = columnOf(query.model, keyword);
        if (column) state.assign(row, column, valueText(value), place);
      }
      state.save(row, stampedColumns(query.model).saved, [], NOW, place);
    }
    return { kind: 'list', items: [{ kind: 'row', row }, UNKNOWN] };
  }

  protected rowWith(model: Model, given: Arguments, how: RowTrace['how'], place: CodePlace, frame: Frame): RowTrace {
    const by = new Map<string, KeyValue>();
    for (const [keyword, value] of given.keywords) {
      const column = columnOf(model, keyword);
      const key = keyOf(value) ?? (value.kind === 'row' ? keyOfRow(value.row) : undefined);
      if (column && key) by.set(column, key);
    }
    return rowOf({ kind: 'query', model, by, filters: [], isNarrowed: given.hasMore }, how, place, frame.via);
  }

  protected fill(state: State, row: RowTrace, given: Arguments, place: CodePlace): void {
    for (const [keyword, value] of given.keywords) {
      const column = columnOf(row.model, keyword);
      if (column && !row.by.has(column)) state.assign(row, column, valueText(value), place);
    }
  }
}

function updateFields(model: Model, value: Value): ReadonlySet<string> | undefined {
  if (value.kind !== 'list') return new Set();
  const names = value.items.flatMap((item) => (item.kind === 'constant' ? [String(item.value)] : []));
  return new Set(names.map((name) => columnOf(model, name) ?? name));
}
