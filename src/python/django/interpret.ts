/** Follows the code of a task: which rows its arguments lead to, and what it writes into them on which ways. Nothing is run. */
import { Lines } from '../lines';
import type { CodePlace } from '../model';
import type { Call, ClassNode, Expression, FunctionNode, Statement } from '../syntax/tree';
import { isNow, type Model, type Models } from './models';
import {
  columnOf,
  CREATES,
  EITHER,
  fieldNamed,
  keyOfRow,
  narrowed,
  ONE_ROW,
  queryOf,
  RAISES,
  rowOf,
  stampedColumns,
  valueText,
} from './queries';
import { meet, State } from './state';
import type { EndTrace, KeyValue, RowTrace, SentTask, TaskTrace } from './trace';
import { NOW } from './trace';
import { memberOfClass, partsOf, type Meaning, type ModuleTree, type Trees } from './trees';
import { constantValue, keyOf, UNKNOWN, type Arguments, type Query, type Value } from './values';

const SAVES = /^a?(save|delete)$/;
const DEEPEST = 6;
/** Statements that are followed for one task at most. */
const MOST_STEPS = 6000;

export interface Interpreted {
  readonly trees: Trees;
  readonly models: Models;
}

/**
 * @param self whether Celery gives the function itself first (`bind=True`)
 * @throws Problem `cancelled`
 */
export async function traceTask(
  on: Interpreted,
  module: ModuleTree,
  node: FunctionNode,
  bound: boolean,
): Promise<TaskTrace> {
  return await new Tracer(on).task(module, node, bound);
}

/** A function that is being followed. */
interface Frame {
  readonly module: ModuleTree;
  readonly node: FunctionNode;
  readonly via: readonly string[];
  /** Classes around the function, for names of constants. */
  readonly owners: readonly ClassNode[];
  /** Imports and functions inside functions. */
  readonly local: Map<string, Value>;
  readonly returned: { readonly state: State; readonly value: Value }[];
}

/** The ways on which a condition holds and does not. */
interface Ways {
  readonly yes: State | undefined;
  readonly no: State | undefined;
}

class Tracer {
  private readonly ends: EndTrace[] = [];
  private readonly sent: Omit<SentTask, 'always'>[] = [];
  private readonly unclear = new Set<string>();
  private readonly lines = new Map<string, Lines>();
  private steps = 0;
  private readonly stack: FunctionNode[] = [];
  /** Numbers of tasks that were sent, at each normal end. */
  private readonly sentAtEnds: ReadonlySet<number>[] = [];

  constructor(private readonly on: Interpreted) {}

  async task(module: ModuleTree, node: FunctionNode, bound: boolean): Promise<TaskTrace> {
    const names = new Map<string, Value>();
    let position = 0;
    for (const [index, parameter] of node.parameters.entries()) {
      if (index === 0 && bound) continue;
      if (parameter.takes === '*' || parameter.takes === '**') {
        names.set(parameter.name, UNKNOWN);
        continue;
      }
      const places = [
        ...(parameter.takes === 'positional' ? [`args[${String(position)}]`] : []),
        `kwargs.${parameter.name}`,
      ];
      if (parameter.takes === 'positional') position += 1;
      const given = await this.on.models.constant(parameter.default, module);
      const value: Value = { kind: 'argument', places, ...(given === undefined ? {} : { default: given }) };
      names.set(parameter.name, value);
    }
    const frame = this.frame(module, node, [], []);
    this.stack.push(node);
    const state = await this.block(new State().within(names), node.body, frame);
    for (const { state: at } of frame.returned) this.end(at, undefined, await this.place(module, node.at));
    if (state) this.end(state, undefined, await this.place(module, node.at));
    const sent = this.sent.map((task, number) => ({
      ...task,
      always: this.sentAtEnds.length > 0 && this.sentAtEnds.every((numbers) => numbers.has(number)),
    }));
    return { ends: this.ends, sent, unclear: [...this.unclear] };
  }

  private frame(module: ModuleTree, node: FunctionNode, via: readonly string[], owners: readonly ClassNode[]): Frame {
    return { module, node, via, owners, local: new Map(), returned: [] };
  }

  private end(state: State, raised: string | undefined, place: CodePlace): void {
    this.ends.push({ raised, place, rows: state.ends() });
    if (raised === undefined) this.sentAtEnds.push(new Set(state.sent));
  }

  private async place(module: ModuleTree, at: number): Promise<CodePlace> {
    let lines = this.lines.get(module.file);
    if (!lines) this.lines.set(module.file, (lines = new Lines(await this.on.trees.text(module.file))));
    return { file: module.file, ...lines.at(at) };
  }

  /** @returns the state behind the statements; undefined where no way leads there */
  private async block(state: State, statements: readonly Statement[], frame: Frame): Promise<State | undefined> {
    let now: State | undefined = state;
    for (const statement of statements) {
      if (!now) return undefined;
      if (++this.steps > MOST_STEPS) {
        this.unclear.add('The code is too long to follow.');
        return now;
      }
      now = await this.statement(now, statement, frame);
    }
    return now;
  }

  private async statement(state: State, statement: Statement, frame: Frame): Promise<State | undefined> {
    switch (statement.kind) {
      case 'expression':
        await this.value(state, statement.value, frame);
        return state;
      case 'assign': {
        const value = await this.value(state, statement.value, frame);
        for (const target of statement.targets) await this.assign(state, target, value, frame, statement.at);
        return state;
      }
      case 'update': {
        await this.value(state, statement.value, frame);
        await this.assign(state, statement.target, UNKNOWN, frame, statement.at);
        return state;
      }
      case 'return': {
        const value = statement.value ? await this.value(state, statement.value, frame) : constantValue(null);
        frame.returned.push({ state, value });
        return undefined;
      }
      case 'raise':
        if (statement.value?.kind === 'call') await this.value(state, statement.value, frame);
        this.raise(state, raisedName(statement.value), await this.place(frame.module, statement.at));
        return undefined;
      case 'if': {
        const ends: (State | undefined)[] = [];
        let open: State | undefined = state;
        for (const { test, body } of statement.branches) {
          if (!open) break;
          const ways = await this.condition(open, test, frame);
          ends.push(ways.yes && (await this.block(ways.yes, body, frame)));
          open = ways.no;
        }
        ends.push(open && (await this.block(open, statement.otherwise, frame)));
        return meet(ends);
      }
      case 'loop':
        return await this.loop(state, statement, frame);
      case 'try':
        return await this.tries(state, statement, frame);
      case 'with':
        for (const { value, as } of statement.items) {
          const opened = await this.value(state, value, frame);
          if (as) await this.assign(state, as, opened.kind === 'row' ? opened : UNKNOWN, frame, statement.at);
        }
        return await this.block(state, statement.body, frame);
      case 'match': {
        await this.value(state, statement.of, frame);
        const ends: (State | undefined)[] = [state];
        for (const body of statement.cases) ends.push(await this.block(new State(state), body, frame));
        return meet(ends);
      }
      case 'function':
        state.names.set(statement.name, { kind: 'function', module: frame.module, node: statement, self: undefined });
        return state;
      case 'class':
        return state;
      case 'import':
        for (const name of statement.names) {
          const meaning = await this.on.trees.imported(frame.module, name);
          state.names.set(name.as, { kind: 'meaning', meaning });
        }
        return state;
      case 'break':
      case 'continue':
      case 'pass':
        return state;
      case 'other':
        for (const part of statement.parts) await this.value(state, part, frame);
        return state;
    }
  }

  private raise(state: State, name: string, place: CodePlace): void {
    this.end(state, name, place);
  }

  /** The body may run never or many times: what it writes is not written on every way. */
  private async loop(
    state: State,
    statement: Extract<Statement, { kind: 'loop' }>,
    frame: Frame,
  ): Promise<State | undefined> {
    const over = await this.value(state, statement.over, frame);
    const inside = new State(state);
    for (const target of statement.targets) {
      // A row of a query that the arguments do not lead to alone.
      const row =
        over.kind === 'query' && statement.targets.length === 1
          ? this.anyOf(over, await this.place(frame.module, statement.at), frame)
          : UNKNOWN;
      await this.assign(inside, target, row, frame, statement.at);
    }
    const after = await this.block(inside, statement.body, frame);
    const met = meet([state, after]);
    return met && (await this.block(met, statement.otherwise, frame));
  }

  private anyOf(query: Query, place: CodePlace, frame: Frame): Value {
    return { kind: 'row', row: { ...rowOf({ ...query, isNarrowed: true }, 'made', place, frame.via), how: 'found' } };
  }

  /** A handler runs after any part of the body. */
  private async tries(
    state: State,
    statement: Extract<Statement, { kind: 'try' }>,
    frame: Frame,
  ): Promise<State | undefined> {
    const before = new State(state);
    const ended = this.ends.length;
    const body = await this.block(state, statement.body, frame);
    // What the body raised itself, a handler may have caught.
    const raised = this.ends.splice(ended).filter((end) => {
      if (end.raised === undefined) return true;
      return !statement.handlers.some((handler) => catches(handler.types, end.raised ?? ''));
    });
    this.ends.push(...raised);
    const ways: (State | undefined)[] = [body && (await this.block(body, statement.otherwise, frame))];
    for (const handler of statement.handlers) {
      const way = new State(before);
      const missing = handler.types.some((type) => partsOf(type)?.at(-1) === 'DoesNotExist');
      if (missing)
        for (const row of state.rows.values()) if (!before.rows.has(row.row.key)) way.see(row.row, 'missing');
      ways.push(await this.block(way, handler.body, frame));
    }
    const met = meet(ways);
    return met && (await this.block(met, statement.last, frame));
  }

  /** Both ways of a condition, with what each says of rows. */
  private async condition(state: State, test: Expression, frame: Frame): Promise<Ways> {
    if (test.kind === 'not') {
      const { yes, no } = await this.condition(state, test.of, frame);
      return { yes: no, no: yes };
    }
    if (test.kind === 'and' || test.kind === 'or') {
      const first = await this.condition(state, test.left, frame);
      const open = test.kind === 'and' ? first.yes : first.no;
      const second = open ? await this.condition(open, test.right, frame) : { yes: undefined, no: undefined };
      return test.kind === 'and'
        ? { yes: second.yes, no: meet([first.no, second.no]) }
        : { yes: meet([first.yes, second.yes]), no: second.no };
    }
    if (test.kind === 'compare') return await this.compare(state, test, frame);
    const value = await this.value(state, test, frame);
    if (value.kind === 'constant') return value.value ? { yes: state, no: undefined } : { yes: undefined, no: state };
    const yes = new State(state);
    const no = new State(state);
    if (value.kind === 'row') this.whetherThere(value.row, yes, no);
    if (value.kind === 'column' && fieldIs(value, 'BooleanField')) {
      yes.know(value.row, value.column, 'true');
      no.know(value.row, value.column, 'false');
    }
    return { yes, no };
  }

  private async compare(state: State, test: Extract<Expression, { kind: 'compare' }>, frame: Frame): Promise<Ways> {
    const left = await this.value(state, test.left, frame);
    const right = await this.value(state, test.right, frame);
    const yes = new State(state);
    const no = new State(state);
    const equal = test.op === '==' || test.op === 'is';
    const [same, other] = equal ? [yes, no] : [no, yes];
    if (!equal && test.op !== '!=' && test.op !== 'is not') return { yes, no };
    if (left.kind === 'row' && right.kind === 'constant' && right.value === null) {
      this.whetherThere(left.row, other, same);
    } else if (left.kind === 'column' && right.kind === 'constant') {
      same.know(left.row, left.column, JSON.stringify(right.value));
      other.know(left.row, left.column, `!${JSON.stringify(right.value)}`);
    }
    return { yes, no };
  }

  private whetherThere(row: RowTrace, there: State, not: State): void {
    if (row.how !== 'found') return;
    there.see(row, 'there');
    not.see(row, 'missing');
  }

  private async assign(state: State, target: Expression, value: Value, frame: Frame, at: number): Promise<void> {
    if (target.kind === 'name') {
      state.names.set(target.name, value);
      return;
    }
    if (target.kind === 'list') {
      for (const [index, item] of target.items.entries())
        await this.assign(state, item, value.kind === 'list' ? (value.items[index] ?? UNKNOWN) : UNKNOWN, frame, at);
      return;
    }
    if (target.kind !== 'attribute') return;
    const of = await this.value(state, target.of, frame);
    if (of.kind !== 'row') return;
    const field = fieldNamed(of.row.model, target.name);
    if (field) state.assign(of.row, field.column, valueText(value), await this.place(frame.module, at));
  }

  private async value(state: State, expression: Expression, frame: Frame): Promise<Value> {
    switch (expression.kind) {
      case 'text':
        return expression.value === null ? UNKNOWN : constantValue(expression.value);
      case 'number':
      case 'constant':
        return constantValue(expression.value);
      case 'name':
        return await this.named(state, expression.name, frame);
      case 'walrus': {
        const value = await this.value(state, expression.value, frame);
        state.names.set(expression.name, value);
        return value;
      }
      case 'attribute':
        return await this.attribute(state, expression, frame);
      case 'item': {
        const of = await this.value(state, expression.of, frame);
        const index = expression.index ? await this.value(state, expression.index, frame) : UNKNOWN;
        return itemOf(of, index);
      }
      case 'call':
        return await this.call(state, expression, frame);
      case 'choice': {
        const { yes, no } = await this.condition(state, expression.test, frame);
        const then = yes ? await this.value(yes, expression.then, frame) : undefined;
        const otherwise = no ? await this.value(no, expression.otherwise, frame) : undefined;
        // `int(x) if x else None` leads where x leads.
        if (then && (!otherwise || isNone(otherwise))) return then;
        return otherwise && (!then || isNone(then)) ? otherwise : UNKNOWN;
      }
      case 'or': {
        // `x or default`
        const left = await this.value(state, expression.left, frame);
        await this.value(state, expression.right, frame);
        return left.kind === 'argument' || left.kind === 'row' ? left : UNKNOWN;
      }
      case 'and':
      case 'compare':
      case 'not':
        if (expression.kind === 'not') await this.value(state, expression.of, frame);
        else {
          await this.value(state, expression.left, frame);
          await this.value(state, expression.right, frame);
        }
        return UNKNOWN;
      case 'list':
        return { kind: 'list', items: await this.all(state, expression.items, frame) };
      case 'dict': {
        const entries = new Map<string, Value>();
        for (const { key, value } of expression.entries) {
          const read = await this.value(state, value, frame);
          if (key?.kind === 'text' && key.value !== null) entries.set(key.value, read);
        }
        return { kind: 'dict', entries };
      }
      case 'later': {
        // It may run never, so what it does is lost with its state.
        const aside = new State(state);
        await this.all(aside, expression.parts, frame);
        return UNKNOWN;
      }
      case 'other':
        await this.all(state, expression.parts, frame);
        return UNKNOWN;
    }
  }

  private async all(state: State, expressions: readonly Expression[], frame: Frame): Promise<Value[]> {
    const values: Value[] = [];
    for (const expression of expressions) values.push(await this.value(state, expression, frame));
    return values;
  }

  private async named(state: State, name: string, frame: Frame): Promise<Value> {
    const own = state.names.get(name);
    if (own) return own.kind === 'meaning' ? await this.meant(own.meaning) : own;
    const meaning = await this.on.trees.member(frame.module, name);
    return meaning ? await this.meant(meaning) : UNKNOWN;
  }

  private async meant(meaning: Meaning): Promise<Value> {
    if (meaning.kind === 'function') return { ...meaning, self: undefined };
    if (meaning.kind === 'class') {
      const model = await this.on.models.of(meaning);
      return model ? { kind: 'model', model } : { kind: 'meaning', meaning };
    }
    if (meaning.kind === 'value') {
      const constant = await this.on.models.constant(meaning.value, meaning.module);
      return constant === undefined ? UNKNOWN : constantValue(constant);
    }
    const model = meaning.kind === 'outside' ? this.on.models.outside(meaning.parts) : undefined;
    return model ? { kind: 'model', model } : { kind: 'meaning', meaning };
  }

  private async attribute(
    state: State,
    expression: Extract<Expression, { kind: 'attribute' }>,
    frame: Frame,
  ): Promise<Value> {
    const { name } = expression;
    if (name === 'now' && isNow(expression)) return { kind: 'method', of: UNKNOWN, name: 'now' };
    const of = await this.value(state, expression.of, frame);
    if (of.kind === 'model') {
      if (of.model.managers.has(name)) return queryOf(of.model, name);
      const owner = of.model.class;
      const member = owner && memberOfClass(owner, name);
      if (member?.kind === 'function') return methodOf(member, undefined, of);
      if (owner && member) return await this.inClass(owner, expression, member);
      return { kind: 'method', of, name };
    }
    if (of.kind === 'row') return await this.ofRow(of.row, name);
    if (of.kind === 'query') return { kind: 'method', of, name };
    if (of.kind === 'object') {
      const member = memberOfClass(of.of, name);
      if (member?.kind === 'function') return methodOf(member, of, { kind: 'meaning', meaning: of.of });
      return member ? await this.meant(member) : UNKNOWN;
    }
    if (of.kind === 'meaning') return await this.ofMeaning(of.meaning, name, frame);
    return { kind: 'method', of, name };
  }

  /** `Status.DONE` of a model: a constant, or a class of them. */
  private async inClass(
    owner: Extract<Meaning, { kind: 'class' }>,
    expression: Expression,
    member: Meaning,
  ): Promise<Value> {
    if (member.kind === 'class') return { kind: 'meaning', meaning: member };
    const parts = partsOf(expression);
    const last: Expression = { kind: 'name', name: parts?.at(-1) ?? '', at: expression.at };
    const constant = await this.on.models.constant(last, owner.module, [owner.node]);
    return constant === undefined ? UNKNOWN : constantValue(constant);
  }

  private async ofRow(row: RowTrace, name: string): Promise<Value> {
    const { model } = row;
    const field = model.fields.get(name === 'pk' ? model.key : name);
    if (field?.to) {
      const target = model.class && (await this.on.models.referred(field.to, model.class.module));
      if (!target) return { kind: 'column', row, column: field.column };
      const key = target.fields.get(target.key)?.column ?? 'id';
      const by = new Map<string, KeyValue>([
        [key, row.by.get(field.column) ?? { kind: 'column', row, column: field.column }],
      ]);
      const query: Query = { kind: 'query', model: target, by, filters: [], isNarrowed: false };
      return { kind: 'row', row: rowOf(query, 'found', row.place, row.via) };
    }
    if (field) return row.by.get(field.column) ?? { kind: 'column', row, column: field.column };
    const column = fieldNamed(model, name);
    if (column) return row.by.get(column.column) ?? { kind: 'column', row, column: column.column };
    const member = model.class && memberOfClass(model.class, name);
    if (member?.kind === 'function') return methodOf(member, { kind: 'row', row }, { kind: 'model', model });
    if (member?.kind === 'class') return { kind: 'meaning', meaning: member };
    return { kind: 'method', of: { kind: 'row', row }, name };
  }

  private async ofMeaning(meaning: Meaning, name: string, frame: Frame): Promise<Value> {
    if (meaning.kind === 'module') {
      const found = await this.on.trees.imported(meaning.module, {
        as: name,
        parts: [...meaning.module.parts, name],
        level: 0,
      });
      return found.kind === 'outside' ? UNKNOWN : await this.meant(found);
    }
    if (meaning.kind === 'class') {
      const member = memberOfClass(meaning, name);
      if (member?.kind === 'function') return methodOf(member, undefined, { kind: 'meaning', meaning });
      if (member?.kind === 'class') return { kind: 'meaning', meaning: member };
      if (member?.kind === 'value') {
        const constant = await this.on.models.constant(member.value, meaning.module, [meaning.node, ...frame.owners]);
        return constant === undefined ? UNKNOWN : constantValue(constant);
      }
      // `Status.DONE.value`
      return { kind: 'method', of: { kind: 'meaning', meaning }, name };
    }
    if (meaning.kind === 'outside')
      return { kind: 'meaning', meaning: { kind: 'outside', parts: [...meaning.parts, name] } };
    return UNKNOWN;
  }

  private async call(state: State, call: Call, frame: Frame): Promise<Value> {
    if (isNow(call)) return { kind: 'now' };
    const target = await this.value(state, call.of, frame);
    const given: Arguments = {
      call,
      positional: await this.all(state, call.positional, frame),
      keywords: new Map(await this.keywords(state, call, frame)),
      hasMore: call.spread.length > 0 && !(await this.spreadIsKnown(state, call, frame)),
    };
    const sent = await this.sending(state, target, call, given, frame);
    if (sent) return UNKNOWN;
    if (target.kind === 'method') return await this.method(state, target, given, frame);
    if (target.kind === 'function') {
      const value = await this.follow(state, target, given, frame);
      // A `save` of the model's own calls Django's.
      if (target.self?.kind === 'row' && SAVES.test(target.node.name))
        return this.onRow(state, target.self.row, target.node.name, given, await this.place(frame.module, call.at));
      return value;
    }
    if (target.kind === 'model') return await this.newRow(state, target.model, given, frame);
    if (target.kind === 'meaning') return await this.outside(state, target.meaning, given, frame);
    return this.plain(call, given);
  }

  private async keywords(state: State, call: Call, frame: Frame): Promise<[string, Value][]> {
    const out: [string, Value][] = [];
    for (const spread of call.spread) {
      const value = await this.value(state, spread, frame);
      if (value.kind === 'dict') out.push(...value.entries);
    }
    for (const { name, value } of call.keywords) out.push([name, await this.value(state, value, frame)]);
    return out;
  }

  private async spreadIsKnown(state: State, call: Call, frame: Frame): Promise<boolean> {
    for (const spread of call.spread) if ((await this.value(state, spread, frame)).kind !== 'dict') return false;
    return true;
  }

  /** `int(x)`, `str(x)` and the like lead where x leads. */
  private plain(call: Call, { positional }: Arguments): Value {
    const name = partsOf(call.of)?.join('.') ?? '';
    const [first] = positional;
    return /^(int|str|UUID|uuid\.UUID|float)$/.test(name) &&
      first &&
      (first.kind === 'argument' || first.kind === 'column')
      ? first
      : UNKNOWN;
  }

  private async method(
    state: State,
    { of, name }: Extract<Value, { kind: 'method' }>,
    given: Arguments,
    frame: Frame,
  ): Promise<Value> {
    const place = await this.place(frame.module, given.call.at);
    if (of.kind === 'argument' && name === 'get') return itemOf(of, given.positional[0] ?? UNKNOWN);
    if (of.kind === 'row') return this.onRow(state, of.row, name, given, place);
    if (of.kind === 'query') return await this.onQuery(state, of, name, given, frame, place);
    return UNKNOWN;
  }

  private onRow(state: State, row: RowTrace, name: string, given: Arguments, place: CodePlace): Value {
    if (name === 'save' || name === 'asave') {
      const { saved, made } = stampedColumns(row.model);
      const fields = given.keywords.get('update_fields');
      const only = fields ? updateFields(row.model, fields) : undefined;
      state.save(row, saved, row.how === 'made' ? made : [], NOW, place, only);
    } else if (name === 'delete' || name === 'adelete') state.see(row, 'deleted');
    return UNKNOWN;
  }

  private async onQuery(
    state: State,
    query: Query,
    name: string,
    given: Arguments,
    frame: Frame,
    place: CodePlace,
  ): Promise<Value> {
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
  private update(state: State, row: RowTrace, given: Arguments, place: CodePlace): void {
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

  private made(state: State, model: Model, given: Arguments, place: CodePlace, frame: Frame): Value {
    const row = this.rowWith(model, given, 'made', place, frame);
    state.see(row, 'there');
    this.fill(state, row, given, place);
    const { saved, made } = stampedColumns(model);
    state.save(row, saved, made, NOW, place);
    return { kind: 'row', row };
  }

  /** `Model(a=1)`: a row that is made when it is saved. */
  private async newRow(state: State, model: Model, given: Arguments, frame: Frame): Promise<Value> {
    const place = await this.place(frame.module, given.call.at);
    const row = this.rowWith(model, given, 'made', place, frame);
    this.fill(state, row, given, place);
    return { kind: 'row', row };
  }

  private either(state: State, query: Query, name: string, given: Arguments, place: CodePlace, frame: Frame): Value {
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

  private rowWith(model: Model, given: Arguments, how: RowTrace['how'], place: CodePlace, frame: Frame): RowTrace {
    const by = new Map<string, KeyValue>();
    for (const [keyword, value] of given.keywords) {
      const column = columnOf(model, keyword);
      const key = keyOf(value) ?? (value.kind === 'row' ? keyOfRow(value.row) : undefined);
      if (column && key) by.set(column, key);
    }
    return rowOf({ kind: 'query', model, by, filters: [], isNarrowed: given.hasMore }, how, place, frame.via);
  }

  private fill(state: State, row: RowTrace, given: Arguments, place: CodePlace): void {
    for (const [keyword, value] of given.keywords) {
      const column = columnOf(row.model, keyword);
      if (column && !row.by.has(column)) state.assign(row, column, valueText(value), place);
    }
  }

  /** Follows a function of the workspace with the values of this call. */
  private async follow(
    state: State,
    target: Extract<Value, { kind: 'function' }>,
    given: Arguments,
    frame: Frame,
  ): Promise<Value> {
    const { node, module, self } = target;
    if (this.stack.includes(node)) return UNKNOWN;
    if (this.stack.length > DEEPEST) {
      this.unclear.add('It calls functions too deeply to follow all of them.');
      return UNKNOWN;
    }
    const names = await this.bind(node, module, given, self);
    if (!names) {
      this.unclear.add(`The arguments of ${node.name} could not be followed.`);
      return UNKNOWN;
    }
    this.stack.push(node);
    const inner = this.frame(module, node, [...frame.via, node.name], frame.owners);
    const after = await this.block(state.within(names), node.body, inner);
    this.stack.pop();
    const ways = [...inner.returned, ...(after ? [{ state: after, value: constantValue(null) }] : [])];
    const met = meet(ways.map((way) => way.state));
    if (!met) {
      // Every way through it raises.
      state.rows.clear();
      return UNKNOWN;
    }
    state.rows.clear();
    for (const [key, row] of met.rows) state.rows.set(key, row);
    for (const number of met.sent) state.sent.add(number);
    return valueOfWays(ways.map(({ value }) => value));
  }

  private async bind(
    node: FunctionNode,
    module: ModuleTree,
    given: Arguments,
    self: Value | undefined,
  ): Promise<Map<string, Value> | undefined> {
    const names = new Map<string, Value>();
    const values = self ? [self, ...given.positional] : [...given.positional];
    const positional = node.parameters.filter(({ takes }) => takes === 'positional');
    for (const [index, parameter] of positional.entries()) {
      const value = values[index] ?? given.keywords.get(parameter.name);
      names.set(parameter.name, value ?? (await this.defaultOf(parameter.default, module)));
    }
    for (const { name, takes, default: fallback } of node.parameters) {
      if (takes === 'keyword') names.set(name, given.keywords.get(name) ?? (await this.defaultOf(fallback, module)));
      else if (takes !== 'positional') names.set(name, UNKNOWN);
    }
    return names;
  }

  private async defaultOf(expression: Expression | undefined, module: ModuleTree): Promise<Value> {
    const constant = await this.on.models.constant(expression, module);
    return constant === undefined ? UNKNOWN : constantValue(constant);
  }

  private async outside(state: State, meaning: Meaning, given: Arguments, frame: Frame): Promise<Value> {
    if (meaning.kind === 'class') {
      const init = memberOfClass(meaning, '__init__');
      const made: Value = { kind: 'object', of: meaning };
      if (init?.kind === 'function') await this.follow(state, methodOf(init, made, undefined), given, frame);
      return made;
    }
    if (meaning.kind !== 'outside') return UNKNOWN;
    const name = meaning.parts.join('.');
    const [first, second] = given.positional;
    if (/(^|\.)get_object_or_404$/.test(name)) {
      const query =
        first?.kind === 'model' ? queryOf(first.model, 'objects') : first?.kind === 'query' ? first : undefined;
      if (query)
        return await this.onQuery(
          state,
          query,
          'get',
          { ...given, positional: [] },
          frame,
          await this.place(frame.module, given.call.at),
        );
    }
    if (/(^|\.)apps\.get_model$/.test(name) && first?.kind === 'constant') {
      const [app = '', model = ''] =
        second?.kind === 'constant' ? [String(first.value), String(second.value)] : String(first.value).split('.');
      const found = await this.on.models.inApp(app, model);
      if (found) return { kind: 'model', model: found };
    }
    return this.plain(given.call, given);
  }

  /** `task.delay(...)`, `task.apply_async(...)`, and a call of a `@task` of celery-task-manager itself. */
  private async sending(state: State, target: Value, call: Call, given: Arguments, frame: Frame): Promise<boolean> {
    const method = call.of.kind === 'attribute' ? call.of.name : '';
    const owner = call.of.kind === 'attribute' ? await this.value(state, call.of.of, frame) : UNKNOWN;
    const task =
      (method === 'delay' || method === 'apply_async') && owner.kind === 'function'
        ? owner
        : target.kind === 'function' && isSentByCall(target.node)
          ? target
          : undefined;
    if (!task) return false;
    const number = this.sent.length;
    const args = method === 'apply_async' ? (given.keywords.get('args') ?? given.positional[0]) : undefined;
    const kwargs = method === 'apply_async' ? (given.keywords.get('kwargs') ?? given.positional[1]) : undefined;
    this.sent.push({
      name: `${task.module.parts.join('.')}.${task.node.name}`,
      positional: (method === 'apply_async' ? (args?.kind === 'list' ? args.items : []) : given.positional).map(
        (value) => keyOf(value),
      ),
      keywords: new Map(
        [
          ...(method === 'apply_async'
            ? kwargs?.kind === 'dict'
              ? kwargs.entries
              : new Map<string, Value>()
            : given.keywords),
        ].map(([name, value]) => [name, keyOf(value)]),
      ),
      place: await this.place(frame.module, call.at),
      via: frame.via,
    });
    state.sent.add(number);
    return true;
  }
}

/** The decorator of celery-task-manager makes a call of the function send the task (`task_manager/django/decorators.py`, 1.11.4). */
function isSentByCall({ decorators }: FunctionNode): boolean {
  return decorators.some((decorator) => {
    const parts = partsOf(decorator.kind === 'call' ? decorator.of : decorator);
    return parts?.length === 1 && parts[0] === 'task';
  });
}

/** A function of a class as it is reached: through an object, or through the class. */
function methodOf(
  member: Extract<Meaning, { kind: 'function' }>,
  object: Value | undefined,
  owner: Value | undefined,
): Extract<Value, { kind: 'function' }> {
  const is = (name: string): boolean => member.node.decorators.some((decorator) => partsOf(decorator)?.at(-1) === name);
  return { ...member, self: is('staticmethod') ? undefined : is('classmethod') ? owner : object };
}

function itemOf(of: Value, index: Value): Value {
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

function isNone(value: Value): boolean {
  return value.kind === 'constant' && value.value === null;
}

function valueOfWays(values: readonly Value[]): Value {
  const [first, ...others] = values.filter((value) => !isNone(value));
  if (!first) return values.length > 0 ? constantValue(null) : UNKNOWN;
  const same = others.every(
    (other) =>
      other.kind === first.kind &&
      JSON.stringify(keyOf(other)?.kind) === JSON.stringify(keyOf(first)?.kind) &&
      sameRow(first, other),
  );
  return same ? first : UNKNOWN;
}

function sameRow(a: Value, b: Value): boolean {
  return a.kind === 'row' && b.kind === 'row' ? a.row.key === b.row.key : a === b;
}

function raisedName(value: Expression | undefined): string {
  if (!value) return 'Exception';
  const parts = partsOf(value.kind === 'call' ? value.of : value);
  return parts?.at(-1) ?? 'Exception';
}

function catches(types: readonly Expression[], raised: string): boolean {
  if (types.length === 0) return true;
  return types.some((type) => {
    const name = partsOf(type)?.at(-1) ?? '';
    return name === raised || name === 'Exception' || name === 'BaseException';
  });
}

function fieldIs({ row, column }: Extract<Value, { kind: 'column' }>, type: string): boolean {
  return fieldNamed(row.model, column)?.type === type;
}

function updateFields(model: Model, value: Value): ReadonlySet<string> | undefined {
  if (value.kind !== 'list') return new Set();
  const names = value.items.flatMap((item) => (item.kind === 'constant' ? [String(item.value)] : []));
  return new Set(names.map((name) => columnOf(model, name) ?? name));
}
