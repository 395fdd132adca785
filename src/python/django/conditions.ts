/** Conditions: what each of their ways says of rows and arguments. */
import type { Expression } from '../syntax/tree';
import { Expressions } from './expressions';
import { fieldNamed, rowOf } from './queries';
import { meet, State } from './state';
import type { RowTrace } from './trace';
import type { Frame, Ways } from './tracer';
import type { Value } from './values';

/** A value of these is false only where it is null. */
const NEVER_FALSE = /^(Date|DateTime|Time|UUID)Field$|^ForeignKey$|^OneToOneField$/;

export abstract class Conditions extends Expressions {
  protected async condition(state: State, test: Expression, frame: Frame): Promise<Ways> {
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
    this.truth(value, yes, no, frame);
    return { yes, no };
  }

  private truth(value: Value, yes: State, no: State, frame: Frame): void {
    if (value.kind === 'row') this.whetherThere(value.row, yes, no);
    else if (value.kind === 'query' && value.by.size > 0)
      this.whetherThere(rowOf(value, 'found', { file: frame.module.file, line: 0, column: 0 }, frame.via), yes, no);
    else if (value.kind === 'argument') no.empty.add(value.places.join('|'));
    else if (value.kind === 'column') {
      const { row, column } = value;
      const type = fieldNamed(row.model, column)?.type ?? '';
      if (type === 'BooleanField') {
        yes.know(row, column, new Set(['true']));
        no.know(row, column, new Set(['false']));
      } else {
        yes.know(row, column, new Set(['!null']));
        if (NEVER_FALSE.test(type)) no.know(row, column, new Set(['null']));
      }
    }
  }

  private async compare(state: State, test: Extract<Expression, { kind: 'compare' }>, frame: Frame): Promise<Ways> {
    const left = await this.value(state, test.left, frame);
    const right = await this.value(state, test.right, frame);
    const yes = new State(state);
    const no = new State(state);
    const isIn = test.op === 'in' || test.op === 'not in';
    if (!isIn && !['==', '!=', 'is', 'is not'].includes(test.op)) return { yes, no };
    const [same, other] = ['==', 'is', 'in'].includes(test.op) ? [yes, no] : [no, yes];
    const isNone = right.kind === 'constant' && right.value === null;
    if (left.kind === 'row' && isNone) this.whetherThere(left.row, other, same);
    else if (left.kind === 'argument' && isNone) same.empty.add(left.places.join('|'));
    else if (left.kind === 'column') {
      const values = isIn && right.kind === 'list' ? right.items : [right];
      const texts = values.flatMap((value) => (value.kind === 'constant' ? [JSON.stringify(value.value)] : []));
      if (texts.length < values.length || (isIn && right.kind !== 'list')) return { yes, no };
      same.know(left.row, left.column, new Set(texts));
      const [only] = texts;
      if (texts.length === 1 && only !== undefined) other.know(left.row, left.column, new Set([`!${only}`]));
    }
    return { yes, no };
  }

  private whetherThere(row: RowTrace, there: State, not: State): void {
    if (row.how !== 'found') return;
    there.found(row);
    not.notFound(row);
  }
}
