/** The conditions of a rule's outcomes, as SQL. */
import { quoteIdentifier } from '../sql/identifiers';
import { asJsonb } from '../sql/jsonb';
import { columnOf, type EffectCondition } from '../model/effectRule';
import { isOneOf, numeric } from './compare';
import { typeOf, type RuleTables } from './tables';
import type { Values } from './values';

/** PostgreSQL's times end in the year 294276; what is added to one must not go beyond. */
const LAST_TIME = "'200000-01-01'";

export class Conditions {
  constructor(
    private readonly tables: RuleTables,
    private readonly values: Values,
  ) {}

  /** Whether all of them hold; of a column that is null none does but `null: true`. */
  all(conditions: readonly EffectCondition[]): string {
    return conditions.map((condition) => `(${this.condition(condition)})`).join(' and ') || 'true';
  }

  private condition(condition: EffectCondition): string {
    const sql = columnSql(condition.column);
    const type = typeOf(condition.column, this.tables);
    if ('equals' in condition) return isOneOf(sql, type, [condition.equals], this.values);
    if ('in' in condition) return isOneOf(sql, type, condition.in, this.values);
    if ('null' in condition) return `${sql} is ${condition.null ? '' : 'not '}null`;
    if ('before' in condition) return `${sql} < task.created_at`;
    if ('atOrAfter' in condition) return `${sql} >= task.created_at`;
    if ('within' in condition) {
      const seconds = this.values.bind(condition.within, 'double precision');
      return `${sql} >= task.created_at and ${sql} <= least(task.created_at, ${LAST_TIME}) + make_interval(secs => ${seconds})`;
    }
    if ('list' in condition) return this.hasObject(condition.column, condition.list, condition.hasObject);
    const bounds = [
      ...(condition.from === undefined ? [] : [`>= ${this.values.bind(condition.from, 'numeric')}`]),
      ...(condition.to === undefined ? [] : [`<= ${this.values.bind(condition.to, 'numeric')}`]),
    ];
    return bounds.map((bound) => `${numeric(sql, type)} ${bound}`).join(' and ');
  }

  private hasObject(column: string, list: readonly string[], object: Readonly<Record<string, string>>): string {
    const json = this.jsonb(column) ?? 'null::jsonb';
    // A json column can hold what jsonb refuses.
    const pairs = Object.entries(object).map(
      ([key, from]) => `${this.values.bind(key, 'text')}, ${this.jsonb(from) ?? `to_jsonb(${columnSql(from)})`}`,
    );
    return `((${json}) #> ${this.values.bind(list, 'text[]')}) @> jsonb_build_array(jsonb_build_object(${pairs.join(', ')}))`;
  }

  /** A column that holds JSON, as jsonb; undefined where it holds something else. */
  private jsonb(column: string): string | undefined {
    return asJsonb(columnSql(column), typeOf(column, this.tables), this.tables.task.text.anyCharacter);
  }
}

/** A column as the rule writes it, as SQL. */
export function columnSql(written: string): string {
  const { joined, name } = columnOf(written);
  return `${joined ? 'joined' : 'effect'}.${quoteIdentifier(name)}`;
}
