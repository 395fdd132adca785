/** The tables that a rule reads, and whether it fits them. */
import { asJsonb } from '../sql/jsonb';
import type { Relation } from '../sql/relation';
import type { CommonColumns } from '../tables/table';
import type { SourceGap } from '../model/sources';
import {
  columnOf,
  findKeyOf,
  isPathOfFind,
  placeholders,
  type EffectCondition,
  type EffectRule,
} from '../model/effectRule';
import { neverEquals } from './compare';

/** The tables that a rule reads; `task` is the task table. */
export interface RuleTables {
  /** Names of the task table's columns. */
  readonly columns: CommonColumns;
  readonly task: Relation;
  readonly effect: Relation;
  readonly joined: Relation | undefined;
}

export const TIMES = ['timestamp with time zone', 'timestamp without time zone'];

/** Why a rule is not used. `unusable-rule`: it does not fit this database. Any other kind: a source that is there could not be read. */
export type Refusal = SourceGap;

/** The refusal of a rule that does not fit. @param says the end of a sentence */
export function unusable(says: string): Refusal {
  return { kind: 'unusable-rule', setting: 'celeryTasks.effects', says };
}

/** The rule looks for other tasks that the task sent: its table is the table of the tasks. */
export function looksForTasks({ effect, task }: RuleTables): boolean {
  return effect.sql === task.sql;
}

/** The type of a column as the rule writes it. */
export function typeOf(written: string, tables: RuleTables): string | undefined {
  const { joined, name } = columnOf(written);
  return (joined ? tables.joined : tables.effect)?.types.get(name);
}

/**
 * The tables of a rule, or why it cannot be used with them: a table or column that is missing, that this role may not read, or whose
 * type does not fit the rule's question.
 */
export function usableTables(
  rule: EffectRule,
  columns: CommonColumns,
  task: Relation | string,
  effect: Relation | string,
  joined: Relation | string | undefined,
): RuleTables | Refusal {
  const named: [string, Relation | string | undefined][] = [
    ['the task table', task],
    [rule.table, effect],
    [rule.join?.table ?? '', joined],
  ];
  for (const [name, relation] of named) {
    if (relation === 'missing') return unusable(`table ${name} is missing`);
    if (relation === 'forbidden' || (typeof relation === 'object' && relation.readable.size === 0))
      return { kind: 'forbidden', says: `this role may not read ${name}` };
  }
  const tables = { columns, task, effect, joined } as RuleTables;
  return refusalOf(rule, tables) ?? tables;
}

function refusalOf(rule: EffectRule, tables: RuleTables): Refusal | undefined {
  const { arguments: given, created } = tables.columns;
  if (given === undefined || asJsonb('', tables.task.types.get(given)) === undefined)
    return unusable('the arguments of the tasks are not JSON in this table');
  if (asksTime(rule) && created === undefined) return unusable('the task table does not record when a row was created');
  if (looksForTasks(tables) && rule.fixed === undefined)
    return unusable(`the rule looks in the table of the tasks, and "fixed" does not name the task that is sent`);
  const unread = columnsOf(rule, tables, given)
    .map(unreadColumn)
    .find((one) => one !== undefined);
  if (unread) return unread;
  const reason = misfits(rule, tables).find((one) => one !== undefined);
  return reason === undefined ? undefined : unusable(reason);
}

type Needs = readonly [name: string, relation: Relation, columns: readonly string[]];

/** The columns that a rule reads, of each table. @param given the column of the tasks' arguments */
function columnsOf(rule: EffectRule, tables: RuleTables, given: string): Needs[] {
  const own: string[] = [];
  const joined: string[] = [];
  const add = (written: string): void => {
    const { joined: other, name } = columnOf(written);
    (other ? joined : own).push(name);
  };
  own.push(...Object.keys(rule.find).map((key) => findKeyOf(key).column));
  rule.outcomes
    .flatMap(({ text }) => placeholders(text))
    .filter((written) => !isPathOfFind(rule, written))
    .forEach(add);
  conditionsOf(rule).forEach((condition) => {
    add(condition.column);
    if ('hasObject' in condition) Object.values(condition.hasObject).forEach(add);
  });
  own.push(...Object.values(rule.join?.on ?? {}), ...Object.keys(rule.fixed ?? {}));
  joined.push(...Object.keys(rule.join?.on ?? {}), ...Object.keys(rule.join?.where ?? {}));
  const { id, created } = tables.columns;
  const ofTask = [given, ...(asksTime(rule) && created !== undefined ? [created] : [])];
  if (looksForTasks(tables)) ofTask.push(id);
  return [
    [rule.table, tables.effect, own],
    ...(rule.join && tables.joined ? [[rule.join.table, tables.joined, joined] as const] : []),
    ['the task table', tables.task, ofTask],
  ];
}

function unreadColumn([name, relation, columns]: Needs): Refusal | undefined {
  const missing = columns.find((column) => !relation.types.has(column));
  if (missing !== undefined) return unusable(`column ${missing} of ${name} is missing`);
  const closed = columns.find((column) => !relation.readable.has(column));
  return closed === undefined
    ? undefined
    : { kind: 'forbidden', says: `this role may not read column ${closed} of ${name}` };
}

function conditionsOf(rule: EffectRule): readonly EffectCondition[] {
  return rule.outcomes.flatMap(({ when = [] }) => when);
}

function asksTime(rule: EffectRule): boolean {
  return conditionsOf(rule).some(isAboutTime);
}

function isAboutTime(condition: EffectCondition): boolean {
  return 'before' in condition || 'atOrAfter' in condition || 'within' in condition;
}

/** Columns whose types do not fit what the rule asks of them, each as the end of a sentence. */
function misfits(rule: EffectRule, tables: RuleTables): (string | undefined)[] {
  return [
    ...conditionsOf(rule).map((condition) => misfit(condition, tables)),
    ...Object.keys(rule.find).map((key) => {
      const { column, steps } = findKeyOf(key);
      return steps.length > 0 ? notJson(column, tables) : undefined;
    }),
    ...Object.entries(rule.fixed ?? {}).map(([column, value]) => {
      const why = neverEquals(typeOf(column, tables) ?? '', value);
      return why === undefined ? undefined : `column ${column} of ${rule.table} ${why}`;
    }),
    ...rule.outcomes.map(({ atLeast = 1 }) => {
      const column = Object.keys(rule.find).find((key) => tables.effect.unique.has(key));
      if (atLeast === 1 || column === undefined) return undefined;
      return `column ${column} of ${rule.table} is unique, so that ${String(atLeast)} matches are impossible`;
    }),
  ];
}

function misfit(condition: EffectCondition, tables: RuleTables): string | undefined {
  if ('list' in condition) return notJson(condition.column, tables);
  if (!isAboutTime(condition)) return undefined;
  const type = typeOf(condition.column, tables);
  const taskType = tables.task.types.get(tables.columns.created ?? '') ?? '';
  if (TIMES.includes(taskType) && type === taskType) return undefined;
  return `column ${condition.column} is of type ${type ?? ''}, which cannot be compared with the task's ${taskType}`;
}

function notJson(column: string, tables: RuleTables): string | undefined {
  const type = typeOf(column, tables);
  return asJsonb('', type) === undefined ? `column ${column} is of type ${type ?? ''}, not JSON` : undefined;
}
