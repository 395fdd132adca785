/** What methods of models, managers and query sets do to rows. */
import type { CodePlace } from '../model';
import type { Model } from './models';
import { columnOf, CREATES, EITHER, keyOfRow, narrowed, ONE_ROW, RAISES, rowOf, stampedColumns } from './queries';
import { meet, State } from './state';
import type { KeyValue, RowTrace } from './trace';
import { Tracer, type Frame } from './tracer';
import { constantValue, keyOf, UNKNOWN, type Arguments, type Query, type Value } from './values';

/** Where a call stands. */
export interface At {
  readonly place: CodePlace;
  readonly frame: Frame;
}

export abstract class RowEffects extends Tracer {
  /** Runs the receivers of one of Django's signals. */
  protected abstract fire(state: State, signal: string, row: RowTrace, created: Value, at: At): Promise<void>;

  protected async onRow(state: State, row: RowTrace, name: string, given: Arguments, at: At): Promise<Value> {
    if (name === 'save' || name === 'asave') {
      const fields = given.keywords.get('update_fields');
      await this.saved(state, row, at, fields && !isNone(fields) ? updateFields(row.model, fields) : undefined);
    } else if (name === 'delete' || name === 'adelete') {
      await this.fire(state, 'pre_delete', row, UNKNOWN, at);
      state.see(row, 'deleted', at.place);
      await this.fire(state, 'post_delete', row, UNKNOWN, at);
    }
    return UNKNOWN;
  }

  private async saved(state: State, row: RowTrace, at: At, only?: ReadonlySet<string>): Promise<void> {
    const { saved, made } = stampedColumns(row.model);
    const isNew = row.how === 'made' && state.rows.get(row.key)?.isSaved !== true;
    await this.fire(state, 'pre_save', row, UNKNOWN, at);
    state.save(row, { stamped: isNew ? [...saved, ...made] : saved, place: at.place, only });
    await this.fire(state, 'post_save', row, row.how === 'either' ? UNKNOWN : constantValue(isNew), at);
  }

  protected async onQuery(state: State, query: Query, name: string, given: Arguments, at: At): Promise<Value> {
    if (CREATES.has(name)) return await this.made(state, query, given, at);
    if (EITHER.has(name)) return await this.either(state, query, name, given, at);
    const { place, frame } = at;
    const next = narrowed(query, name, given);
    if (next && ONE_ROW.has(name)) {
      const row = rowOf(next, 'found', place, frame.via);
      if (!RAISES.has(name)) {
        if (!state.rows.has(row.key)) state.see(row, 'unsure');
        return { kind: 'row', row };
      }
      const missing = new State(state);
      missing.notFound(row);
      this.end(missing, 'DoesNotExist', place);
      state.found(row);
      return { kind: 'row', row };
    }
    if (next) return next;
    // Whether there are any is what a condition asks for.
    if (/^a?(exists|count)$/.test(name)) return query;
    if (/^a?bulk_(create|update)$/.test(name)) return this.bulk(state, name, given, place);
    if (query.by.size === 0) return UNKNOWN;
    if (/^a?update$/.test(name)) this.update(state, rowOf(query, 'found', place, frame.via), given, place);
    else if (/^a?delete$/.test(name) && query.filters.length === 0 && !query.isNarrowed)
      state.see(rowOf(query, 'found', place, frame.via), 'deleted', place);
    return UNKNOWN;
  }

  /** `bulk_create([Model(...), ...])` and `bulk_update(rows, ['status'])`: neither stamps what `save` stamps, but for new rows. */
  private bulk(state: State, name: string, given: Arguments, place: CodePlace): Value {
    const [rows, fields] = given.positional;
    for (const item of rows?.kind === 'list' ? rows.items : []) {
      if (item.kind !== 'row') continue;
      const { saved, made } = stampedColumns(item.row.model);
      if (name.endsWith('bulk_create')) state.save(item.row, { stamped: [...saved, ...made], place });
      else state.save(item.row, { stamped: [], place, only: updateFields(item.row.model, fields ?? UNKNOWN) });
    }
    return rows ?? UNKNOWN;
  }

  /** Of a query with conditions the row may not be one: then it stays as it is. */
  private update(state: State, row: RowTrace, given: Arguments, place: CodePlace): void {
    if (!state.rows.has(row.key)) state.see(row, 'unsure');
    const unchanged = row.filters.length > 0 || row.isNarrowed ? new State(state) : undefined;
    unchanged?.notFound(row);
    if (unchanged) state.found(row);
    for (const [keyword, value] of given.keywords) {
      const column = columnOf(row.model, keyword);
      if (column) this.assignTo(state, row, column, value, place);
    }
    state.save(row, { stamped: [], place });
    const after = unchanged && meet([state, unchanged])?.rows.get(row.key);
    if (after) state.rows.set(row.key, after);
  }

  private async made(state: State, query: Query, given: Arguments, at: At): Promise<Value> {
    const { hasMore, keywords } = given;
    const row = this.rowWith(query.model, keywords, query.by, hasMore, 'made', at);
    this.fill(state, row, keywords, at.place);
    await this.saved(state, row, at);
    return { kind: 'row', row };
  }

  /** `Model(a=1)`: a row that is made when it is saved. */
  protected newRow(state: State, model: Model, given: Arguments, at: At): Value {
    const row = this.rowWith(model, given.keywords, new Map(), given.hasMore, 'made', at);
    state.see(row, 'unsure');
    this.fill(state, row, given.keywords, at.place);
    return { kind: 'row', row };
  }

  private async either(state: State, query: Query, name: string, given: Arguments, at: At): Promise<Value> {
    const defaults = given.keywords.get('defaults');
    const keys = new Map([...given.keywords].filter(([key]) => key !== 'defaults'));
    const next = narrowed(query, 'filter', { ...given, keywords: keys, positional: [] }) ?? query;
    const row = rowOf(next, 'either', at.place, at.frame.via);
    // It is there afterwards, found or made.
    state.save(row, { stamped: [], place: at.place });
    if (name.endsWith('update_or_create')) {
      if (defaults?.kind === 'dict') this.fill(state, row, defaults.entries, at.place);
      await this.saved(state, row, at);
    } else await this.fire(state, 'post_save', row, UNKNOWN, at);
    return { kind: 'list', items: [{ kind: 'row', row }, UNKNOWN] };
  }

  private rowWith(
    model: Model,
    keywords: ReadonlyMap<string, Value>,
    given: ReadonlyMap<string, KeyValue>,
    isNarrowed: boolean,
    how: RowTrace['how'],
    { place, frame }: At,
  ): RowTrace {
    const by = new Map(given);
    for (const [keyword, value] of keywords) {
      const column = columnOf(model, keyword);
      const key = keyOf(value) ?? (value.kind === 'row' ? keyOfRow(value.row) : undefined);
      if (column && key) by.set(column, key);
    }
    return rowOf({ kind: 'query', model, by, filters: [], isNarrowed }, how, place, frame.via);
  }

  private fill(state: State, row: RowTrace, keywords: ReadonlyMap<string, Value>, place: CodePlace): void {
    for (const [keyword, value] of keywords) {
      const column = columnOf(row.model, keyword);
      if (column) this.assignTo(state, row, column, value, place);
    }
  }
}

function isNone(value: Value): boolean {
  return value.kind === 'constant' && value.value === null;
}

function updateFields(model: Model, value: Value): ReadonlySet<string> {
  if (value.kind !== 'list') return new Set();
  const names = value.items.flatMap((item) => (item.kind === 'constant' ? [String(item.value)] : []));
  return new Set(names.map((name) => columnOf(model, name) ?? name));
}
