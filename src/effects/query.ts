/** A rule as one SQL statement: names are quoted identifiers, every value is a bound parameter. */
import { quoteIdentifier } from '../sql/identifiers';
import type { Relation } from '../sql/relation';
import { asJsonb } from '../sql/jsonb';
import type { CommonColumns } from '../tables/table';
import {
  columnOf,
  placeholders,
  placeSteps,
  type ArgumentPlaces,
  type EffectCondition,
  type EffectRule,
  type Scalar,
} from '../model/effectRule';
import type { SourceGap } from '../model/sources';

/** The tables that a rule reads; `task` is the task table. */
export interface RuleTables {
  /** Names of the task table's columns. */
  readonly columns: CommonColumns;
  readonly task: Relation;
  readonly effect: Relation;
  readonly joined: Relation | undefined;
}

/** `outcome` in the answer: the index of the rule's outcome, or one of these. */
export const NO_ARGUMENTS = '-3';
export const NO_ROW = '-2';
export const NO_OUTCOME = '-1';

export interface RuleQuery {
  /** $1 are the ids of the task's rows. Answers `id`, `outcome` and one column for each of `shown` and `sought`. */
  readonly words: string;
  /** The same question, asked of every stuck row: answers `outcome` and `ids`, those that have it, with commas between them. */
  readonly outcomes: string;
  /** $2 and so on. */
  readonly values: readonly unknown[];
  /** Column as the rule writes it, to its name in the answer. */
  readonly shown: ReadonlyMap<string, string>;
  /** Column of `find`, to the name in the answer of the value that was looked for. */
  readonly sought: ReadonlyMap<string, string>;
}

/** One character more than is shown, so that what was cut can be said to be. */
export const SHOWN_CHARACTERS = 200;

const INTEGERS = ['smallint', 'integer', 'bigint'];
const TEXTS = ['text', 'character varying'];
const TIMES = ['timestamp with time zone', 'timestamp without time zone'];
/** More digits than a bigint surely holds are no id. */
const INTEGER_TEXT = '^-?[0-9]{1,18}$';
const NUMBER_TEXT = String.raw`^-?[0-9]{1,40}(\.[0-9]{1,40})?$`;
const UUID_TEXT = '^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$';

/** Why a rule is not used. `unusable-rule`: it does not fit this database. Any other kind: a source that is there could not be read. */
export type Refusal = SourceGap;

/** The refusal of a rule that does not fit. @param says the end of a sentence */
export function unusable(says: string): Refusal {
  return { kind: 'unusable-rule', setting: 'celeryTasks.effects', says };
}

/**
 * Why a rule cannot be used with these tables: a column that is missing, that this role may not read, or whose type does not fit the
 * rule's question.
 * @returns undefined when it can
 */
export function refusalOf(rule: EffectRule, tables: RuleTables): Refusal | undefined {
  const { arguments: given, created } = tables.columns;
  if (given === undefined || asJsonb('', tables.task.types.get(given)) === undefined)
    return unusable('the arguments of the tasks are not JSON in this table');
  const own: string[] = [];
  const joined: string[] = [];
  const add = (written: string): void => {
    const { joined: other, name } = columnOf(written);
    (other ? joined : own).push(name);
  };
  const conditions = rule.outcomes.flatMap((outcome) => outcome.when ?? []);
  Object.keys(rule.find).forEach(add);
  rule.outcomes.flatMap((outcome) => placeholders(outcome.text)).forEach(add);
  conditions.forEach((condition) => {
    add(condition.column);
    if ('hasObject' in condition) Object.values(condition.hasObject).forEach(add);
  });
  own.push(...Object.values(rule.join?.on ?? {}));
  joined.push(...Object.keys(rule.join?.on ?? {}), ...Object.keys(rule.join?.where ?? {}));
  const needs: (readonly [string, Relation, readonly string[]])[] = [[rule.table, tables.effect, own]];
  if (rule.join && tables.joined) needs.push([rule.join.table, tables.joined, joined]);
  if (asksTime(conditions) && created === undefined)
    return unusable('the task table does not record when a row was created');
  needs.push(['the task table', tables.task, [given, ...(asksTime(conditions) && created ? [created] : [])]]);
  for (const [name, relation, columns] of needs) {
    const missing = columns.find((column) => !relation.types.has(column));
    if (missing !== undefined) return unusable(`column ${missing} of ${name} is missing`);
    const closed = columns.find((column) => !relation.readable.has(column));
    if (closed !== undefined) return { kind: 'forbidden', says: `this role may not read column ${closed} of ${name}` };
  }
  const reason = conditions.map((condition) => misfit(condition, tables)).find((one) => one !== undefined);
  return reason === undefined ? undefined : unusable(reason);
}

function asksTime(conditions: readonly EffectCondition[]): boolean {
  return conditions.some(isAboutTime);
}

function isAboutTime(condition: EffectCondition): boolean {
  return 'before' in condition || 'atOrAfter' in condition || 'within' in condition;
}

function misfit(condition: EffectCondition, tables: RuleTables): string | undefined {
  const type = typeOf(condition.column, tables);
  if ('list' in condition && asJsonb('', type) === undefined)
    return `column ${condition.column} is of type ${type ?? ''}, not JSON`;
  if (!isAboutTime(condition)) return undefined;
  const taskType = tables.task.types.get(tables.columns.created ?? '') ?? '';
  if (TIMES.includes(taskType) && type === taskType) return undefined;
  return `column ${condition.column} is of type ${type ?? ''}, which cannot be compared with the task's ${taskType}`;
}

function typeOf(written: string, tables: RuleTables): string | undefined {
  const { joined, name } = columnOf(written);
  return (joined ? tables.joined : tables.effect)?.types.get(name);
}

/** The one statement of a rule that `refusalOf` has nothing against. */
export function ruleQuery(rule: EffectRule, tables: RuleTables): RuleQuery {
  return new QueryBuilder(rule, tables).build();
}

class QueryBuilder {
  private readonly values: unknown[] = [];

  constructor(
    private readonly rule: EffectRule,
    private readonly tables: RuleTables,
  ) {}

  build(): RuleQuery {
    const { rule, tables } = this;
    const find = Object.entries(rule.find).map(([column, places], index) => ({
      column,
      type: tables.effect.types.get(column) ?? '',
      found: `found_${String(index)}`,
      value: `value_${String(index)}`,
      typed: `typed_${String(index)}`,
      sql: this.argument(places),
    }));
    const matches = find.map(
      ({ column, type, typed }) => `${comparable(type, `effect.${quoteIdentifier(column)}`)} = task.${typed}`,
    );
    const shown = [...new Set(rule.outcomes.flatMap((outcome) => placeholders(outcome.text)))];
    const outcomes = rule.outcomes.map(
      (outcome, index) => `when ${this.all(outcome.when ?? [])} then ${String(index)}`,
    );
    const { id, arguments: given = '', created } = tables.columns;
    const has = created !== undefined && tables.task.types.has(created);
    const time = has ? `, ${quoteIdentifier(created)} as created_at` : '';
    const made = has ? ', created_at' : '';
    const json = asJsonb(quoteIdentifier(given), tables.task.types.get(given), tables.task.text.anyCharacter);
    const each = (sql: (one: (typeof find)[number]) => string): string => find.map(sql).join(', ');
    const answer = `task.id::text as id,
             (case when ${find.map(({ typed }) => `task.${typed} is null`).join(' or ')} then ${NO_ARGUMENTS}
                   when effect.${quoteIdentifier(find[0]?.column ?? '')} is null then ${NO_ROW}
                   ${outcomes.join('\n                   ')} else ${NO_OUTCOME} end)::text as outcome`;
    // Each "offset 0" keeps what is below from being reckoned again in each place that uses it: a pattern that is matched costs as much
    // as looking the row up, and three places want its answer.
    const from = `
        from (select *, ${each(({ type, found, value, typed }) => `${typedValue(type, value, found)} as ${typed}`)}
                from (select *, ${each(({ found, value }) => `${scalarText(found)} as ${value}`)}
                        from (select id${made}, ${each(({ sql, found }) => `${sql} as ${found}`)}
                                from (select ${quoteIdentifier(id)} as id${time}, ${json ?? 'null::jsonb'} as arguments
                                        from ${tables.task.sql} where ${quoteIdentifier(id)} = any($1::bigint[]) offset 0) as stuck offset 0) as args offset 0) as texts offset 0) as task
        left join ${tables.effect.sql} as effect on ${matches.join(' and ')}
        ${this.join()}`;
    return {
      words: `
      select ${answer}
             ${shown.map((column, index) => `, ${this.shownText(column)} as shown_${String(index)}`).join('')}
             ${find.map(({ value }) => `, ${tables.task.text.send(`left(task.${value}, ${String(SHOWN_CHARACTERS + 1)})`)} as ${value}`).join('')}${from}`,
      outcomes: `
      select outcome, string_agg(id, ',') as ids from (select ${answer}${from}) as answers group by outcome`,
      values: this.values,
      shown: new Map(shown.map((column, index) => [column, `shown_${String(index)}`])),
      sought: new Map(find.map(({ column, value }) => [column, value])),
    };
  }

  private bind(value: unknown, type: string): string {
    return `$${String(this.values.push(value) + 1)}::${type}`;
  }

  private join(): string {
    const { join } = this.rule;
    if (!join || !this.tables.joined) return '';
    const on = Object.entries(join.on).map(
      ([column, own]) => `joined.${quoteIdentifier(column)} = effect.${quoteIdentifier(own)}`,
    );
    const where = Object.entries(join.where ?? {}).map(([column, value]) =>
      this.isOneOf(`joined.${quoteIdentifier(column)}`, this.tables.joined?.types.get(column), [value]),
    );
    return `left join ${this.tables.joined.sql} as joined on ${[...on, ...where].join(' and ')}`;
  }

  /** The first of the places that is there, as jsonb; JSON's null is there. */
  private argument(places: ArgumentPlaces): string {
    const from = typeof places === 'object' && 'from' in places ? places.from : places;
    const list = typeof from === 'string' ? [from] : from;
    const found = list.flatMap((place) => this.place(placeSteps(place) ?? []));
    if (typeof places === 'object' && 'from' in places) found.push(this.bind(JSON.stringify(places.default), 'jsonb'));
    return `coalesce(${found.join(', ')}, null::jsonb)`;
  }

  private place(steps: readonly (string | number)[]): string[] {
    const walk = (from: string, path: readonly (string | number)[]): string =>
      path.reduce<string>(
        (at, step) => `(${at} -> ${typeof step === 'number' ? String(step) : this.bind(step, 'text')})`,
        from,
      );
    const nested = walk('stuck.arguments', steps);
    if (steps[0] !== 'kwargs') return [nested];
    const flat = `case when not stuck.arguments ? 'kwargs' and not stuck.arguments ? 'args' then ${walk('stuck.arguments', steps.slice(1))} end`;
    return [nested, flat];
  }

  private all(conditions: readonly EffectCondition[]): string {
    return conditions.map((condition) => `(${this.condition(condition)})`).join(' and ') || 'true';
  }

  private condition(condition: EffectCondition): string {
    const sql = columnSql(condition.column);
    const type = typeOf(condition.column, this.tables);
    if ('equals' in condition) return this.isOneOf(sql, type, [condition.equals]);
    if ('in' in condition) return this.isOneOf(sql, type, condition.in);
    if ('null' in condition) return `${sql} is ${condition.null ? '' : 'not '}null`;
    if ('before' in condition) return `${sql} < task.created_at`;
    if ('atOrAfter' in condition) return `${sql} >= task.created_at`;
    if ('within' in condition)
      return `${sql} >= task.created_at and ${sql} <= task.created_at + make_interval(secs => ${this.bind(condition.within, 'double precision')})`;
    if ('list' in condition) return this.hasObject(condition.column, condition.list, condition.hasObject);
    const bounds = [
      ...(condition.from === undefined ? [] : [`>= ${this.bind(condition.from, 'numeric')}`]),
      ...(condition.to === undefined ? [] : [`<= ${this.bind(condition.to, 'numeric')}`]),
    ];
    return bounds.map((bound) => `${numeric(sql, type)} ${bound}`).join(' and ');
  }

  /** By text, because a column may be an enumeration or anything else; numbers by value. */
  private isOneOf(sql: string, type: string | undefined, values: readonly Scalar[]): string {
    const numbers = values.filter((value) => typeof value === 'number');
    const texts = values.filter((value) => typeof value !== 'number').map(String);
    return [
      ...(numbers.length > 0 ? [`${numeric(sql, type)} = any(${this.bind(numbers, 'numeric[]')})`] : []),
      ...(texts.length > 0 ? [`${sql}::text = any(${this.bind(texts, 'text[]')})`] : []),
    ].join(' or ');
  }

  private hasObject(column: string, list: readonly string[], object: Readonly<Record<string, string>>): string {
    const json = this.jsonb(column) ?? 'null::jsonb';
    // A json column can hold what jsonb refuses.
    const pairs = Object.entries(object).map(
      ([key, from]) => `${this.bind(key, 'text')}, ${this.jsonb(from) ?? `to_jsonb(${columnSql(from)})`}`,
    );
    return `((${json}) #> ${this.bind(list, 'text[]')}) @> jsonb_build_array(jsonb_build_object(${pairs.join(', ')}))`;
  }

  /** A column that holds JSON, as jsonb; undefined where it holds something else. */
  private jsonb(column: string): string | undefined {
    return asJsonb(columnSql(column), typeOf(column, this.tables), this.tables.task.text.anyCharacter);
  }

  private shownText(column: string): string {
    const sql = columnSql(column);
    const type = typeOf(column, this.tables) ?? '';
    if (!TIMES.includes(type)) return this.tables.task.text.send(`left(${sql}::text, ${String(SHOWN_CHARACTERS + 1)})`);
    // Times without a zone are taken for UTC, as Django writes them.
    const zone = type === 'timestamp with time zone' ? ` at time zone 'UTC'` : '';
    return `case when isfinite(${sql}) then to_char(${sql}${zone}, 'YYYY-MM-DD HH24:MI:SS"+00:00"') else ${sql}::text end`;
  }
}

function columnSql(written: string): string {
  const { joined, name } = columnOf(written);
  return `${joined ? 'joined' : 'effect'}.${quoteIdentifier(name)}`;
}

/** A number or a string of the arguments as text, `5.0` as `5`; null for anything else, and for JSON's null. @param json a column */
function scalarText(json: string): string {
  const text = `${json}::text`;
  return `(case jsonb_typeof(${json})
             when 'number' then case when strpos(${text}, '.') = 0 then ${text} else regexp_replace(${text}, '\\.0+$', '') end
             when 'string' then ${json} #>> '{}' when 'boolean' then ${text} end)`;
}

/**
 * A value of the arguments as a column of this type can be compared with; null where it cannot, so that no cast ever fails. A whole
 * number of JSON needs no pattern, which would cost more than anything else that is done with it.
 * @param json the value itself
 */
function typedValue(type: string, text: string, json: string): string {
  if (INTEGERS.includes(type)) {
    const whole = `jsonb_typeof(${json}) = 'number' and length(${text}) <= 18 and strpos(${text}, '.') = 0`;
    return `(case when ${whole} or ${text} ~ '${INTEGER_TEXT}' then ${text}::bigint end)`;
  }
  if (type === 'numeric') return `(case when ${text} ~ '${NUMBER_TEXT}' then ${text}::numeric end)`;
  if (type === 'uuid') return `(case when ${text} ~ '${UUID_TEXT}' then ${text}::uuid end)`;
  return text;
}

/** The column itself where an index can then serve; its text for types that a value of the arguments cannot become. */
function comparable(type: string, sql: string): string {
  return [...INTEGERS, ...TEXTS, 'numeric', 'uuid'].includes(type) ? sql : `${sql}::text`;
}

/** The number in a column of any type; null where there is none. */
function numeric(sql: string, type: string | undefined): string {
  if (INTEGERS.includes(type ?? '')) return sql;
  return `(case when ${sql}::text ~ '${NUMBER_TEXT}' then ${sql}::text::numeric end)`;
}
