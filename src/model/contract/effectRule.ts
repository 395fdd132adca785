/**
 * Rules about effects as people write them (`celeryTasks.effects`, `--effects`). The message of each part ends the sentence that reports
 * a wrong value: "celeryTasks.effects, rule 2, table cannot be "7": write table or schema.table."
 */
import * as v from 'valibot';
import { about, byKind, closedObject, published, record, type Shape } from '../../base/shape';

const MOST_RULES = 200;
const MOST_CHARACTERS = 500;
const AN_OBJECT = 'write an object in braces';
const A_COLUMN = 'write the name of a column';
const A_VALUE = 'give a text, a number, true or false';

const OWN_COLUMN = /^[A-Za-z_][A-Za-z0-9_$]{0,62}$/;
const COLUMN = /^(joined\.)?[A-Za-z_][A-Za-z0-9_$]{0,62}$/;
const TASK = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$/;
// PostgreSQL's names hold no NUL.
// eslint-disable-next-line no-control-regex
const TABLE = /^\s*(("([^"\u0000]|"")+"|[^".\s\u0000:/]+)\.)?("([^"\u0000]|"")+"|[^".\s\u0000:/]+)\s*$/;
const PLACE = /^(args\[\d{1,3}\]|kwargs\.[A-Za-z_]\w{0,99})(\.[A-Za-z_]\w{0,99}|\[\d{1,3}\]){0,9}$/;

/** @param most characters: a pattern that repeats a group must not meet megabytes */
function textLike(pattern: RegExp, message: string, most?: number) {
  return most === undefined
    ? v.pipe(v.string(message), v.regex(pattern, message))
    : v.pipe(v.string(message), v.maxLength(most, message), v.regex(pattern, message));
}

/** @param most items; there is at least one */
function list<T>(item: Shape<T>, most: number): Shape<T[]> {
  const message = `write a list of 1 to ${String(most)}`;
  return v.pipe(v.array(item, message), v.minLength(1, message), v.maxLength(most, message));
}

/** An object of 1 to 20 fields whose names are data. */
function named<T>(name: Shape<string>, value: Shape<T>, message: string): Shape<Record<string, T>> {
  return v.pipe(record(name, value, message), v.minEntries(1, message), v.maxEntries(20, message));
}

export const task = textLike(TASK, 'write module.name as Celery calls the task, for example "shop.tasks.send"', 400);

export const table = about(
  'table or schema.table, with double quotes around a part that holds dots or spaces.',
  textLike(TABLE, 'write table or schema.table', 1000),
);

export const ownColumn = v.pipe(
  v.string(A_COLUMN),
  v.regex(OWN_COLUMN, ({ input }) =>
    COLUMN.test(input) ? 'there is no join in this rule whose columns it could mean' : A_COLUMN,
  ),
);

export const column = about('A column of the table, or joined.column of the joined one.', textLike(COLUMN, A_COLUMN));

export const place = about(
  'args[0] or kwargs.name, deeper with .name and [0].',
  textLike(PLACE, 'write where the arguments hold it: args[0], kwargs.name, or deeper kwargs.name.id'),
  { examples: ['args[0]', 'kwargs.invoice_id'] },
);

export const places = about(
  'One place, or several of which the first that is there counts.',
  byKind({ text: place, array: list(place, 20) }, 'write a list of 1 to 20'),
);

function scalarOr(message: string): Shape<string | number | boolean> {
  return published(v.custom<string | number | boolean>(isScalar, message), { type: ['string', 'number', 'boolean'] });
}

export const scalar = scalarOr(A_VALUE);

const withDefault = closedObject({ from: places, default: scalar }, AN_OBJECT);

/** `kwargs.name` is also found where older rows have it: at the top. */
export const argument = about(
  'Where the arguments hold the value. A positional parameter may have been passed by name: give both places.',
  byKind({ text: place, array: list(place, 20), object: withDefault }, 'write a list of 1 to 20'),
);

const SAYS = ['executed', 'failed', 'not-executed', 'cannot-say'] as const;
const STRENGTHS = ['proven', 'likely'] as const;

export const says = about('What happened to the task.', v.picklist(SAYS, `write one of ${SAYS.join(', ')}`));

/** Absent: likely. */
export const strength = about(
  'proven: nothing but this run of the task can have left it. likely: something else may have.',
  v.picklist(STRENGTHS, `write one of ${STRENGTHS.join(', ')}`),
  { default: 'likely' },
);

const sentence = (() => {
  const message = `write a sentence of at most ${String(MOST_CHARACTERS)} characters`;
  return v.pipe(v.string(message), v.minLength(1, message), v.maxLength(MOST_CHARACTERS, message));
})();

/** A sentence with columns in braces. Which columns it may show is known only with the rule (effects/rules.ts). */
const template = v.pipe(
  sentence,
  v.check((text) => !/[{}]/.test(text.replace(/\{[^{}]*\}/g, '')), 'braces stand only around the name of a column'),
);

const time = v.literal('created_at', 'write "created_at", when the row of the task was created');
const number = v.pipe(v.number('give a number'), v.finite('give a number'));
const name = ((message: string) => v.pipe(v.string(message), v.minLength(1, message)))(
  'write the names that lead to the list',
);

/** Ten years: a longer window is no window. */
const LONGEST_WINDOW = 315_360_000;
const SOME_SECONDS = `give seconds, at most ${String(LONGEST_WINDOW)}`;

const tests = {
  equals: v.exactOptional(about('The column has this value.', scalarOr(`${A_VALUE}; for null write "null": true`))),
  in: v.exactOptional(
    about('The column has one of these values.', list(scalarOr('give texts, numbers, true or false'), 100)),
  ),
  null: v.exactOptional(about('The column is null (true), or is not (false).', v.boolean('write true or false'))),
  atOrAfter: v.exactOptional(
    about("The column holds a time at or after the moment at which the task's row was created.", time),
  ),
  before: v.exactOptional(
    about("The column holds a time before the moment at which the task's row was created.", time),
  ),
  within: v.exactOptional(
    about(
      "The column holds a time at or after the moment at which the task's row was created, and at most so many seconds later.",
      v.pipe(number, v.minValue(0, SOME_SECONDS), v.maxValue(LONGEST_WINDOW, SOME_SECONDS)),
    ),
  ),
  from: v.exactOptional(about('The column holds a number, this one or above.', number)),
  to: v.exactOptional(about('The column holds a number, this one or below.', number)),
  list: v.exactOptional(about("The names that lead to a list inside the column's JSON.", list(name, 20))),
  hasObject: v.exactOptional(
    about(
      'The list holds an object with these names, whose values are those of the given columns.',
      named(v.string(), column, 'give names and columns'),
    ),
  ),
};

const fields = closedObject({ column, ...tests }, AN_OBJECT);

type Fields = v.InferOutput<typeof fields>;
type Test<Name extends keyof Fields, Other extends keyof Fields = never> = Required<Pick<Fields, Name>> &
  Pick<Fields, Other>;
type Condition = Pick<Fields, 'column'> &
  (
    | Test<'equals'>
    | Test<'in'>
    | Test<'null'>
    | Test<'atOrAfter'>
    | Test<'before'>
    | Test<'within'>
    | Test<'from', 'to'>
    | Test<'to', 'from'>
    | Test<'list' | 'hasObject'>
  );

export const condition = about(
  'One test of one column. A column that is null passes none but null: true.',
  v.pipe(
    fields,
    v.check(
      hasOneTest,
      'give one test: equals, in, null, atOrAfter, before, within, from with to, or list with hasObject',
    ),
  ) as Shape<Fields> as Shape<Condition>,
  {
    oneOf: [
      ...['equals', 'in', 'null', 'atOrAfter', 'before', 'within'].map((test) => ({ required: [test] })),
      { anyOf: [{ required: ['from'] }, { required: ['to'] }] },
      { required: ['list'] },
    ],
    dependentRequired: { list: ['hasObject'], hasObject: ['list'] },
  },
);

/** A path into JSON only where `find` has it: what was looked for. */
const COLUMN_IN_BRACES = (joined: string): string =>
  `^([^{}]|\\{${joined}[A-Za-z_][A-Za-z0-9_$]{0,62}(\\.[A-Za-z_]\\w{0,99}|\\[\\d{1,3}\\]){0,10}\\})*$`;

const MOST_COUNTED = 10_000;
const SOME_ROWS = `give a whole number from 1 to ${String(MOST_COUNTED)}`;

export const outcome = closedObject(
  {
    when: v.exactOptional(about('All must hold. Without it the outcome always fits.', list(condition, 20))),
    atLeast: v.exactOptional(
      about(
        'How many matches the table must hold, for a task that writes several. Without it, one is enough.',
        v.pipe(number, v.integer(SOME_ROWS), v.minValue(1, SOME_ROWS), v.maxValue(MOST_COUNTED, SOME_ROWS)),
      ),
    ),
    says,
    strength: v.exactOptional(strength),
    text: about(
      'A sentence. {column} stands for a value of the row, and a path that find has for what was looked for.',
      template,
      {
        pattern: COLUMN_IN_BRACES('(joined\\.)?'),
      },
    ),
  },
  AN_OBJECT,
);

export const noRow = about(
  'What a missing row means. Without it, a missing row proves nothing.',
  closedObject(
    {
      says,
      strength: v.exactOptional(strength),
      text: about(
        'A sentence. {column} stands for the value that was looked for: only the names in find have one.',
        template,
        { pattern: COLUMN_IN_BRACES('') },
      ),
    },
    AN_OBJECT,
  ),
);

export const join = about(
  "A second table, whose columns are written joined.column. Where it has no row for the first table's, they are null.",
  closedObject(
    {
      table,
      on: about(
        'Column of the joined table: column of the first table that it must equal.',
        named(ownColumn, ownColumn, 'name the columns that must be equal, for example {"user_id": "user_id"}'),
      ),
      where: v.exactOptional(
        about(
          'Column of the joined table: the value that it must have.',
          named(ownColumn, scalar, 'name columns and their values'),
        ),
      ),
    },
    AN_OBJECT,
  ),
);

/** A column, or a path into a column that holds JSON, written like the places of arguments. */
const FIND = /^(?!joined\.)[A-Za-z_][A-Za-z0-9_$]{0,62}(\.[A-Za-z_]\w{0,99}|\[\d{1,3}\]){0,10}$/;

export const findColumn = v.pipe(
  v.string(A_COLUMN),
  v.regex(FIND, ({ input }) =>
    COLUMN.test(input) ? 'there is no join in this rule whose columns it could mean' : A_COLUMN,
  ),
);

export const argumentTest = about(
  'A value that the arguments must hold: equals, or one of several.',
  v.pipe(
    closedObject(
      {
        argument: places,
        equals: v.exactOptional(about('They hold this value.', scalar)),
        in: v.exactOptional(about('They hold one of these values.', list(scalar, 100))),
      },
      AN_OBJECT,
    ),
    v.check(
      ({ equals, in: values }) => (equals === undefined) !== (values === undefined),
      'give one test: equals or in',
    ),
  ),
  { oneOf: [{ required: ['equals'] }, { required: ['in'] }] },
);

export const effectRule = about(
  'For one task or several: which row of which table shows what the task did, and what that row means.',
  closedObject(
    {
      task: about(
        'The task as module.name, or a list of such names.',
        byKind({ text: task, array: list(task, MOST_RULES) }, `write a list of 1 to ${String(MOST_RULES)}`),
        { examples: ['shop.tasks.send_invoice'] },
      ),
      where: v.exactOptional(
        about(
          'The rule covers only tasks whose arguments hold these values; all must hold. A task may have several rules: the first that covers it counts.',
          list(argumentTest, 20),
        ),
      ),
      table,
      fixed: v.exactOptional(
        about(
          'Column of the table: the value that it must have. Everything else in the table is ignored. A rule that looks in the table of the tasks gives the module and the name of the task that is sent.',
          named(ownColumn, scalar, 'name columns and their values'),
        ),
      ),
      find: about(
        "By column of the table: where the task's arguments hold its value. All columns must agree. With an index on them the look-up is fast. Of a column that holds JSON a path may be given: arguments.args[0].",
        named(findColumn, argument, 'name the columns that lead to the row, for example {"id": "args[0]"}'),
        { examples: [{ id: ['args[0]', 'kwargs.invoice_id'] }] },
      ),
      join: v.exactOptional(join),
      outcomes: about(
        'What the row shows: the first outcome whose conditions all hold counts. If none holds, the rule decides nothing.',
        list(outcome, 50),
      ),
      noRow: v.exactOptional(noRow),
      noArguments: v.exactOptional(
        about('The sentence for a task whose arguments do not hold the values of find.', sentence),
      ),
    },
    AN_OBJECT,
  ),
);

const A_LIST = 'write a list of rules, or an object with the list in "rules"';

const rules = v.pipe(
  v.array(effectRule, A_LIST),
  v.maxLength(MOST_RULES, `there can be at most ${String(MOST_RULES)} rules`),
);

export const effectRules = about(
  "What tasks leave in the application's own tables, so that it can be seen whether they ran. A list of rules, or an object that holds it. Nothing here is SQL: names become quoted identifiers, values become parameters, and every query is read-only.",
  byKind(
    {
      array: rules,
      object: closedObject(
        {
          rules: about('The rules. One for a task that has a built-in rule takes its place.', rules),
          $schema: v.exactOptional(about('Where this schema is.', v.unknown() as Shape, { type: 'string' })),
        },
        A_LIST,
      ),
    },
    A_LIST,
  ),
  { title: 'Effect rules of Celery Task Diagnostics' },
);

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function hasOneTest(condition: Fields): boolean {
  const given = Object.keys(condition).filter((key) => key !== 'column' && key !== 'hasObject');
  const isRange = given.length === 2 && given.includes('from') && given.includes('to');
  return (given.length === 1 || isRange) && given.includes('list') === (condition.hasObject !== undefined);
}
