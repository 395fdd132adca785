/**
 * A rule about effects: data, so that people can write their own (`celeryTasks.effects`). `contract/effectRule.ts` declares its form;
 * `schemas/effects.schema.json` and the completion of the setting come from that. Nothing in a rule is SQL: names become quoted
 * identifiers, values become bound parameters (effects/query.ts).
 */
import type { Read } from '../base/shape';
import type * as contract from './contract/effectRule';
import type { RuleOrigin } from './ruleTest';

export type Scalar = Read<typeof contract.scalar>;

/** For one task type or several: which row of which table shows what the task did, and what that row says. */
export type EffectRule = Read<typeof contract.effectRule> & {
  /** Where it comes from; absent: a person wrote it. Not a field of the JSON. */
  readonly origin?: RuleOrigin;
};

/** The same rules, marked with where they come from. */
export function rulesFrom(origin: RuleOrigin, rules: readonly EffectRule[]): EffectRule[] {
  return rules.map((rule) => ({ ...rule, origin }));
}

/**
 * Where the arguments hold a value. Of several places the first that is there counts, because a positional parameter may have been
 * passed by name.
 */
export type ArgumentPlaces = Read<typeof contract.argument>;

/** A value that the arguments of a task must hold for a rule to cover it. */
export type ArgumentTest = Read<typeof contract.argumentTest>;

/** What a missing row says. */
export type EffectSays = Read<typeof contract.noRow>;

/** One test of one column. A column that is null passes none but `null: true`. */
export type EffectCondition = Read<typeof contract.condition>;

export function tasksOf(rule: EffectRule): readonly string[] {
  return typeof rule.task === 'string' ? [rule.task] : rule.task;
}

const JOINED = 'joined.';

/** A column as a rule writes it: of the joined table where it begins with `joined.`. */
export function columnOf(written: string): { readonly joined: boolean; readonly name: string } {
  const joined = written.startsWith(JOINED);
  return { joined, name: joined ? written.slice(JOINED.length) : written };
}

/** A key of `find`: a column, and for one that holds JSON the steps of the path into it. */
export function findKeyOf(key: string): { readonly column: string; readonly steps: readonly (string | number)[] } {
  const [, column = key, path = ''] = /^([^.[]+)(.*)$/.exec(key) ?? [];
  return { column, steps: stepsOf(path) };
}

/** Whether a sentence that shows this shows what was looked for with a path into JSON, which is no column of its own. */
export function isPathOfFind(rule: Pick<EffectRule, 'find'>, written: string): boolean {
  return Object.hasOwn(rule.find, written) && findKeyOf(written).steps.length > 0;
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
  return stepsOf(place);
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([A-Za-z_]\w*)/g)].map((match) =>
    match[1] === undefined ? (match[2] ?? '') : Number(match[1]),
  );
}

const PLACE = /^(args\[\d{1,3}\]|kwargs\.[A-Za-z_]\w{0,99})(\.[A-Za-z_]\w{0,99}|\[\d{1,3}\]){0,9}$/;
