/** Rules made ready to be asked: their tables, columns and rights are looked up. */
import type { EffectRule } from '../model/effectRule';
import type { Snapshot } from '../ports/database';
import { findHiding, hidingText } from '../sql/hiding';
import { parseTableName, tableNameParts } from '../sql/identifiers';
import { findRelation, type Relation } from '../sql/relation';
import type { TaskTable } from '../tables/table';
import { planLookUps } from './lookUp';
import { ruleQuery } from './query';
import { usableTables, type Refusal } from './tables';
import { hidesOf, jsonColumns, maskedColumns, type UsableRule } from './usableRule';

/** A rule that can be asked, or why it cannot. */
export type OpenedRule =
  { readonly rule: EffectRule; readonly usable: UsableRule } | { readonly rule: EffectRule; readonly refusal: Refusal };

/**
 * Looks up what each rule needs: each table once, and for all of them together what may hide rows.
 * @param maskedKeys columns whose names hold one of these words are shown as `***`
 * @returns the rules in their order
 * @throws Problem when the snapshot itself failed
 */
export async function openRules(
  snapshot: Snapshot,
  table: TaskTable,
  rules: readonly EffectRule[],
  maskedKeys: readonly string[],
): Promise<OpenedRule[]> {
  const relations = new Map<string, Relation | 'missing' | 'forbidden'>();
  const look = async (name: string): Promise<Relation | 'missing' | 'forbidden'> => {
    const known = relations.get(name) ?? (await findRelation(snapshot, parseTableName(name)));
    relations.set(name, known);
    return known;
  };
  const task = await findRelation(snapshot, table.sql);
  for (const rule of rules) {
    await look(rule.table);
    if (rule.join) await look(rule.join.table);
  }
  const hidden = await hiddenRows(snapshot, relations);
  const ready = rules.map((rule): OpenedRule => {
    const effect = relations.get(rule.table) ?? 'missing';
    const joined = rule.join && (relations.get(rule.join.table) ?? 'missing');
    const tables = usableTables(rule, table.kind.columns, task, effect, joined);
    if ('says' in tables) return { rule, refusal: tables };
    const json = new Set([...jsonColumns(tables.effect, ''), ...jsonColumns(tables.joined, 'joined.')]);
    const query = ruleQuery(rule, tables);
    const masked = maskedColumns(rule, [...query.shown.keys()], maskedKeys);
    const hides = hidesOf(rule, tables.effect, hidden);
    return { rule, usable: { rule, tables, query, readsAll: false, json, hides, masked, form: tables.task.text } };
  });
  const lookUps = await planLookUps(
    snapshot,
    ready.flatMap((each) => ('usable' in each ? [each.usable] : [])),
  );
  return ready.map((each) => {
    if ('refusal' in each) return each;
    const lookUp = lookUps.shift() ?? { readsAll: false };
    return 'says' in lookUp ? { rule: each.rule, refusal: lookUp } : { ...each, usable: { ...each.usable, ...lookUp } };
  });
}

/** What may hide rows of each table that is there, by its name in the rules, as a clause. One question for all of them. */
async function hiddenRows(
  snapshot: Snapshot,
  relations: ReadonlyMap<string, Relation | string>,
): Promise<ReadonlyMap<string, string>> {
  const there = [...relations].flatMap(([name, relation]) =>
    typeof relation === 'string' ? [] : [{ name, sql: relation.sql }],
  );
  // Of a name without a schema there may be one in each: the task's own may be another.
  const bare = there
    .map(({ name }) => tableNameParts(name))
    .flatMap(([table = '', ...more]) => (more.length > 0 ? [] : [table]));
  const hiding = await findHiding(
    snapshot,
    there.map(({ sql }) => sql),
    bare,
  );
  return new Map(
    there.flatMap(({ name }, place) => {
      const says = hidingText(hiding[place] ?? []);
      return says === '' ? [] : [[name, says] as const];
    }),
  );
}
