import type { IssuePathItem } from 'valibot';
import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';
import { isObject, read, UNKNOWN_FIELD, type Issue } from '../base/shape';
import { effectRules } from '../model/contract/effectRule';
import { columnOf, isPathOfFind, placeholders, tasksOf, type EffectRule } from '../model/effectRule';
import { parseTableName } from '../sql/identifiers';

/**
 * Reads rules that a person wrote. Beyond what schemas/effects.schema.json says, a rule names columns of a joined table only where it
 * joins one, `noRow` shows only keys of `find`, `atLeast` can be reached, and a task has several rules only where all but the last have a
 * `where`.
 * @param value a list of rules, or an object that holds it in `rules`
 * @param label the setting or file, for errors
 * @throws Problem `invalid`: one sentence naming the rule and its field
 */
export function parseEffectRules(value: unknown, label: string): EffectRule[] {
  const found = read(effectRules, value, (issue) => problemOf(issue, label));
  const rules = 'rules' in found ? found.rules : found;
  const tests = new Map<string, string[]>();
  rules.forEach((rule, index) => {
    const at = placeOfRule(label, index, rule);
    checkRule(rule, at);
    const where = rule.where === undefined ? ALL : JSON.stringify(rule.where);
    for (const task of tasksOf(rule)) {
      const earlier = tests.get(task) ?? [];
      if (earlier.includes(ALL))
        throw wrong(`${label}, rule ${String(index + 1)}, task`, task, 'an earlier rule already covers it');
      if (earlier.includes(where)) throw wrong(`${at}, where`, where, 'an earlier rule already covers these tasks');
      tests.set(task, [...earlier, where]);
    }
  });
  return [...rules];
}

/** In the place of a `where`: the rule has none. */
const ALL = '';

function wrong(place: string, value: unknown, advice: string): Problem {
  return new Problem('invalid', `${place} cannot be "${echo(value)}": ${advice}.`);
}

function placeOfRule(label: string, index: number, rule: unknown): string {
  const task = isObject(rule) && typeof rule.task === 'string' ? ` (${echo(rule.task)})` : '';
  return `${label}, rule ${String(index + 1)}${task}`;
}

function problemOf(issue: Issue, label: string): Problem {
  const { type, input, message } = issue;
  const path: readonly IssuePathItem[] = issue.path ?? [];
  const last = path.at(-1);
  const isKey = last?.type === 'object' && last.origin === 'key' && Object.hasOwn(last.input, last.key);
  const place = placeOf(isKey ? path.slice(0, -1) : path, label);
  if (type === UNKNOWN_FIELD)
    return new Problem('invalid', `${place} has no field "${echo(last?.key)}": its fields are ${message}.`);
  // A list of hundreds of rules says less than their number.
  const tooManyRules = type === 'max_length' && path.length < 2 && Array.isArray(input);
  return wrong(place, tooManyRules ? input.length : input, message);
}

/** The place as people count: `celeryTasks.effects, rule 2 (shop.tasks.send), outcome 1, condition 2, equals`. */
function placeOf(path: readonly { readonly key?: unknown; readonly value: unknown }[], label: string): string {
  const [first, ...others] = path[0]?.key === 'rules' ? path.slice(1) : path;
  if (!first) return label;
  if (typeof first.key !== 'number') return `${label}, ${String(first.key)}`;
  const keys = others.map(({ key }) => key);
  const parts = keys.map((key, index) => {
    const [before, previous, next] = [keys[index - 2], keys[index - 1], keys[index + 1]];
    if (typeof key === 'number') return isCounted(previous) ? ` ${String(key + 1)}` : '';
    if (isNamed(previous) && !isNamed(before)) return `.${echo(key)}`;
    if (typeof next === 'number' && (key === 'outcomes' || key === 'when'))
      return key === 'when' ? ', condition' : ', outcome';
    // The places of a value are named by its column, with a default as without.
    return key === 'from' && isNamed(before) ? '' : `, ${String(key)}`;
  });
  return placeOfRule(label, first.key, first.value) + parts.join('');
}

/** Whether people name the fields of this one: `find.id`. */
function isNamed(key: unknown): boolean {
  return key === 'find' || key === 'fixed' || key === 'on' || key === 'where' || key === 'hasObject';
}

/** Whether people count the items of this one: `outcome 1`, `where 2`. */
function isCounted(key: unknown): boolean {
  return key === 'outcomes' || key === 'when' || key === 'where';
}

/** What only the whole rule can tell. */
function checkRule(rule: EffectRule, at: string): void {
  checkTable(rule.table, `${at}, table`);
  if (rule.join) checkTable(rule.join.table, `${at}, join, table`);
  const checkColumn = (column: string, place: string): void => {
    const { joined, name } = columnOf(column);
    if (!COLUMN.test(name)) throw wrong(place, column, 'write the name of a column');
    if (joined && !rule.join) throw wrong(place, column, 'this rule has no join');
  };
  rule.outcomes.forEach(({ text, when = [] }, index) => {
    const outcome = `${at}, outcome ${String(index + 1)}`;
    for (const column of placeholders(text)) if (!isPathOfFind(rule, column)) checkColumn(column, `${outcome}, text`);
    when.forEach((condition, number) => {
      const place = `${outcome}, condition ${String(number + 1)}`;
      checkColumn(condition.column, `${place}, column`);
      if ('hasObject' in condition)
        for (const [key, column] of Object.entries(condition.hasObject))
          checkColumn(column, `${place}, hasObject.${echo(key)}`);
    });
  });
  checkCounts(rule, at);
  const other = placeholders(rule.noRow?.text ?? '').find((column) => !Object.hasOwn(rule.find, column));
  if (other !== undefined)
    throw wrong(`${at}, noRow.text`, `{${other}}`, 'without a row, only the columns of find have values');
}

/** `atLeast` counts what the table holds: a join may hold one of it several times, and a smaller number is always reached first. */
function checkCounts({ outcomes, join }: EffectRule, at: string): void {
  outcomes.forEach(({ when = [], atLeast }, index) => {
    if (atLeast === undefined) return;
    const place = `${at}, outcome ${String(index + 1)}, atLeast`;
    if (join) throw wrong(place, atLeast, 'a rule with a join cannot count');
    const earlier = outcomes
      .slice(0, index)
      .findIndex(
        (other) => (other.atLeast ?? 1) <= atLeast && JSON.stringify(other.when ?? []) === JSON.stringify(when),
      );
    if (earlier >= 0)
      throw wrong(place, atLeast, `outcome ${String(earlier + 1)} has the same conditions and already holds by then`);
  });
}

const COLUMN = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/;

/** PostgreSQL counts the bytes of a name, which no schema does. */
function checkTable(table: string, at: string): void {
  try {
    parseTableName(table);
  } catch {
    throw wrong(at, table, 'write table or schema.table');
  }
}
