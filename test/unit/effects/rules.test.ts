import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import { BUILT_IN_EFFECTS } from '../../../src/effects/builtIn';
import { fill, findKeyOf, placeholders, placeSteps, tasksOf, type EffectRule } from '../../../src/model/effectRule';
import { effectRule } from '../../../src/model/contract/effectRule';
import { parseEffectRules } from '../../../src/effects/rules';
import { effectRulesOf } from '../../../src/effects/rulesFile';
import { Problem } from '../../../src/base/problem';
import { problemOf } from '../../support/problems';
import { WRITTEN_RULES } from '../../support/builtInRules';

const RULE = {
  task: 'shop.tasks.invoice',
  table: 'shop_invoice',
  find: { id: 'args[0]' },
  outcomes: [{ says: 'executed', text: 'Invoice {id} is there.' }],
};

/** The rule with a condition in place of its own. */
function when(...conditions: unknown[]): unknown {
  return { ...RULE, outcomes: [{ ...RULE.outcomes[0], when: conditions }] };
}

const JOIN = { table: 'shop_customer', on: { id: 'customer_id' } };

const GOOD: readonly (readonly [string, unknown])[] = [
  ['the least', RULE],
  ['several tasks', { ...RULE, task: ['shop.tasks.a', 'shop.tasks.b'] }],
  ['a schema', { ...RULE, table: 'public."odd table"' }],
  ['several places', { ...RULE, find: { id: ['args[0]', 'kwargs.id'], Odd$: 'kwargs.payload.items[0].id' } }],
  ['a default', { ...RULE, find: { role: { from: 'args[2]', default: 'student' } } }],
  ['a join', { ...RULE, join: { ...JOIN, where: { kind: 'A', level: 3, open: true } } }],
  ['equals', when({ column: 'paid', equals: true })],
  ['in', when({ column: 'status', in: ['a', 1, false] })],
  ['null', when({ column: 'paid_at', null: false })],
  ['times', when({ column: 'at', atOrAfter: 'created_at' }, { column: 'at', before: 'created_at' })],
  ['ranges', when({ column: 'n', from: 200, to: 299 }, { column: 'n', from: -1 }, { column: 'n', to: 1.5 })],
  ['a list', when({ column: 'log', list: ['a', 'b'], hasObject: { id: 'id' } })],
  ['no row', { ...RULE, noRow: { says: 'not-executed', strength: 'proven', text: 'No invoice {id}.' } }],
  ['no arguments', { ...RULE, noArguments: 'Nothing is recorded without an id.' }],
  [
    'where',
    {
      ...RULE,
      where: [
        { argument: ['args[0]', 'kwargs.kind'], equals: 'a' },
        { argument: 'args[1]', in: [1, true] },
      ],
    },
  ],
  ['fixed', { ...RULE, table: 'tasks', fixed: { task_module: 'shop.tasks', number: 1.5, open: false } }],
  ['a path into JSON', { ...RULE, find: { 'data.args[0].id': 'args[0]', id: 'args[1]' } }],
  ['within', when({ column: 'at', within: 0.5 }, { column: 'at', within: 315_360_000 })],
  [
    'atLeast',
    {
      ...RULE,
      outcomes: [
        { atLeast: 3, says: 'executed', text: 'x' },
        { atLeast: 2, says: 'failed', text: 'y' },
      ],
    },
  ],
  [
    'sentences with a path that find has',
    {
      ...RULE,
      find: { 'data.args[0]': 'args[0]' },
      outcomes: [{ says: 'executed', text: '{id} of {data.args[0]}' }],
      noRow: { says: 'cannot-say', text: 'none of {data.args[0]}' },
    },
  ],
];

/** What is wrong, the rule, and the field that the error names. */
const BAD: readonly (readonly [string, unknown, string])[] = [
  ['no object', 'shop', 'rule 2'],
  ['an unknown field', { ...RULE, sql: 'drop table x' }, 'sql'],
  ['no task', { ...RULE, task: undefined }, 'task'],
  ['a task without a module', { ...RULE, task: 'invoice' }, 'task'],
  ['an empty list of tasks', { ...RULE, task: [] }, 'task'],
  ['no table', { ...RULE, table: 7 }, 'table'],
  ['SQL as a table', { ...RULE, table: 'a b; drop table c' }, 'table'],
  ['no way to the row', { ...RULE, find: {} }, 'find'],
  ['SQL as a column', { ...RULE, find: { 'id"; --': 'args[0]' } }, 'find'],
  ['a joined column to find', { ...RULE, find: { 'joined.id': 'args[0]' } }, 'find'],
  ['a place that is none', { ...RULE, find: { id: 'argv[0]' } }, 'find.id'],
  ['kwargs as a whole', { ...RULE, find: { id: 'kwargs' } }, 'find.id'],
  ['no places', { ...RULE, find: { id: [] } }, 'find.id'],
  ['a default that is no value', { ...RULE, find: { id: { from: 'args[0]', default: null } } }, 'find.id, default'],
  ['a default for nothing', { ...RULE, find: { id: { default: 1 } } }, 'find.id'],
  ['a join on nothing', { ...RULE, join: { table: 'a', on: {} } }, 'join, on'],
  ['a join on a number', { ...RULE, join: { table: 'a', on: { id: 1 } } }, 'join, on.id'],
  ['a join where nothing', { ...RULE, join: { ...JOIN, where: { a: null } } }, 'join, where.a'],
  ['no outcomes', { ...RULE, outcomes: [] }, 'outcomes'],
  ['an outcome that says nothing', { ...RULE, outcomes: [{ text: 'x' }] }, 'says'],
  ['a verdict as outcome', { ...RULE, outcomes: [{ says: 'lost', text: 'x' }] }, 'says'],
  ['too sure', { ...RULE, outcomes: [{ says: 'executed', strength: 'sure', text: 'x' }] }, 'strength'],
  ['no sentence', { ...RULE, outcomes: [{ says: 'executed', text: '' }] }, 'text'],
  ['an endless sentence', { ...RULE, outcomes: [{ says: 'executed', text: 'x'.repeat(501) }] }, 'text'],
  ['a sentence with SQL', { ...RULE, outcomes: [{ says: 'executed', text: '{now()}' }] }, 'text'],
  ['a lone brace', { ...RULE, outcomes: [{ says: 'executed', text: 'a { b' }] }, 'text'],
  ['a condition without a test', when({ column: 'a' }), 'condition 1'],
  ['a condition with two', when({ column: 'a', equals: 1, null: true }), 'condition 1'],
  ['a condition on no column', when({ equals: 1 }), 'column'],
  ['equal to null', when({ column: 'a', equals: null }), 'equals'],
  ['one of nothing', when({ column: 'a', in: [] }), 'in'],
  ['null as text', when({ column: 'a', null: 'yes' }), 'null'],
  ['after another time', when({ column: 'a', atOrAfter: 'last_run' }), 'atOrAfter'],
  ['a range of texts', when({ column: 'a', from: '200' }), 'from'],
  ['a list of nothing', when({ column: 'a', list: ['x'] }), 'condition 1'],
  ['an object in no list', when({ column: 'a', hasObject: { id: 'id' } }), 'condition 1'],
  ['a list that leads nowhere', when({ column: 'a', list: [], hasObject: { id: 'id' } }), 'list'],
  ['an object with a number', when({ column: 'a', list: ['x'], hasObject: { id: 5 } }), 'hasObject.id'],
  ['no row and no words', { ...RULE, noRow: { says: 'cannot-say' } }, 'noRow, text'],
  ['no arguments and no words', { ...RULE, noArguments: '' }, 'noArguments'],
  ['a where that is no list', { ...RULE, where: { argument: 'args[0]', equals: 1 } }, 'where'],
  ['an empty where', { ...RULE, where: [] }, 'where'],
  ['a where without a place', { ...RULE, where: [{ equals: 1 }] }, 'where 1, argument'],
  ['a where at no place', { ...RULE, where: [{ argument: 'argv[0]', equals: 1 }] }, 'where 1, argument'],
  ['a where without a test', { ...RULE, where: [{ argument: 'args[0]' }] }, 'where 1'],
  ['a where with two tests', { ...RULE, where: [{ argument: 'args[0]', equals: 1, in: [1] }] }, 'where 1'],
  ['a where that equals null', { ...RULE, where: [{ argument: 'args[0]', equals: null }] }, 'where 1, equals'],
  ['a where in nothing', { ...RULE, where: [{ argument: 'args[0]', in: [] }] }, 'where 1, in'],
  ['a where with a column', { ...RULE, where: [{ column: 'a', equals: 1 }] }, 'where 1'],
  ['nothing fixed', { ...RULE, fixed: {} }, 'fixed'],
  ['null fixed', { ...RULE, fixed: { kind: null } }, 'fixed.kind'],
  ['a list fixed', { ...RULE, fixed: { kind: ['a'] } }, 'fixed.kind'],
  ['a joined column fixed', { ...RULE, join: JOIN, fixed: { 'joined.kind': 'a' } }, 'fixed'],
  ['a path fixed', { ...RULE, fixed: { 'data.kind': 'a' } }, 'fixed'],
  ['SQL as a path', { ...RULE, find: { "data.a' or true": 'args[0]' } }, 'find'],
  ['a path that ends in nothing', { ...RULE, find: { 'data.': 'args[0]' } }, 'find'],
  ['a negative step of a path', { ...RULE, find: { 'data[-1]': 'args[0]' } }, 'find'],
  ['an endless window', when({ column: 'at', within: 315_360_001 }), 'within'],
  ['a window before', when({ column: 'at', within: -1 }), 'within'],
  ['a window and a test', when({ column: 'at', within: 5, atOrAfter: 'created_at' }), 'condition 1'],
  ['at least none', { ...RULE, outcomes: [{ atLeast: 0, says: 'executed', text: 'x' }] }, 'atLeast'],
  ['at least a half', { ...RULE, outcomes: [{ atLeast: 1.5, says: 'executed', text: 'x' }] }, 'atLeast'],
  ['at least too many', { ...RULE, outcomes: [{ atLeast: 10_001, says: 'executed', text: 'x' }] }, 'atLeast'],
];

let compiled: ValidateFunction | undefined;

function schemaTakes(value: unknown): boolean {
  compiled ??= new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
    JSON.parse(readFileSync('schemas/effects.schema.json', 'utf8')) as object,
  );
  return compiled(JSON.parse(JSON.stringify(value)));
}

describe('effects/rules', () => {
  it('rules for effects that are built in fit the schema and the check, and speak of five tasks', () => {
    assert.equal(schemaTakes(WRITTEN_RULES), true, JSON.stringify(compiled?.errors));
    assert.equal(parseEffectRules(JSON.parse(JSON.stringify(WRITTEN_RULES)), 'built in').length, 5);
    assert.equal(new Set(BUILT_IN_EFFECTS.flatMap(tasksOf)).size, 5);
  });

  it('the files of the built-in rules are files that a person could use, and all of them are used', () => {
    const folder = 'src/effects/builtIn';
    const rules = readdirSync(folder).flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      const file = JSON.parse(text) as { readonly $schema: string };
      assert.equal(schemaTakes(file), true, `${name}: ${JSON.stringify(compiled?.errors)}`);
      assert.ok(existsSync(join(folder, file.$schema)), name);
      return effectRulesOf(text, name);
    });
    const inOrder = (list: readonly EffectRule[]): EffectRule[] =>
      list.toSorted((a, b) => (a.table < b.table ? -1 : 1));
    assert.deepEqual(inOrder(rules), inOrder(WRITTEN_RULES));
  });

  it('the rules that docs/effects.md shows are rules, and each field of a rule is described there', () => {
    const page = readFileSync('docs/effects.md', 'utf8');
    const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']) => json);
    assert.ok(examples.length >= 3);
    for (const json of examples) {
      assert.ok(effectRulesOf(json, 'docs/effects.md').length > 0);
      assert.equal(schemaTakes(JSON.parse(json)), true, JSON.stringify(compiled?.errors));
    }
    const { entries } = effectRule as unknown as { readonly entries: object };
    for (const field of Object.keys(entries)) assert.match(page, new RegExp(`^\\| \`${field}\` \\|`, 'm'));
    const shown = examples.join('');
    for (const field of ['where', 'fixed', 'within', 'atLeast', 'arguments.args[0]'])
      assert.ok(shown.includes(`"${field}":`), field);
  });

  it('rules for effects never say that a hook was delivered for sure: one hook serves many deliveries', () => {
    const hook = BUILT_IN_EFFECTS.find((rule) => rule.table === 'notify_hook')!;
    assert.ok([...hook.outcomes, hook.noRow!].every((outcome) => outcome.strength !== 'proven'));
  });

  for (const [name, rule] of GOOD) {
    it(`rules for effects may have ${name}: schema and check agree`, () => {
      assert.deepEqual(parseEffectRules([rule], 'rules'), [rule]);
      assert.equal(schemaTakes([rule]), true, JSON.stringify(compiled?.errors));
      assert.equal(schemaTakes({ rules: [rule] }), true);
    });
  }

  for (const [name, rule, field] of BAD) {
    it(`rules for effects may not have ${name}: schema and check agree, and the error names the place`, async () => {
      const problem = await problemOf(() => parseEffectRules([RULE, rule], 'celeryTasks.effects'), 'invalid');
      assert.match(problem.message, /^celeryTasks\.effects, rule 2/);
      assert.ok(problem.message.includes(field), problem.message);
      assert.equal(schemaTakes([rule]), false);
    });
  }

  it('rules for effects come as a list or as a file with the list in it', async () => {
    const file = { $schema: './effects.schema.json', rules: [RULE] };
    assert.deepEqual(parseEffectRules(file, 'file'), [RULE]);
    assert.deepEqual(parseEffectRules([], 'setting'), []);
    for (const wrong of [null, 7, 'x', {}, { rules: {} }, { rules: [], more: 1 }]) {
      await problemOf(() => parseEffectRules(wrong, 'file.json'), 'invalid');
      assert.equal(schemaTakes(wrong), false, JSON.stringify(wrong));
    }
  });

  it('rules for effects are one for a task: a second one is an error that names it', async () => {
    for (const second of [RULE, { ...RULE, where: [{ argument: 'args[0]', equals: 1 }] }]) {
      const problem = await problemOf(() => parseEffectRules([RULE, second], 'setting'), 'invalid');
      assert.equal(
        problem.message,
        'setting, rule 2, task cannot be "shop.tasks.invoice": an earlier rule already covers it.',
      );
    }
  });

  it('rules for effects are several for a task where all but the last have a where of their own', async () => {
    const of = (...values: number[]): unknown => ({ ...RULE, where: [{ argument: 'args[0]', in: values }] });
    assert.equal(parseEffectRules([of(1), of(2), RULE], 'setting').length, 3);
    assert.equal(parseEffectRules([of(1), of(2)], 'setting').length, 2);
    const both = { ...RULE, task: ['shop.tasks.other', 'shop.tasks.invoice'] };
    assert.equal(parseEffectRules([of(1), both], 'setting').length, 2);
    const problem = await problemOf(() => parseEffectRules([of(1), both, of(2)], 'setting'), 'invalid');
    assert.match(problem.message, /^setting, rule 3, task cannot be "shop\.tasks\.invoice": an earlier rule already/);
    const same = await problemOf(() => parseEffectRules([of(1), of(2), of(1)], 'setting'), 'invalid');
    assert.match(same.message, /^setting, rule 3 \(shop\.tasks\.invoice\), where cannot be /);
    assert.match(same.message, /: an earlier rule already covers these tasks\.$/);
  });

  it('rules for effects count only what can be counted, and what can be reached', async () => {
    const counted = (...outcomes: object[]): unknown => ({
      ...RULE,
      outcomes: outcomes.map((outcome) => ({ says: 'executed', text: 'x', ...outcome })),
    });
    const joined = { ...(counted({ atLeast: 2 }) as object), join: JOIN };
    assert.match(
      (await problemOf(() => parseEffectRules([joined], 'setting'), 'invalid')).message,
      /^setting, rule 1 \(shop\.tasks\.invoice\), outcome 1, atLeast cannot be "2": a rule with a join cannot count\.$/,
    );
    const fits = [{ column: 'a', equals: 1 }];
    for (const outcomes of [
      [{ atLeast: 2 }, { atLeast: 3 }],
      [{}, { atLeast: 3 }],
      [{ when: fits, atLeast: 2 }, { atLeast: 3 }, { when: fits, atLeast: 2 }],
    ])
      assert.match(
        (await problemOf(() => parseEffectRules([counted(...outcomes)], 'setting'), 'invalid')).message,
        /outcome [23], atLeast cannot be "[23]": outcome 1 has the same conditions and already holds by then\.$/,
      );
    for (const outcomes of [
      [{ atLeast: 3 }, { atLeast: 2 }, {}],
      [
        { when: fits, atLeast: 2 },
        { when: [{ column: 'a', equals: 2 }], atLeast: 2 },
      ],
    ])
      assert.equal(parseEffectRules([counted(...outcomes)], 'setting').length, 1);
  });

  it('rules for effects show a path into JSON only where find has it', async () => {
    const shows = (text: string): unknown => ({
      ...RULE,
      find: { 'data.id': 'args[0]' },
      outcomes: [{ says: 'executed', text }],
    });
    assert.equal(parseEffectRules([shows('{data.id} {data}')], 'setting').length, 1);
    const problem = await problemOf(() => parseEffectRules([shows('{data.name}')], 'setting'), 'invalid');
    assert.match(problem.message, /outcome 1, text cannot be "data\.name": write the name of a column\.$/);
    const none = { ...(shows('x') as object), noRow: { says: 'cannot-say', text: '{data}' } };
    assert.match((await problemOf(() => parseEffectRules([none], 'setting'), 'invalid')).message, /noRow\.text/);
  });

  it('keys of find are columns, with a path into JSON where there is one', () => {
    assert.deepEqual(findKeyOf('id'), { column: 'id', steps: [] });
    assert.deepEqual(findKeyOf('data.args[0].id'), { column: 'data', steps: ['args', 0, 'id'] });
    assert.deepEqual(findKeyOf('odd$[12]'), { column: 'odd$', steps: [12] });
  });

  it('rules for effects ask the joined table only where they join one', async () => {
    const condition = { column: 'joined.open', equals: true };
    await problemOf(() => parseEffectRules([when(condition)], 'setting'), 'invalid');
    const rule = { ...(when(condition) as EffectRule), join: JOIN };
    assert.deepEqual(parseEffectRules([rule], 'setting'), [rule]);
  });

  it('rules for effects show in noRow only what was looked for', async () => {
    const rule = { ...RULE, noRow: { says: 'cannot-say', text: 'No {status}.' } };
    assert.match((await problemOf(() => parseEffectRules([rule], 'setting'), 'invalid')).message, /noRow\.text/);
  });

  it('rules for effects are refused without repeating a password', () => {
    const url = 'postgres://me:hunter2@host/db';
    assert.throws(
      () => parseEffectRules([{ ...RULE, table: url }], 'setting'),
      (error) => error instanceof Problem && !error.message.includes('hunter2'),
    );
  });
});

describe('effects/rules', () => {
  it('places in the arguments are steps', () => {
    assert.deepEqual(placeSteps('args[0]'), ['args', 0]);
    assert.deepEqual(placeSteps('kwargs.hook.ids[12].id'), ['kwargs', 'hook', 'ids', 12, 'id']);
  });

  for (const wrong of ['', 'args', 'args[-1]', 'args[x]', 'kwargs', 'kwargs[0]', 'kwargs.a b', "kwargs.a'b", 'id']) {
    it(`places in the arguments are not "${wrong}"`, () => {
      assert.equal(placeSteps(wrong), undefined);
    });
  }
});

describe('effects/rules', () => {
  it('sentences get their values in, also null and values that look like columns', () => {
    assert.deepEqual(placeholders('{a} and {joined.b} and {a}'), ['a', 'joined.b']);
    const values: Record<string, string | null> = { a: '{b}', b: 'never', 'joined.b': null };
    assert.equal(
      fill('{a} and {joined.b}', (column) => values[column] ?? null),
      '{b} and null',
    );
    assert.equal(
      fill('{a}', () => '$& $1'),
      '$& $1',
    );
  });
});
