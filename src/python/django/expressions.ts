/** What expressions stand for. */
import type { Expression } from '../syntax/tree';
import { Calls } from './calls';
import { constant, isNow } from './constants';
import { methodOf } from './methods';
import { fieldNamed, queryOf, rowOf } from './queries';
import { State } from './state';
import type { KeyValue, RowTrace } from './trace';
import type { Frame } from './tracer';
import { memberOfClass, partsOf, type Meaning } from './trees';
import { constantValue, isNone, itemOf, UNKNOWN, type Query, type Value } from './values';

export abstract class Expressions extends Calls {
  protected async value(state: State, expression: Expression, frame: Frame): Promise<Value> {
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
    if (meaning.kind === 'value') {
      const known = await constant(this.on.trees, meaning.value, meaning.module);
      return known === undefined ? UNKNOWN : constantValue(known);
    }
    const model = meaning.kind === 'outside' ? this.on.models.outside(meaning.parts) : undefined;
    return model ? { kind: 'model', model } : { kind: 'meaning', meaning };
  }

  protected async attribute(
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
  protected async inClass(
    owner: Extract<Meaning, { kind: 'class' }>,
    expression: Expression,
    member: Meaning,
  ): Promise<Value> {
    if (member.kind === 'class') return { kind: 'meaning', meaning: member };
    const parts = partsOf(expression);
    const last: Expression = { kind: 'name', name: parts?.at(-1) ?? '', at: expression.at };
    const known = await constant(this.on.trees, last, owner.module, [owner.node]);
    return known === undefined ? UNKNOWN : constantValue(known);
  }

  protected async ofRow(row: RowTrace, name: string): Promise<Value> {
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

  protected async ofMeaning(meaning: Meaning, name: string, frame: Frame): Promise<Value> {
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
        const known = await constant(this.on.trees, member.value, meaning.module, [meaning.node, ...frame.owners]);
        return known === undefined ? UNKNOWN : constantValue(known);
      }
      // `Status.DONE.value`
      return { kind: 'method', of: { kind: 'meaning', meaning }, name };
    }
    if (meaning.kind === 'outside')
      return { kind: 'meaning', meaning: { kind: 'outside', parts: [...meaning.parts, name] } };
    return UNKNOWN;
  }
}
