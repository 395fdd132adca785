/** Which of a task's rules covers it: the first whose `where` its arguments fit. */
import type { ArgumentTest, EffectRule } from '../model/effectRule';
import type { Row } from '../ports/database';
import { quoteIdentifier } from '../sql/identifiers';
import { asJsonb } from '../sql/jsonb';
import type { Relation } from '../sql/relation';
import type { CommonColumns } from '../tables/table';
import { argumentSql, coversSql, scalarText } from './argumentSql';
import { Values } from './values';

/** A rule of a task type, in the order in which they are tried. */
export interface Link<Usable> {
  readonly rule: EffectRule;
  /** Absent where the rule cannot be used: the tasks that it covers are covered by no other, and are not asked about. */
  readonly usable: Usable | undefined;
}

/** Rules by `module.name`. */
export type Chains<Usable> = ReadonlyMap<string, readonly Link<Usable>[]>;

/** No rule behind this one is ever asked. */
export function coversAll(rule: EffectRule): boolean {
  return rule.where === undefined;
}

/** The statement that tells which rule covers a task. $1 are ids; answers `rule`, the place in the list, and `ids` with commas between them. */
export interface CoverQuery {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** @param rules of one task type, in their order @param task its table */
export function coverQuery(rules: readonly EffectRule[], columns: CommonColumns, task: Relation): CoverQuery {
  const values = new Values();
  const wheres = rules.map(({ where = [] }) => where);
  const name = (rule: number, test: number): string => `test_${String(rule)}_${String(test)}`;
  const each = (make: (test: ArgumentTest, name: string) => string): string =>
    wheres.flatMap((where, rule) => where.map((test, place) => `, ${make(test, name(rule, place))}`)).join('');
  const found = each((test, as) => `${argumentSql('stuck.arguments', test.argument, values)} as ${as}`);
  const texts = each((_, as) => `${scalarText(as)} as ${as}`);
  const covers = wheres.map(
    (where, rule) =>
      `when ${coversSql(
        where,
        where.map((_, place) => name(rule, place)),
        values,
      )} then ${String(rule)}`,
  );
  const id = quoteIdentifier(columns.id);
  const given = columns.arguments ?? '';
  const json = asJsonb(quoteIdentifier(given), task.types.get(given), task.text.anyCharacter) ?? 'null::jsonb';
  return {
    text: `
      select rule::text as rule, string_agg(id::text, ',') as ids
        from (select id, case ${covers.join(' ')} end as rule
                from (select id${texts}
                        from (select id${found}
                                from (select ${id} as id, ${json} as arguments from ${task.sql}
                                       where ${id} = any($1::bigint[]) offset 0) as stuck offset 0) as args offset 0) as texts) as covered
       where rule is not null group by rule`,
    values: values.list,
  };
}

/**
 * The rows by the rule that covers each of them, as far as no look at their arguments is needed, and the others by their type.
 * @param idsOf ids by `module.name`
 */
export function routed<Usable>(
  idsOf: ReadonlyMap<string, readonly number[]>,
  chains: Chains<Usable>,
): { readonly clear: Map<Usable, number[]>; readonly unclear: ReadonlyMap<string, readonly number[]> } {
  const clear = new Map<Usable, number[]>();
  const unclear = new Map<string, readonly number[]>();
  for (const [type, ids] of idsOf) {
    const links = chains.get(type) ?? [];
    const [first] = links;
    // A rule's own query leaves the rows out that it does not cover.
    if (links.length > 1) unclear.set(type, ids);
    else if (first?.usable !== undefined) add(clear, first.usable, ids);
  }
  return { clear, unclear };
}

/** Adds what a cover query answered of a type. */
export function addCovered<Usable>(
  idsOf: Map<Usable, number[]>,
  links: readonly Link<Usable>[],
  answers: readonly Row[],
): void {
  for (const { rule, ids } of answers) {
    const usable = links[Number(rule)]?.usable;
    if (usable !== undefined) add(idsOf, usable, (ids ?? '').split(',').map(Number));
  }
}

function add<Key>(map: Map<Key, number[]>, key: Key, ids: readonly number[]): void {
  const known = map.get(key);
  if (!known) map.set(key, [...ids]);
  else for (const id of ids) known.push(id);
}
