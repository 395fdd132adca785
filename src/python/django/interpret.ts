/** Follows the code of a task: which rows its arguments lead to, and what it writes into them on which ways. Nothing is run. */
import type { CodePlace } from '../model';
import type { Expression, FunctionNode, Statement } from '../syntax/tree';
import { constant } from './constants';
import { Conditions } from './conditions';
import { attributeKey } from './expressions';
import { fieldNamed, rowOf } from './queries';
import { meet, State } from './state';
import type { TaskTrace } from './trace';
import type { End, Frame, Interpreted } from './tracer';
import type { TaskTree } from './taskTree';
import { partsOf, type ModuleTree } from './trees';
import { constantValue, UNKNOWN, type Query, type Value } from './values';

/** Statements that are followed for one task at most. */
const MOST_STEPS = 6000;

/** A task's function, and how it is called. */
export type TracedTask = Pick<TaskTree, 'module' | 'node' | 'owners' | 'isBound' | 'isAtomic'>;

/** @throws Problem `cancelled` */
export async function traceTask(on: Interpreted, task: TracedTask): Promise<TaskTrace> {
  return await new Statements(on).task(task);
}

class Statements extends Conditions {
  private steps = 0;

  async task({ module, node, owners, isBound, isAtomic }: TracedTask): Promise<TaskTrace> {
    const owner = owners.at(-1);
    const object: Value | undefined = owner && this.object({ kind: 'class', module, node: owner });
    const names = await argumentsOf(this.on, module, node, isBound);
    const [first] = node.parameters;
    if (isBound && first && object) names.set(first.name, object);
    const returned: Frame['returned'] = [];
    const frame: Frame = {
      ...{ module, node, via: [], owners, self: object, returned },
      owner: owner && { kind: 'class', module, node: owner },
    };
    this.stack.push(node);
    const state = await this.block(new State().within(names), node.body, frame);
    const place = await this.place(module, node.at);
    for (const { state: at } of returned) this.end(at, undefined, place);
    if (state) this.end(state, undefined, place);
    return this.trace(isAtomic, requiredOf(node, names));
  }

  private trace(isAtomic: boolean, required: readonly string[]): TaskTrace {
    const well = this.ends.filter(({ trace }) => trace.raised === undefined);
    const sent = this.sent.map((task, number) => ({
      ...task,
      always: well.length > 0 && well.every(({ state }) => state.sent.has(number)),
    }));
    const { everWritten, readsMore } = this;
    const ends = this.ends.map(({ trace }) => trace);
    return { ends, sent, everWritten, required, readsMore, unclear: [...this.unclear], isAtomic };
  }

  protected get isFull(): boolean {
    return this.steps > MOST_STEPS / 2;
  }

  protected async block(state: State, statements: readonly Statement[], frame: Frame): Promise<State | undefined> {
    let now: State | undefined = state;
    for (const statement of statements) {
      if (!now || now.isOver) return undefined;
      if (++this.steps > MOST_STEPS) {
        this.unclear.add('The code is too long to follow.');
        return now;
      }
      now = await this.statement(now, statement, frame);
    }
    return now?.isOver === true ? undefined : now;
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
        this.end(state, raisedName(statement.value), await this.place(frame.module, statement.at));
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

  /** A handler runs after any part of the body: before it, behind it, or where it raised. */
  private async tries(
    state: State,
    statement: Extract<Statement, { kind: 'try' }>,
    frame: Frame,
  ): Promise<State | undefined> {
    const before = new State(state);
    const ended = this.ends.length;
    const body = await this.block(state, statement.body, frame);
    const behind = body && new State(body);
    const ways: (State | undefined)[] = [body && (await this.block(body, statement.otherwise, frame))];
    const raised = this.ends.splice(ended);
    const caught = (types: readonly Expression[]): End[] =>
      raised.filter(({ trace }) => trace.raised !== undefined && catches(types, trace.raised));
    // What no handler catches goes on its way.
    this.ends.push(...raised.filter((end) => !statement.handlers.some(({ types }) => caught(types).includes(end))));
    for (const { types, body: handler } of statement.handlers) {
      const there = caught(types).map(({ state: at }) => at);
      const isMissing = types.length > 0 && types.every((type) => partsOf(type)?.at(-1) === 'DoesNotExist');
      // \`DoesNotExist\` comes from a look-up, any other error from anywhere.
      const way = meet(isMissing && there.length > 0 ? there : [before, behind, ...there]);
      ways.push(way && (await this.block(new State(way), handler, frame)));
    }
    const met = meet(ways);
    return met && (await this.block(met, statement.last, frame));
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
    if (of.kind === 'object') state.attributes.set(attributeKey(of.id, target.name), value);
    if (of.kind !== 'row') return;
    const field = fieldNamed(of.row.model, target.name);
    if (field) this.assignTo(state, of.row, field.column, value, await this.place(frame.module, at));
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

/** What the parameters of a task stand for: places in its arguments. */
async function argumentsOf(
  { trees }: Interpreted,
  module: ModuleTree,
  { parameters }: FunctionNode,
  isBound: boolean,
): Promise<Map<string, Value>> {
  const names = new Map<string, Value>();
  let position = 0;
  for (const [index, { name, takes, default: fallback }] of parameters.entries()) {
    if (index === 0 && isBound) continue;
    if (takes === '*') names.set(name, UNKNOWN);
    // `kwargs.get('x')`, `kwargs['x']`
    else if (takes === '**') names.set(name, { kind: 'argument', places: ['kwargs'] });
    else {
      const places = takes === 'positional' ? [`args[${String(position)}]`, `kwargs.${name}`] : [`kwargs.${name}`];
      if (takes === 'positional') position += 1;
      const given = await constant(trees, fallback, module);
      names.set(name, { kind: 'argument', places, ...(given === undefined ? {} : { default: given }) });
    }
  }
  return names;
}

/** Places of the arguments without which the task cannot be sent. */
function requiredOf({ parameters }: FunctionNode, names: ReadonlyMap<string, Value>): string[] {
  return parameters.flatMap(({ name, takes, default: fallback }) => {
    const value = names.get(name);
    const isGiven = takes === 'positional' || takes === 'keyword';
    return isGiven && fallback === undefined && value?.kind === 'argument' ? [value.places.join('|')] : [];
  });
}
