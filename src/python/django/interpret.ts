/** Follows the code of a task: which rows its arguments lead to, and what it writes into them on which ways. Nothing is run. */
import type { CodePlace } from '../model';
import type { Expression, FunctionNode, Statement } from '../syntax/tree';
import { constant } from './constants';
import { Conditions } from './conditions';
import { fieldNamed, rowOf, valueText } from './queries';
import { meet, State } from './state';
import type { TaskTrace } from './trace';
import type { Frame, Interpreted } from './tracer';
import { partsOf, type ModuleTree } from './trees';
import { constantValue, UNKNOWN, type Query, type Value } from './values';

/** Statements that are followed for one task at most. */
const MOST_STEPS = 6000;

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
  return await new Statements(on).task(module, node, bound);
}

class Statements extends Conditions {
  private steps = 0;

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
      const given = await constant(this.on.trees, parameter.default, module);
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

  /** @returns the state behind the statements; undefined where no way leads there */
  protected async block(state: State, statements: readonly Statement[], frame: Frame): Promise<State | undefined> {
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

  protected async statement(state: State, statement: Statement, frame: Frame): Promise<State | undefined> {
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

  protected raise(state: State, name: string, place: CodePlace): void {
    this.end(state, name, place);
  }

  /** The body may run never or many times: what it writes is not written on every way. */
  protected async loop(
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

  protected anyOf(query: Query, place: CodePlace, frame: Frame): Value {
    return { kind: 'row', row: { ...rowOf({ ...query, isNarrowed: true }, 'made', place, frame.via), how: 'found' } };
  }

  /** A handler runs after any part of the body. */
  protected async tries(
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

  protected async assign(state: State, target: Expression, value: Value, frame: Frame, at: number): Promise<void> {
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
