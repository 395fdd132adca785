/**
 * What a rule about effects is: data, so that people can write their own (`celeryTasks.effects`). The same shape as JSON is
 * described by schemas/effects.schema.json and checked by rules.ts. Nothing in a rule is SQL: names become quoted identifiers,
 * values become bound parameters (query.ts).
 */
import type { EffectFinding } from './facts';

export type Scalar = string | number | boolean;

/** For one task type or several: which row of which table shows what the task did, and what that row says. */
export interface EffectRule {
  /** `module.name`, one or several. */
  readonly task: string | readonly string[];
  /** `table` or `schema.table`. */
  readonly table: string;
  /** By column of `table`: where the arguments hold its value. All columns must agree. */
  readonly find: Readonly<Record<string, ArgumentPlaces>>;
  /** A second table whose columns are written `joined.column`; where it has no row for the first one's, they are null. */
  readonly join?: EffectJoin;
  /** The first one that fits counts; where none fits, or a column is null that it asks about, the rule cannot say. */
  readonly outcomes: readonly EffectOutcome[];
  /** No row is there. Absent: cannot say. */
  readonly noRow?: EffectSays;
  /** What is told where the arguments do not hold the values of `find`; such a task's effect can never be looked up. */
  readonly noArguments?: string;
  /** A person's own rule, which nobody has compared with tasks whose end is known: it is `likely` at most. Not a field of the JSON. */
  readonly untested?: true;
}

/** Rules as a person wrote them, none of them stronger than `likely`. */
export function untestedRules(rules: readonly EffectRule[]): EffectRule[] {
  return rules.map((rule) => ({ ...rule, untested: true }));
}

/**
 * `args[0]` or `kwargs.name`, deeper with `.name` and `[0]`; of several places the first that is there counts, because a
 * positional parameter may have been passed by name. `kwargs.name` is also found where older rows have it: at the top.
 */
export type ArgumentPlaces =
  string | readonly string[] | { readonly from: string | readonly string[]; readonly default: Scalar };

export interface EffectJoin {
  readonly table: string;
  /** Column of the joined table = column of the first one. */
  readonly on: Readonly<Record<string, string>>;
  /** Column of the joined table = constant. */
  readonly where?: Readonly<Record<string, Scalar>>;
}

export interface EffectSays {
  readonly says: EffectFinding['says'];
  /** Absent: likely. */
  readonly strength?: EffectFinding['strength'];
  /** A sentence; `{column}` stands for a value of the row, in `noRow` for the value that was looked for. */
  readonly text: string;
}

export interface EffectOutcome extends EffectSays {
  /** All must hold; absent: it always fits. */
  readonly when?: readonly EffectCondition[];
}

/** One test of one column. A column that is null passes none but `null: true`. */
export type EffectCondition = { readonly column: string } & (
  | { readonly equals: Scalar }
  | { readonly in: readonly Scalar[] }
  | { readonly null: boolean }
  /** A time at or after the moment at which the task's row was made. */
  | { readonly atOrAfter: 'created_at' }
  | { readonly before: 'created_at' }
  /** A number in a range, both ends included. */
  | { readonly from: number; readonly to?: number }
  | { readonly to: number; readonly from?: number }
  /** JSON: the list at this path holds an object whose keys have the values of these columns. */
  | { readonly list: readonly string[]; readonly hasObject: Readonly<Record<string, string>> }
);

export function tasksOf(rule: EffectRule): readonly string[] {
  return typeof rule.task === 'string' ? [rule.task] : rule.task;
}

const JOINED = 'joined.';

/** A column as a rule writes it: of the joined table where it begins with `joined.`. */
export function columnOf(written: string): { readonly joined: boolean; readonly name: string } {
  const joined = written.startsWith(JOINED);
  return { joined, name: joined ? written.slice(JOINED.length) : written };
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The columns that a sentence shows. */
export function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))];
}

/** Puts values into a sentence; null shows as `null`. */
export function fill(text: string, value: (column: string) => string | null): string {
  return text.replace(PLACEHOLDER, (_, column: string) => value(column) ?? 'null');
}

/** A place in the arguments as steps: `kwargs.hook.id` is kwargs, hook, id. Undefined where it cannot be read. */
export function placeSteps(place: string): (string | number)[] | undefined {
  if (!PLACE.test(place)) return undefined;
  return [...place.matchAll(/\[(\d+)\]|([A-Za-z_]\w*)/g)].map((match) =>
    match[1] === undefined ? (match[2] ?? '') : Number(match[1]),
  );
}

const PLACE = /^(args\[\d{1,3}\]|kwargs\.[A-Za-z_]\w{0,99})(\.[A-Za-z_]\w{0,99}|\[\d{1,3}\]){0,9}$/;
