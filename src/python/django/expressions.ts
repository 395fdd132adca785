/** What expressions stand for. */
import type { Call, ClassNode, Expression } from '../syntax/tree';
import type { Model } from './models';
import { Calls } from './calls';
import { constant, isNow } from './constants';
import { isProperty, methodOf } from './methods';
import { fieldNamed, keyOfRow, queryOf, rowOf } from './queries';
import { signalOf } from './signals';
import { State } from './state';
import type { KeyValue, RowTrace } from './trace';
import type { Frame } from './tracer';
import { partsOf, type Meaning, type Member, type ModuleTree } from './trees';
import { constantValue, isNone, itemOf, UNKNOWN, type Query, type Value } from './values';

export abstract class Expressions extends Calls {
  protected async value(state: State, expression: Expression, frame: Frame): Promise<Value> {
    switch (expression.kind) {
      case 'text':
        return expression.value === null ? { kind: 'some' } : constantValue(expression.value);
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
        if (of.kind === 'argument' && of.places[0] === 'kwargs') this.readsMore = true;
        return itemOf(of, index);
      }
      case 'call':
        return await this.call(state, expression, frame);
      case 'choice': {
        const { yes, no } = await this.condition(state, expression.test, frame);
        const then = yes ? await this.value(yes, expression.then, frame) : undefined;
        const otherwise = no ? await this.value(no, expression.otherwise, frame) : undefined;
        if (then?.kind === 'constant' && otherwise?.kind === 'constant')
          return { kind: 'oneOf', items: [then, otherwise] };
        // `int(x) if x else None` leads where x leads.
        if (then && (!otherwise || isNone(otherwise))) return then;
        return otherwise && (!then || isNone(then)) ? otherwise : UNKNOWN;
      }
      case 'or': {
        // `x or default`
        const left = await this.value(state, expression.left, frame);
        await this.value(state, expression.right, frame);
        return left.kind === 'argument' || left.kind === 'row' || left.kind === 'dict' ? left : UNKNOWN;
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

  protected async named(state: State, name: string, frame: Frame): Promise<Value> {
    const own = state.names.get(name);
    if (own) return own.kind === 'meaning' ? await this.meant(own.meaning) : own;
    const meaning = await this.on.trees.member(frame.module, name);
    return meaning ? await this.meant(meaning) : UNKNOWN;
  }

  protected async meant(meaning: Meaning): Promise<Value> {
    if (meaning.kind === 'function') return { ...meaning, self: undefined };
    if (meaning.kind === 'class') {
      const model = await this.on.models.of(meaning);
      return model ? { kind: 'model', model } : { kind: 'meaning', meaning };
    }
    const signal = await signalOf(this.on.trees, meaning);
    if (signal) return signal;
    if (meaning.kind === 'value') return await this.constantOf(meaning.value, meaning.module, []);
    const model = meaning.kind === 'outside' ? this.on.models.outside(meaning.parts) : undefined;
    return model ? { kind: 'model', model } : { kind: 'meaning', meaning };
  }

  private async constantOf(value: Expression, module: ModuleTree, owners: readonly ClassNode[]): Promise<Value> {
    const known = await constant(this.on.trees, value, module, owners);
    if (known !== undefined) return constantValue(known);
    // `User = get_user_model()`, `Model = apps.get_model('app', 'Model')`, `x = Class()` at the top of a module.
    if (value.kind !== 'call') return UNKNOWN;
    const nowhere: Frame = {
      module,
      node: { kind: 'function', name: '', parameters: [], decorators: [], body: [], at: 0 },
      via: [],
      owners: [],
      self: undefined,
      owner: undefined,
      returned: [],
    };
    const name = (partsOf(value.of) ?? []).at(-1) ?? '';
    return /^(get_user_model|get_model)$/.test(name) ? await this.call(new State(), value, nowhere) : UNKNOWN;
  }

  private async attribute(
    state: State,
    expression: Extract<Expression, { kind: 'attribute' }>,
    frame: Frame,
  ): Promise<Value> {
    const { name } = expression;
    if (name === 'now' && isNow(expression)) return { kind: 'method', of: UNKNOWN, name: 'now' };
    const of = await this.value(state, expression.of, frame);
    if (of.kind === 'model') return await this.ofModel(of.model, name);
    if (of.kind === 'row') return await this.ofRow(state, of.row, name, frame);
    if (of.kind === 'meaning') return await this.ofMeaning(of.meaning, name, frame);
    if (of.kind === 'object') {
      const own = state.attributes.get(attributeKey(of.id, name));
      if (own) return own;
      const found = await this.on.trees.memberWithBases(of.of, name);
      return found ? await this.ofMember(state, found, of, { kind: 'meaning', meaning: of.of }, frame) : UNKNOWN;
    }
    if (of.kind === 'super') {
      const found = await this.on.trees.memberWithBases(of.owner, name, true);
      if (found) return await this.ofMember(state, found, of.self, of.self ?? UNKNOWN, frame);
      return of.self ? { kind: 'method', of: of.self, name } : UNKNOWN;
    }
    return { kind: 'method', of, name };
  }

  /** A member of a class, reached through an object of it. */
  private async ofMember(
    state: State,
    { member, owner }: Member,
    object: Value | undefined,
    through: Value,
    frame: Frame,
  ): Promise<Value> {
    if (member.kind === 'function') {
      const method = methodOf(member, owner, { class: through, ...(object ? { object } : {}) });
      if (!object || !isProperty(member)) return method;
      const call: Call = { kind: 'call', of: NOTHING, positional: [], keywords: [], spread: [], at: 0 };
      return await this.follow(state, method, { call, positional: [], keywords: new Map(), hasMore: false }, frame);
    }
    if (member.kind === 'value')
      return await this.constantOf(member.value, owner.module, [owner.node, ...frame.owners]);
    return member.kind === 'class' ? { kind: 'meaning', meaning: member } : await this.meant(member);
  }

  /** `Model.objects`, `Model.Status`, `Model.a_classmethod`. */
  private async ofModel(model: Model, name: string): Promise<Value> {
    const through: Value = { kind: 'model', model };
    if (model.managers.has(name)) return queryOf(model, name);
    const found = model.class && (await this.on.trees.memberWithBases(model.class, name));
    if (!found) return { kind: 'method', of: through, name };
    const { member, owner } = found;
    if (member.kind === 'function') return methodOf(member, owner, { class: through });
    if (member.kind === 'value') return await this.constantOf(member.value, owner.module, [owner.node]);
    return member.kind === 'class' ? { kind: 'meaning', meaning: member } : UNKNOWN;
  }

  private async ofRow(state: State, row: RowTrace, name: string, frame: Frame): Promise<Value> {
    const { model } = row;
    const through: Value = { kind: 'row', row };
    if (name === '__class__') return { kind: 'model', model };
    const field = model.fields.get(name === 'pk' ? model.key : name);
    if (field?.to) {
      const assigned = state.rows.get(row.key)?.pending.get(field.column)?.key;
      const target = model.class && (await this.on.models.referred(field.to, model.class.module));
      const key = row.by.get(field.column) ?? assigned ?? { kind: 'column', row, column: field.column };
      return target ? behind(row, target, target.fields.get(target.key)?.column ?? 'id', key) : key;
    }
    const own = field ?? fieldNamed(model, name);
    if (own) return row.by.get(own.column) ?? { kind: 'column', row, column: own.column };
    const found = model.class && (await this.on.trees.memberWithBases(model.class, name));
    if (found) return await this.ofMember(state, found, through, { kind: 'model', model }, frame);
    const reverse = await this.on.models.reverse(model, name);
    if (!reverse) return { kind: 'method', of: through, name };
    const key = keyOfRow(row);
    if (reverse.field.type === 'OneToOneField' && key) return behind(row, reverse.model, reverse.field.column, key);
    return { ...queryOf(reverse.model, 'objects'), by: key ? new Map([[reverse.field.column, key]]) : new Map() };
  }

  private async ofMeaning(meaning: Meaning, name: string, frame: Frame): Promise<Value> {
    if (meaning.kind === 'module') {
      const found = await this.on.trees.inside(meaning, [name]);
      return found.kind === 'outside' ? UNKNOWN : await this.meant(found);
    }
    if (meaning.kind === 'class') {
      const through: Value = { kind: 'meaning', meaning };
      const found = await this.on.trees.memberWithBases(meaning, name);
      // `Status.DONE.value`
      if (!found) return { kind: 'method', of: through, name };
      const { member, owner } = found;
      if (member.kind === 'function') return methodOf(member, owner, { class: through });
      if (member.kind === 'value')
        return await this.constantOf(member.value, owner.module, [owner.node, ...frame.owners]);
      return await this.meant(member);
    }
    if (meaning.kind !== 'outside') return UNKNOWN;
    return await this.meant({ kind: 'outside', parts: [...meaning.parts, name] });
  }
}

const NOTHING: Expression = { kind: 'other', parts: [], at: 0 };

/** The name of an attribute of an object that is no row, in a state. */
export function attributeKey(object: number, name: string): string {
  return `${String(object)}.${name}`;
}

/** The row of another model that has this key. */
function behind(row: RowTrace, model: Model, column: string, key: KeyValue): Value {
  const query: Query = { kind: 'query', model, by: new Map([[column, key]]), filters: [], isNarrowed: false };
  return { kind: 'row', row: rowOf(query, 'found', row.place, row.via) };
}
