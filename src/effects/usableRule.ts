/** A rule that can be asked: what it needs to be one, and what its answers say. */
import { MASK, oneLineJson } from '../base/jsonText';
import { columnOf, type ArgumentPlaces, type EffectRule, type EffectSays } from '../model/effectRule';
import type { Row } from '../ports/database';
import type { Relation } from '../sql/relation';
import type { TextForm } from '../sql/textForm';
import { NO_ARGUMENTS, NO_OUTCOME, NO_ROW, ruleQuery, type RuleQuery } from './query';
import type { RuleTables } from './tables';

export interface UsableRule {
  readonly rule: EffectRule;
  readonly tables: RuleTables;
  readonly query: RuleQuery;
  /** A question reads a table in full, whatever it asks for. */
  readonly readsAll: boolean;
  /** Columns that hold JSON, as the rule writes them. */
  readonly json: ReadonlySet<string>;
  /** Columns whose values are shown as `***`. */
  readonly masked: ReadonlySet<string>;
  /** What may hide rows that it asks for; undefined where it sees all. */
  readonly hides: Hides | undefined;
  /** How values travel. */
  readonly form: TextForm;
}

/** The same rule, of tasks that none of these covers. @param earlier rules of the same task type, which come first */
export function behind(usable: UsableRule, earlier: readonly EffectRule[]): UsableRule {
  return earlier.length === 0 ? usable : { ...usable, query: ruleQuery(usable.rule, usable.tables, earlier) };
}

/** Rows of a rule's tables that this role may not see. */
interface Hides {
  /** As a clause. */
  readonly says: string;
  /** A row that is seen is the only one of its values, whatever is hidden. */
  readonly onlyRow: boolean;
  /** Rows of the joined table may be hidden. */
  readonly joined: boolean;
}

/** Of several rows that a rule finds, the one that fits the earliest outcome counts. */
export function order(row: Row): number {
  const outcome = Number(row.outcome);
  return outcome < 0 ? Number.MAX_SAFE_INTEGER : outcome;
}

/** For each id the row that counts. */
export function best(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const known = found.get(row.id ?? '');
    if (!known || order(row) < order(known)) found.set(row.id ?? '', row);
  }
  return found;
}

/** What an outcome says, as far as the rows that may be hidden leave it. */
export function saysOf({ rule, hides }: UsableRule, outcome: string | null | undefined): EffectSays {
  const found = saysWhereAllIsSeen(rule, outcome);
  if (!hides || found.says === 'cannot-say') return found;
  const told = { says: 'cannot-say', text: `${found.text} This proves nothing, because ${hides.says}.` } as const;
  if (outcome === NO_ROW) return told;
  const asksForNone = rule.outcomes[Number(outcome)]?.when?.some(
    (condition) => 'null' in condition && condition.null && columnOf(condition.column).joined,
  );
  if (hides.joined && (asksForNone === true || found.says !== 'executed')) return told;
  // Another row of the same values, which is hidden, may say that it was done.
  return found.says === 'executed' || hides.onlyRow ? found : told;
}

export function hidesOf(rule: EffectRule, effect: Relation, hidden: ReadonlyMap<string, string>): Hides | undefined {
  const own = hidden.get(rule.table);
  const joined = rule.join && hidden.get(rule.join.table);
  const says = [...new Set([own, joined].filter((one) => one !== undefined))].join('; ');
  if (says === '') return undefined;
  const onlyRow = Object.keys(rule.find).some((column) => effect.unique.has(column));
  return { says, onlyRow: own === undefined || onlyRow, joined: joined !== undefined };
}

function saysWhereAllIsSeen(rule: EffectRule, outcome: string | null | undefined): EffectSays {
  const cannotSay = (text: string): EffectSays => ({ says: 'cannot-say', text });
  switch (outcome ?? NO_OUTCOME) {
    case NO_ARGUMENTS:
      return cannotSay(rule.noArguments ?? `Its arguments do not identify a row of ${rule.table}.`);
    case NO_ROW:
      return rule.noRow ?? cannotSay(`${rule.table} has no row for it.`);
    case NO_OUTCOME:
      return cannotSay(`Its row of ${rule.table} matches none of the rule's outcomes.`);
    default:
      return rule.outcomes[Number(outcome)] ?? cannotSay('');
  }
}

export function jsonColumns(relation: Relation | undefined, prefix: string): string[] {
  return [...(relation?.types ?? [])]
    .filter(([, type]) => type === 'json' || type === 'jsonb')
    .map(([name]) => `${prefix}${name}`);
}

/**
 * What is shown as `***`: columns with such a name, and what was looked for where any of its places has such a name.
 * @param shown columns that the rule's sentences show @param maskedKeys words that such names hold
 */
export function maskedColumns(
  { find }: EffectRule,
  shown: readonly string[],
  maskedKeys: readonly string[],
): ReadonlySet<string> {
  const isMasked = (name: string): boolean =>
    oneLineJson(JSON.stringify({ [name]: 0 }), maskedKeys).rawJSON.endsWith(`${MASK}}`);
  const secretKeys = Object.entries(find).flatMap(([key, places]) => {
    const names = [...namesIn(key), ...placesOf(places).flatMap(namesIn)];
    return names.some(isMasked) ? [key] : [];
  });
  return new Set([...shown.filter(isMasked), ...secretKeys]);
}

function placesOf(places: ArgumentPlaces): readonly string[] {
  const from = typeof places === 'object' && 'from' in places ? places.from : places;
  return typeof from === 'string' ? [from] : from;
}

function namesIn(path: string): string[] {
  return path.split(/[.[\]]/).filter((name) => name !== '');
}
