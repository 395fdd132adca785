import { echo } from '../base/quoteInput';
import { Problem } from '../base/problem';
import { parseTableName } from '../sql/identifiers';
import { columnOf, fill, placeholders, placeSteps, tasksOf, type EffectRule } from '../model/effectRule';

const COLUMN = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/;
const TASK = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/;
const SAYS = ['executed', 'failed', 'not-executed', 'cannot-say'];
const STRENGTHS = ['proven', 'likely'];
const TESTS = ['equals', 'in', 'null', 'atOrAfter', 'before', 'from', 'to', 'list'] as const;
const MAX_RULES = 200;
const MAX_OUTCOMES = 50;
const MAX_TEXT = 500;

/**
 * Checks rules that a person wrote; the same as schemas/effects.schema.json says, and that no task has two rules.
 * @param value a list of rules, or an object that holds it in `rules`
 * @param label the setting or file, for errors
 * @throws Problem `invalid`: one sentence naming the rule and its field
 */
export function parseEffectRules(value: unknown, label: string): EffectRule[] {
  const top = new Place(label);
  if (isObject(value)) top.onlyFields(value, ['rules', '$schema']);
  const list = isObject(value) ? value.rules : value;
  if (!Array.isArray(list)) throw top.wrong(list, 'write a list of rules, or an object with the list in "rules"');
  if (list.length > MAX_RULES) throw top.wrong(list.length, `there can be at most ${String(MAX_RULES)} rules`);
  const rules = list.map((rule: unknown, index) => parseRule(rule, top, index + 1));
  const seen = new Set<string>();
  rules.forEach((rule, index) => {
    for (const task of tasksOf(rule)) {
      if (seen.has(task))
        throw new Place(`${label}, rule ${String(index + 1)}, task`).wrong(task, 'an earlier rule is about it');
      seen.add(task);
    }
  });
  return rules;
}

/** Where in the rules something stands, for errors. */
class Place {
  constructor(private readonly path: string) {}

  field(name: string): Place {
    return new Place(`${this.path}, ${name}`);
  }

  wrong(value: unknown, advice: string): Problem {
    return new Problem('invalid', `${this.path} cannot be "${echo(value)}": ${advice}.`);
  }

  onlyFields(value: Readonly<Record<string, unknown>>, known: readonly string[]): void {
    const unknown = Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined)
      throw new Problem('invalid', `${this.path} has no field "${echo(unknown)}": its fields are ${known.join(', ')}.`);
  }
}

function parseRule(value: unknown, top: Place, number: number): EffectRule {
  const task = isObject(value) && typeof value.task === 'string' ? ` (${echo(value.task)})` : '';
  const at = top.field(`rule ${String(number)}${task}`);
  const rule = object(value, at);
  at.onlyFields(rule, ['task', 'table', 'find', 'join', 'outcomes', 'noRow', 'noArguments']);
  checkTasks(rule.task, at.field('task'));
  checkTable(rule.table, at.field('table'));
  const find = entries(
    rule.find,
    at.field('find'),
    'name the columns that lead to the row, for example {"id": "args[0]"}',
  );
  for (const [column, places] of find) {
    checkColumn(column, at.field('find'), false);
    checkPlaces(places, at.field(`find.${column}`));
  }
  const joined = rule.join !== undefined;
  if (joined) checkJoin(rule.join, at.field('join'));
  list(rule.outcomes, at.field('outcomes'), MAX_OUTCOMES).forEach((outcome, index) => {
    checkOutcome(outcome, at.field(`outcome ${String(index + 1)}`), joined);
  });
  if (rule.noRow !== undefined) {
    const says = object(rule.noRow, at.field('noRow'));
    at.field('noRow').onlyFields(says, ['says', 'strength', 'text']);
    checkSays(says, at.field('noRow'));
    const sought = new Set(find.map(([column]) => column));
    const other = placeholders(says.text as string).find((column) => !sought.has(column));
    if (other !== undefined)
      throw at.field('noRow.text').wrong(`{${other}}`, 'without a row only the columns of find have values');
  }
  if (rule.noArguments !== undefined) checkText(rule.noArguments, at.field('noArguments'));
  return rule as unknown as EffectRule;
}

function checkTasks(value: unknown, at: Place): void {
  const tasks = typeof value === 'string' ? [value] : list(value, at, MAX_RULES);
  for (const task of tasks) {
    if (typeof task !== 'string' || !TASK.test(task) || task.length > 400)
      throw at.wrong(task, 'write module.name as Celery calls the task, for example "shop.tasks.send"');
  }
}

function checkTable(value: unknown, at: Place): void {
  const advice = 'write table or schema.table';
  if (typeof value !== 'string') throw at.wrong(value, advice);
  try {
    parseTableName(value);
  } catch {
    throw at.wrong(value, advice);
  }
}

function checkColumn(value: unknown, at: Place, joined: boolean): void {
  const column = typeof value === 'string' ? columnOf(value) : undefined;
  if (!column || !COLUMN.test(column.name)) throw at.wrong(value, 'write the name of a column');
  if (column.joined && !joined) throw at.wrong(value, 'there is no join in this rule whose columns it could mean');
}

function checkPlaces(value: unknown, at: Place): void {
  const withDefault = isObject(value);
  if (withDefault) {
    at.onlyFields(value, ['from', 'default']);
    if (!isScalar(value.default))
      throw at.field('default').wrong(value.default, 'give a text, a number, true or false');
  }
  const from = withDefault ? value.from : value;
  for (const place of typeof from === 'string' ? [from] : list(from, at, 20)) {
    if (typeof place !== 'string' || placeSteps(place) === undefined)
      throw at.wrong(place, 'write where the arguments hold it: args[0], kwargs.name, or deeper kwargs.name.id');
  }
}

function checkJoin(value: unknown, at: Place): void {
  const join = object(value, at);
  at.onlyFields(join, ['table', 'on', 'where']);
  checkTable(join.table, at.field('table'));
  const on = entries(
    join.on,
    at.field('on'),
    'name the columns that must be equal, for example {"user_id": "user_id"}',
  );
  for (const [column, own] of on) {
    checkColumn(column, at.field('on'), false);
    checkColumn(own, at.field(`on.${column}`), false);
  }
  if (join.where === undefined) return;
  for (const [column, constant] of entries(join.where, at.field('where'), 'name columns and their values')) {
    checkColumn(column, at.field('where'), false);
    if (!isScalar(constant)) throw at.field(`where.${column}`).wrong(constant, 'give a text, a number, true or false');
  }
}

function checkOutcome(value: unknown, at: Place, joined: boolean): void {
  const outcome = object(value, at);
  at.onlyFields(outcome, ['when', 'says', 'strength', 'text']);
  checkSays(outcome, at);
  for (const column of placeholders(outcome.text as string)) checkColumn(column, at.field('text'), joined);
  if (outcome.when === undefined) return;
  list(outcome.when, at.field('when'), 20).forEach((condition, index) => {
    checkCondition(condition, at.field(`condition ${String(index + 1)}`), joined);
  });
}

function checkSays(value: Readonly<Record<string, unknown>>, at: Place): void {
  if (!isOneOf(value.says, SAYS)) throw at.field('says').wrong(value.says, `write one of ${SAYS.join(', ')}`);
  if (value.strength !== undefined && !isOneOf(value.strength, STRENGTHS))
    throw at.field('strength').wrong(value.strength, `write one of ${STRENGTHS.join(', ')}`);
  checkText(value.text, at.field('text'));
  if (/[{}]/.test(fill(value.text as string, () => '')))
    throw at.field('text').wrong(value.text, 'braces stand only around the name of a column');
}

function checkText(value: unknown, at: Place): void {
  if (typeof value !== 'string' || value === '' || value.length > MAX_TEXT)
    throw at.wrong(value, `write a sentence of at most ${String(MAX_TEXT)} characters`);
}

function checkCondition(value: unknown, at: Place, joined: boolean): void {
  const condition = object(value, at);
  at.onlyFields(condition, ['column', ...TESTS, 'hasObject']);
  checkColumn(condition.column, at.field('column'), joined);
  const tests = TESTS.filter((test) => condition[test] !== undefined);
  const [test] = tests;
  const oneTest = tests.length === 1 || (tests.length === 2 && tests.includes('from') && tests.includes('to'));
  if (test === undefined || !oneTest || (test === 'list') !== (condition.hasObject !== undefined)) {
    throw at.wrong(
      condition,
      'give one test: equals, in, null, atOrAfter, before, from with to, or list with hasObject',
    );
  }
  tests.forEach((name) => {
    checkTest(name, condition, at, joined);
  });
}

function checkTest(
  test: (typeof TESTS)[number],
  condition: Readonly<Record<string, unknown>>,
  at: Place,
  joined: boolean,
): void {
  const value = condition[test];
  const here = at.field(test);
  switch (test) {
    case 'equals':
      if (!isScalar(value))
        throw here.wrong(value, 'give a text, a number, true or false; for null write "null": true');
      return;
    case 'in':
      for (const item of list(value, here, 100))
        if (!isScalar(item)) throw here.wrong(item, 'give texts, numbers, true or false');
      return;
    case 'null':
      if (typeof value !== 'boolean') throw here.wrong(value, 'write true or false');
      return;
    case 'atOrAfter':
    case 'before':
      if (value !== 'created_at') throw here.wrong(value, 'write "created_at", when the row of the task was made');
      return;
    case 'from':
    case 'to':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw here.wrong(value, 'give a number');
      return;
    case 'list':
      for (const key of list(value, here, 20))
        if (typeof key !== 'string' || key === '') throw here.wrong(key, 'write the names that lead to the list');
      for (const [key, column] of entries(condition.hasObject, at.field('hasObject'), 'give names and columns'))
        checkColumn(column, at.field(`hasObject.${echo(key)}`), joined);
  }
}

function object(value: unknown, at: Place): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw at.wrong(value, 'write an object in braces');
  return value;
}

function entries(value: unknown, at: Place, advice: string): [string, unknown][] {
  const found = isObject(value) ? Object.entries(value) : [];
  if (found.length === 0 || found.length > 20) throw at.wrong(value, advice);
  return found;
}

function list(value: unknown, at: Place, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > most)
    throw at.wrong(value, `write a list of 1 to ${String(most)}`);
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return typeof value === 'string' && words.includes(value);
}
