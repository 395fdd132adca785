/** Calls: functions of the workspace are followed, tasks and signals are sent, Django's own functions are known. */
import type { Call, Expression, FunctionNode } from '../syntax/tree';
import { constant, isNow } from './constants';
import { methodOf, type MethodValue } from './methods';
import { queryOf } from './queries';
import { RowEffects, type At } from './rowEffects';
import { isLibraryTask, sendingOf, sendingOfSignal, type Sending } from './sending';
import { meet, State } from './state';
import type { RowTrace } from './trace';
import type { Frame } from './tracer';
import { partsOf, type Meaning, type ModuleTree } from './trees';
import {
  constantValue,
  itemOf,
  UNKNOWN,
  valueOfWays,
  type Arguments,
  type ClassMeaning,
  type Signal,
  type Value,
} from './values';

/** Functions within functions that are followed. */
const DEEPEST = 12;
/** Runs of one receiver for one row that are followed: the code may save it on several ways. */
const MOST_RUNS = 4;
const SENDS = /^a?(delay|apply_async)(_on_commit)?$/;

export abstract class Calls extends RowEffects {
  /** How often each receiver was followed for a row. */
  private readonly fired = new Map<string, number>();

  protected async all(state: State, expressions: readonly Expression[], frame: Frame): Promise<Value[]> {
    const values: Value[] = [];
    for (const expression of expressions) values.push(await this.value(state, expression, frame));
    return values;
  }

  protected async call(state: State, call: Call, frame: Frame): Promise<Value> {
    if (isNow(call)) return { kind: 'now' };
    const { of } = call;
    if (of.kind === 'name' && of.name === 'super' && frame.owner)
      return { kind: 'super', self: frame.self, owner: frame.owner };
    const named = await this.attributeNamed(state, call, frame);
    if (named) return named;
    const owner = of.kind === 'attribute' && SENDS.test(of.name) ? await this.value(state, of.of, frame) : UNKNOWN;
    const target = owner.kind === 'function' ? owner : await this.value(state, of, frame);
    const given = await this.given(state, call, frame);
    const at: At = { place: await this.place(frame.module, call.at), frame };
    if (target.kind === 'function') {
      if (target === owner || isLibraryTask(target.node)) {
        const method =
          target === owner && of.kind === 'attribute' ? of.name.replace(/^a(?=delay|apply)|_on_commit$/g, '') : '';
        // Celery's own tasks leave no rows.
        if (isLibraryTask(target.node)) this.send(state, sendingOf(nameOf(target), method, given), at);
        return UNKNOWN;
      }
      return await this.follow(state, target, given, frame);
    }
    if (target.kind === 'method') return await this.method(state, target, given, at);
    if (target.kind === 'model') return this.newRow(state, target.model, given, at);
    if (target.kind === 'meaning') return await this.meaningCalled(state, target.meaning, given, at);
    return this.plain(call, given);
  }

  private async given(state: State, call: Call, frame: Frame): Promise<Arguments> {
    const keywords = new Map<string, Value>();
    let hasMore = false;
    for (const spread of call.spread) {
      const value = await this.value(state, spread, frame);
      if (value.kind === 'dict') for (const [name, each] of value.entries) keywords.set(name, each);
      else hasMore = true;
    }
    const positional = await this.all(state, call.positional, frame);
    for (const { name, value } of call.keywords) keywords.set(name, await this.value(state, value, frame));
    return { call, positional, keywords, hasMore };
  }

  /** `getattr(x, 'name', None)` */
  private async attributeNamed(state: State, call: Call, frame: Frame): Promise<Value | undefined> {
    const [of, name] = call.positional;
    if (call.of.kind !== 'name' || call.of.name !== 'getattr' || !of || name?.kind !== 'text' || name.value === null)
      return undefined;
    return await this.value(state, { kind: 'attribute', of, name: name.value, at: call.at }, frame);
  }

  /** `int(x)`, `str(x)` and the like lead where x leads. */
  private plain(call: Call, { positional }: Arguments): Value {
    const name = partsOf(call.of)?.join('.') ?? '';
    const [first] = positional;
    if (!/^(int|str|float|bool|len|UUID|uuid\.UUID)$/.test(name)) return UNKNOWN;
    const leads = first?.kind === 'argument' || first?.kind === 'column';
    return leads && name !== 'len' && name !== 'bool' ? first : { kind: 'some' };
  }

  private async method(
    state: State,
    { of, name }: Extract<Value, { kind: 'method' }>,
    given: Arguments,
    at: At,
  ): Promise<Value> {
    if (of.kind === 'argument' && of.places[0] === 'kwargs' && name === 'get') this.readsMore = true;
    if ((of.kind === 'argument' || of.kind === 'dict') && name === 'get')
      return itemOf(of, given.positional[0] ?? UNKNOWN);
    if (of.kind === 'row') return await this.onRow(state, of.row, name, given, at);
    if (of.kind === 'query') return await this.onQuery(state, of, name, given, at);
    if (of.kind === 'signal') return await this.signalled(state, of, name, given, at);
    if (name === 'send_task' && given.positional[0]?.kind === 'constant')
      this.send(state, sendingOf(String(given.positional[0].value), name, given), at);
    // `str` has methods that give texts.
    return /^(format|strip|lower|upper|replace|join|isoformat|strftime)$/.test(name) ? { kind: 'some' } : UNKNOWN;
  }

  /** Follows a function of the workspace with the values of this call. */
  protected async follow(state: State, target: MethodValue, given: Arguments, frame: Frame): Promise<Value> {
    const { node, module, self, owner } = target;
    if (this.stack.includes(node)) return UNKNOWN;
    if (this.stack.length > DEEPEST) {
      this.unclear.add('It calls functions too deeply to follow all of them.');
      return UNKNOWN;
    }
    const names = await this.bind(node, module, given, self);
    this.stack.push(node);
    const inner: Frame = {
      module,
      node,
      via: [...frame.via, node.name],
      owners: owner ? [owner.node] : [],
      self,
      owner,
      returned: [],
    };
    const after = await this.block(state.within(names), node.body, inner);
    this.stack.pop();
    const ways = [...inner.returned, ...(after ? [{ state: after, value: constantValue(null) }] : [])];
    const met = meet(ways.map((way) => way.state));
    if (!met) {
      // Every way through it raises.
      state.isOver = true;
      return UNKNOWN;
    }
    state.goOn(met);
    return valueOfWays(ways.map(({ value }) => value));
  }

  private async bind(
    node: FunctionNode,
    module: ModuleTree,
    given: Arguments,
    self: Value | undefined,
  ): Promise<Map<string, Value>> {
    const names = new Map<string, Value>();
    const values = self ? [self, ...given.positional] : [...given.positional];
    const known = new Set<string>();
    let index = 0;
    for (const { name, takes, default: fallback } of node.parameters) {
      if (takes === '*') names.set(name, { kind: 'list', items: values.slice(index) });
      if (takes === '*' || takes === '**') continue;
      const value = (takes === 'positional' ? values[index++] : undefined) ?? given.keywords.get(name);
      names.set(name, value ?? (given.hasMore ? UNKNOWN : await this.defaultOf(fallback, module)));
      known.add(name);
    }
    const rest = node.parameters.find(({ takes }) => takes === '**');
    if (rest) {
      const entries = new Map([...given.keywords].filter(([name]) => !known.has(name)));
      names.set(rest.name, given.hasMore ? UNKNOWN : { kind: 'dict', entries });
    }
    return names;
  }

  private async defaultOf(expression: Expression | undefined, module: ModuleTree): Promise<Value> {
    const known = await constant(this.on.trees, expression, module);
    return known === undefined ? UNKNOWN : constantValue(known);
  }

  private async meaningCalled(state: State, meaning: Meaning, given: Arguments, at: At): Promise<Value> {
    if (meaning.kind === 'class') return await this.newObject(state, meaning, given, at.frame);
    if (meaning.kind !== 'outside') return UNKNOWN;
    const name = meaning.parts.join('.');
    const [first, second] = given.positional;
    if (/(^|\.)(timezone|datetime)\.(now|utcnow)$/.test(name)) return { kind: 'now' };
    if (/(^|\.)get_object_or_404$/.test(name)) {
      const query =
        first?.kind === 'model' ? queryOf(first.model, 'objects') : first?.kind === 'query' ? first : undefined;
      if (query) return await this.onQuery(state, query, 'get', { ...given, positional: [] }, at);
    }
    if (/(^|\.)get_user_model$/.test(name)) {
      const model = this.on.models.outside(['auth', 'models', 'User']);
      if (model) return { kind: 'model', model };
    }
    if (/(^|\.)apps\.get_model$/.test(name) && first?.kind === 'constant') {
      const [app = '', model = ''] =
        second?.kind === 'constant' ? [String(first.value), String(second.value)] : String(first.value).split('.');
      const found = await this.on.models.inApp(app, model);
      if (found) return { kind: 'model', model: found };
    }
    return this.plain(given.call, given);
  }

  private async newObject(state: State, of: ClassMeaning, given: Arguments, frame: Frame): Promise<Value> {
    const object = this.object(of);
    const init = await this.on.trees.memberWithBases(of, '__init__');
    if (init?.member.kind === 'function') {
      const through = { object, class: { kind: 'meaning', meaning: of } as const };
      await this.follow(state, methodOf(init.member, init.owner, through), given, frame);
    }
    return object;
  }

  private send(state: State, sending: Sending, { place, frame }: At): void {
    state.sent.add(this.sent.length);
    this.sent.push({ ...sending, place, via: frame.via, isIncidental: this.isIncidental });
  }

  /** `signal.send(sender=X, instance=x)` runs the receivers here, `signal.delay(...)` in a task. */
  private async signalled(state: State, signal: Signal, name: string, given: Arguments, at: At): Promise<Value> {
    const instance = given.keywords.get('instance');
    const row = instance?.kind === 'row' ? instance.row : undefined;
    if (SENDS.test(name)) {
      const sending = row && sendingOfSignal(signal, row, row.model.class?.module.parts.join('.') ?? '');
      if (sending) this.send(state, sending, at);
    } else if (/^a?send(_robust)?$/.test(name)) {
      const sender = given.keywords.get('sender');
      const model = sender?.kind === 'model' ? sender.model : row?.model;
      for (const { node, module } of await this.on.receivers.of(signal.key, model))
        await this.received(state, { kind: 'function', node, module, self: undefined }, given, row, at);
    }
    return UNKNOWN;
  }

  protected async fire(state: State, signal: string, row: RowTrace, created: Value, at: At): Promise<void> {
    for (const { node, module } of await this.on.receivers.of(signal, row.model)) {
      const keywords = new Map<string, Value>([
        ['sender', { kind: 'model', model: row.model }],
        ['instance', { kind: 'row', row }],
        ['created', created],
      ]);
      const call: Call = {
        kind: 'call',
        of: { kind: 'name', name: signal, at: 0 },
        positional: [],
        keywords: [],
        spread: [],
        at: 0,
      };
      const given: Arguments = { call, positional: [], keywords, hasMore: false };
      await this.received(state, { kind: 'function', node, module, self: undefined }, given, row, at);
    }
  }

  /** A receiver may also not be connected, or raise: what it does is done on some ways. */
  private async received(
    state: State,
    receiver: MethodValue,
    given: Arguments,
    row: RowTrace | undefined,
    { frame }: At,
  ): Promise<void> {
    const once = `${receiver.module.file}:${String(receiver.node.at)}:${row?.key ?? ''}`;
    const times = this.fired.get(once) ?? 0;
    if (times >= MOST_RUNS || this.isFull) return;
    this.fired.set(once, times + 1);
    const aside = new State(state);
    const ended = this.ends.length;
    this.incidental += 1;
    await this.follow(aside, receiver, given, frame);
    this.incidental -= 1;
    this.ends.splice(ended);
    const met = meet([state, aside]);
    if (met && met !== state) {
      // A sending that is not sure is one all the same, and on this way.
      for (const number of aside.sent) met.sent.add(number);
      state.goOn(met);
    }
  }

  /** Whether so much was followed that receivers no longer are. */
  protected abstract readonly isFull: boolean;
}

/** The name of a task: the path of its module and its function. */
function nameOf({ module, node }: MethodValue): string {
  return `${module.parts.join('.')}.${node.name}`;
}
