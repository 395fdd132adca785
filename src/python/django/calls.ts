/** Calls: functions of the workspace are followed, tasks are sent, Django's own functions are known. */
import type { Call, Expression, FunctionNode } from '../syntax/tree';
import { methodOf } from './methods';
import { queryOf } from './queries';
import { RowEffects } from './rowEffects';
import { meet, type State } from './state';
import type { Frame } from './tracer';
import { memberOfClass, partsOf, type Meaning, type ModuleTree } from './trees';
import { constant, isNow } from './constants';
import { constantValue, isNone, itemOf, keyOf, UNKNOWN, type Arguments, type Value } from './values';

const SAVES = /^a?(save|delete)$/;
const DEEPEST = 6;

export abstract class Calls extends RowEffects {
  protected async all(state: State, expressions: readonly Expression[], frame: Frame): Promise<Value[]> {
    const values: Value[] = [];
    for (const expression of expressions) values.push(await this.value(state, expression, frame));
    return values;
  }

  protected async call(state: State, call: Call, frame: Frame): Promise<Value> {
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

  protected async keywords(state: State, call: Call, frame: Frame): Promise<[string, Value][]> {
    const out: [string, Value][] = [];
    for (const spread of call.spread) {
      const value = await this.value(state, spread, frame);
      if (value.kind === 'dict') out.push(...value.entries);
    }
    for (const { name, value } of call.keywords) out.push([name, await this.value(state, value, frame)]);
    return out;
  }

  protected async spreadIsKnown(state: State, call: Call, frame: Frame): Promise<boolean> {
    for (const spread of call.spread) if ((await this.value(state, spread, frame)).kind !== 'dict') return false;
    return true;
  }

  /** `int(x)`, `str(x)` and the like lead where x leads. */
  protected plain(call: Call, { positional }: Arguments): Value {
    const name = partsOf(call.of)?.join('.') ?? '';
    const [first] = positional;
    return /^(int|str|UUID|uuid\.UUID|float)$/.test(name) &&
      first &&
      (first.kind === 'argument' || first.kind === 'column')
      ? first
      : UNKNOWN;
  }

  protected async method(
    state: State,
    { of, name }: Extract<Value, { kind: 'method' }>,
    given: Arguments,
    frame: Frame,
  ): Promise<Value> {
    const place = await this.place(frame.module, given.call.at);
    if (of.kind === 'argument' && name === 'get') return itemOf(of, given.positional[0] ?? UNKNOWN);
    if (of.kind === 'row') return this.onRow(state, of.row, name, given, place);
    if (of.kind === 'query') return this.onQuery(state, of, name, given, frame, place);
    return UNKNOWN;
  }

  /** Follows a function of the workspace with the values of this call. */
  protected async follow(
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

  protected async bind(
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

  protected async defaultOf(expression: Expression | undefined, module: ModuleTree): Promise<Value> {
    const known = await constant(this.on.trees, expression, module);
    return known === undefined ? UNKNOWN : constantValue(known);
  }

  protected async outside(state: State, meaning: Meaning, given: Arguments, frame: Frame): Promise<Value> {
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
        return this.onQuery(
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
  protected async sending(state: State, target: Value, call: Call, given: Arguments, frame: Frame): Promise<boolean> {
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
