/** What every part of the interpreter shares: where it is, what was found, and the parts above it. */
import { Lines } from '../lines';
import type { CodePlace } from '../model';
import type { ClassNode, Expression, FunctionNode, Statement } from '../syntax/tree';
import type { Models } from './models';
import type { Receivers } from './receivers';
import type { State } from './state';
import { assigned } from './queries';
import { rowColumn, type EndTrace, type RowTrace, type SentTask } from './trace';
import type { ModuleTree, Trees } from './trees';
import type { ClassMeaning, Value } from './values';

export interface Interpreted {
  readonly trees: Trees;
  readonly models: Models;
  readonly receivers: Receivers;
}

/** A function that is being followed. */
export interface Frame {
  readonly module: ModuleTree;
  readonly node: FunctionNode;
  readonly via: readonly string[];
  /** Classes around the function, for names of constants. */
  readonly owners: readonly ClassNode[];
  /** What the function is a method of. */
  readonly self: Value | undefined;
  readonly owner: ClassMeaning | undefined;
  readonly returned: { readonly state: State; readonly value: Value }[];
}

/** The ways on which a condition holds and does not. */
export interface Ways {
  readonly yes: State | undefined;
  readonly no: State | undefined;
}

const SAVES = /^a?save$/;

/** An end of the task, and what was known there: a handler may go on from it. */
export interface End {
  readonly trace: EndTrace;
  readonly state: State;
}

/**
 * The interpreter is a chain of classes, each with one part of the language: rows, signals, calls, expressions, conditions, statements. What
 * a part needs of those above it is abstract here.
 */
export abstract class Tracer {
  protected readonly ends: End[] = [];
  protected readonly sent: Omit<SentTask, 'always'>[] = [];
  protected readonly unclear = new Set<string>();
  /** Functions that are being followed, the task first. */
  protected readonly stack: FunctionNode[] = [];
  /** What `TaskTrace.everWritten` has. */
  protected readonly everWritten = new Map<string, Set<string>>();
  /** Whether it reads values out of `**kwargs`. */
  protected readsMore = false;
  private readonly lines = new Map<string, Lines>();
  /** Receivers that are being followed. */
  protected incidental = 0;
  private objects = 0;

  constructor(protected readonly on: Interpreted) {}

  /** What an expression stands for; `state` takes what it does. */
  protected abstract value(state: State, expression: Expression, frame: Frame): Promise<Value>;

  /** Both ways of a condition, with what each says of rows. */
  protected abstract condition(state: State, test: Expression, frame: Frame): Promise<Ways>;

  /** @returns the state behind the statements; undefined where no way leads there */
  protected abstract block(state: State, statements: readonly Statement[], frame: Frame): Promise<State | undefined>;

  protected end(state: State, raised: string | undefined, place: CodePlace): void {
    if (!state.isOver) this.ends.push({ trace: state.end(raised, place), state });
  }

  /** Assigns a value to a column of a row. */
  protected assignTo(state: State, row: RowTrace, column: string, value: Value, place: CodePlace): void {
    const given = assigned(value);
    const key = rowColumn(row, column);
    const all = this.everWritten.get(key) ?? new Set();
    for (const each of given.values) all.add(each);
    this.everWritten.set(key, all);
    state.assign(row, column, given, place, this.isIncidental);
  }

  /** Whether the model's own `save` or a receiver is being followed. */
  protected get isIncidental(): boolean {
    return this.incidental > 0 || this.stack.some(({ name }) => SAVES.test(name));
  }

  protected object(of: ClassMeaning): Value {
    return { kind: 'object', of, id: this.objects++ };
  }

  protected async place(module: ModuleTree, at: number): Promise<CodePlace> {
    let lines = this.lines.get(module.file);
    if (!lines) this.lines.set(module.file, (lines = new Lines(await this.on.trees.text(module.file))));
    return { file: module.file, ...lines.at(at) };
  }
}
