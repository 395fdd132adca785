/** Conditions: what each of their ways says of rows. */
import type { Expression } from '../syntax/tree';
import { Expressions } from './expressions';
import { fieldNamed } from './queries';
import { meet, State } from './state';
import type { RowTrace } from './trace';
import type { Frame, Ways } from './tracer';
import type { Value } from './values';

export abstract class Conditions extends Expressions {
  /** Both ways of a condition, with what each says of rows. */
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
    if (value.kind === 'row') this.whetherThere(value.row, yes, no);
    if (value.kind === 'column' && fieldIs(value, 'BooleanField')) {
      yes.know(value.row, value.column, 'true');
      no.know(value.row, value.column, 'false');
    }
    return { yes, no };
  }

  protected async compare(state: State, test: Extract<Expression, { kind: 'compare' }>, frame: Frame): Promise<Ways> {
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

  protected whetherThere(row: RowTrace, there: State, not: State): void {
    if (row.how !== 'found') return;
    there.see(row, 'there');
    not.see(row, 'missing');
  }
}

function fieldIs({ row, column }: Extract<Value, { kind: 'column' }>, type: string): boolean {
  return fieldNamed(row.model, column)?.type === type;
}
