import assert from 'node:assert/strict';
import { ruleQuery } from '../../src/effects/query';
import { parseEffectRules } from '../../src/effects/rules';
import type { RuleTables } from '../../src/effects/tables';
import type { EffectRule } from '../../src/model/effectRule';
import type { Relation } from '../../src/sql/relation';
import { textForm } from '../../src/sql/textForm';
import type { Random } from '../support/random';
import { fuzz, shown } from './support/fuzz';
import { NASTY_TEXTS } from './support/nasty';

/** In every name and every value that a rule gives, and nowhere in our own SQL. */
const MARK = 'zq';
const TYPES = ['bigint', 'text', 'boolean', 'numeric', 'uuid', 'date', 'jsonb', 'timestamp with time zone'];
const EVIL = ["'", "''; drop table x; --", '"', '\\', '$1', '$$', '::text', ') or true --', ...NASTY_TEXTS];

const column = (random: Random): string => random.pick([`${MARK}_a`, `${MARK}_B`, `${MARK}_c$`, `_${MARK}1`]);
const text = (random: Random): string => MARK + random.pick(EVIL);
const scalar = (random: Random): string | number | boolean =>
  random.pick<string | number | boolean>([text(random), text(random), random.integer(-9, 9), 2.5, 1e300, true]);
const step = (random: Random): string => random.pick([`.${MARK}_s`, `.s_${MARK}`, '[0]', '[12]']);
const steps = (random: Random): string => Array.from({ length: random.integer(0, 3) }, () => step(random)).join('');
const place = (random: Random): string => random.pick(['args[0]', `kwargs.${MARK}_k`]) + steps(random);
const places = (random: Random): string | string[] => random.pick([place(random), [place(random), place(random)]]);

function condition(random: Random): object {
  const [name, at] = [column(random), 'created_at'];
  return {
    column: name,
    ...random.pick<object>([
      { equals: scalar(random) },
      { in: [scalar(random), scalar(random)] },
      { null: true },
      { atOrAfter: at },
      { within: random.integer(0, 1000) },
      { from: 1, to: random.integer(2, 9) },
      { list: [text(random)], hasObject: { [text(random)]: column(random) } },
    ]),
  };
}

/** A rule that uses any of the language's fields. */
function anyRule(random: Random): unknown {
  const test = (): object => ({
    argument: places(random),
    ...random.pick<object>([{ equals: scalar(random) }, { in: [scalar(random)] }]),
  });
  const outcome = (): object => ({
    when: [condition(random), condition(random)],
    says: 'executed',
    text: `is {${column(random)}}`,
    ...(random.next() < 0.3 ? { atLeast: random.integer(1, 9) } : {}),
  });
  return {
    task: 'shop.tasks.send',
    table: random.pick([`${MARK}_table`, `"${MARK} ; drop"`, `public."${MARK}""x"`]),
    find: {
      [column(random)]: random.pick<unknown>([places(random), { from: places(random), default: scalar(random) }]),
      [`${column(random)}.${MARK}_p${steps(random)}`]: places(random),
    },
    outcomes: [outcome(), outcome()],
    noRow: { says: 'cannot-say', text: 'none' },
    ...(random.next() < 0.5 ? { where: [test(), test()] } : {}),
    ...(random.next() < 0.5 ? { fixed: { [column(random)]: scalar(random) } } : {}),
  };
}

function tablesFor(random: Random, ofTasks: boolean): RuleTables {
  const types = new Map(
    [`${MARK}_a`, `${MARK}_B`, `${MARK}_c$`, `_${MARK}1`].map((name) => [name, random.pick(TYPES)]),
  );
  const all = new Map([...types, ['id', 'bigint'], ['arguments', 'jsonb'], ['created_at', 'timestamp with time zone']]);
  const relation = (sql: string): Relation => ({
    sql,
    types: all,
    readable: new Set(all.keys()),
    unique: new Set(),
    text: textForm(random.pick(['UTF8', 'LATIN1', 'EUC_JP'])),
  });
  const task = relation('"public"."tasks"');
  const columns = { id: 'id', arguments: 'arguments', created: 'created_at' };
  return { columns, task, effect: ofTasks ? task : relation(`"public"."${MARK}_table"`), joined: undefined };
}

/** The same rule with other texts as values. */
function withOtherTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOtherTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      ['equals', 'default', 'in'].includes(key) ? [key, otherScalar(each)] : [key, withOtherTexts(each)],
    ),
  );
}

function otherScalar(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(otherScalar);
  return typeof value === 'string' ? `${value}'; --` : value;
}

describe('the SQL of effect rules', () => {
  fuzz('has names only as identifiers and values only as parameters', 3000, (random) => {
    const [rule] = parseEffectRules([withoutUnreachable(anyRule(random))], 'rules') as [EffectRule];
    const tables = tablesFor(random, random.next() < 0.3);
    const query = ruleQuery(rule, tables);
    for (const sql of [query.words, query.outcomes]) {
      const outside = sql.replace(/"(?:[^"]|"")*"/g, '');
      assert.ok(!outside.includes(MARK), shown(outside));
      const asked = new Set([...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      const wanted = Array.from({ length: query.values.length + 1 }, (_, index) => index + 1);
      assert.deepEqual(
        [...asked].sort((a, b) => a - b),
        wanted,
        shown(sql),
      );
    }
    const other = ruleQuery(withOtherTexts(rule) as EffectRule, tables);
    assert.deepEqual([other.words, other.outcomes], [query.words, query.outcomes]);
  });
});

/** Two outcomes with the same conditions are refused where the second can never count. */
function withoutUnreachable(rule: unknown): unknown {
  const { outcomes, ...rest } = rule as { readonly outcomes: readonly { readonly when: unknown }[] };
  const [first, second] = outcomes;
  const same = JSON.stringify(first?.when) === JSON.stringify(second?.when);
  return { ...rest, outcomes: same ? [first] : outcomes };
}
