/** A rule as one SQL statement: names are quoted identifiers, every value is a bound parameter. */
import { quoteIdentifier } from '../sql/identifiers';
import { asJsonb } from '../sql/jsonb';
import { findKeyOf, isPathOfFind, placeholders, type ArgumentPlaces, type EffectRule } from '../model/effectRule';
import { argumentSql, callSteps, coversSql, scalarText, stepsSql, typedValue } from './argumentSql';
import { comparable, equalsValue, isOneOf } from './compare';
import { columnSql, Conditions } from './conditions';
import { looksForTasks, TIMES, typeOf, type RuleTables } from './tables';
import { Values } from './values';

/** `outcome` in the answer: the index of the rule's outcome, or one of these. */
export const NO_ARGUMENTS = '-3';
export const NO_ROW = '-2';
export const NO_OUTCOME = '-1';

/** The alias of the task's own row. */
export const ASKED_ROW = 'asked_row';

export interface RuleQuery {
  /**
   * $1 are the ids of the task's rows. Answers `id`, `outcome` and one column for each of `shown` and `sought`. A row that the rule does not
   * cover is not in the answer.
   */
  readonly words: string;
  /** The same question, asked of every stuck row: answers `outcome` and `ids`, those that have it, with commas between them. */
  readonly outcomes: string;
  /** $2 and so on. */
  readonly values: readonly unknown[];
  /** Column as the rule writes it, to its name in the answer. */
  readonly shown: ReadonlyMap<string, string>;
  /** Key of `find`, to the name in the answer of the value that was looked for. */
  readonly sought: ReadonlyMap<string, string>;
}

/** One character more than is shown, so that what was cut can be said to be. */
export const SHOWN_CHARACTERS = 200;

/** One key of `find`, and what each step of the statement calls its value. */
interface FindKey {
  readonly written: string;
  readonly column: string;
  readonly steps: readonly (string | number)[];
  /** Type of the column; a path into JSON is compared as text. */
  readonly type: string;
  /** The value in the arguments: as jsonb, as text, and as the column's type. */
  readonly found: string;
  readonly value: string;
  readonly typed: string;
}

/**
 * The one statement of a rule that fits these tables (`usableTables`).
 * @param earlier rules of the same task type: what one of them covers is not asked about
 */
export function ruleQuery(rule: EffectRule, tables: RuleTables, earlier: readonly EffectRule[] = []): RuleQuery {
  return new QueryBuilder(rule, tables, earlier).build();
}

class QueryBuilder {
  private readonly values = new Values();
  private readonly conditions: Conditions;
  private readonly find: readonly FindKey[];

  constructor(
    private readonly rule: EffectRule,
    private readonly tables: RuleTables,
    private readonly earlier: readonly EffectRule[],
  ) {
    this.conditions = new Conditions(tables, this.values);
    this.find = Object.keys(rule.find).map((written, index) => {
      const { column, steps } = findKeyOf(written);
      const type = steps.length > 0 ? 'text' : (tables.effect.types.get(column) ?? '');
      const at = String(index);
      return { written, column, steps, type, found: `found_${at}`, value: `value_${at}`, typed: `typed_${at}` };
    });
  }

  build(): RuleQuery {
    const { find } = this;
    const { text } = this.tables.task;
    const written = this.rule.outcomes.flatMap((outcome) => placeholders(outcome.text));
    const isPath = (column: string): boolean => isPathOfFind(this.rule, column);
    const shown = [...new Set(written)].filter((column) => !isPath(column));
    const outcome = this.outcome();
    const from = this.from();
    const answer = `task.id::text as id, (${outcome})::text as outcome`;
    const words = `
      select ${answer}
             ${shown.map((column, index) => `, ${this.shownText(column)} as shown_${String(index)}`).join('')}
             ${find.map(({ value }) => `, ${text.send(`left(task.${value}, ${String(SHOWN_CHARACTERS + 1)})`)} as ${value}`).join('')}${from}`;
    return {
      words: this.countsRows ? `select distinct on (id, outcome) * from (${words}) as answers` : words,
      outcomes: `
      select outcome, string_agg(id, ',') as ids from (select ${this.countsRows ? 'distinct ' : ''}${answer}${from}) as answers group by outcome`,
      values: this.values.list,
      // At a path into JSON a row has the value that was looked for.
      shown: new Map([
        ...find.filter((key) => isPath(key.written)).map((key) => [key.written, key.value] as const),
        ...shown.map((column, index) => [column, `shown_${String(index)}`] as const),
      ]),
      sought: new Map(find.map((key) => [key.written, key.value])),
    };
  }

  /** Many rows of one task answer alike, and one answer is enough. */
  private get countsRows(): boolean {
    return this.rule.outcomes.some(({ atLeast = 1 }) => atLeast > 1);
  }

  /** The number of the outcome that a row shows; of a task's rows the one with the smallest counts. */
  private outcome(): string {
    const { find } = this;
    const fits = this.rule.outcomes.map(({ when = [], atLeast = 1 }, index) => {
      const one = this.conditions.all(when);
      // A row that fits is one of so many: which of them is shown makes no difference.
      const many = `(${one}) and count(*) filter (where ${one}) over (partition by task.id) >= ${String(atLeast)}`;
      return `when ${atLeast === 1 ? one : many} then ${String(index)}`;
    });
    return `case when ${find.map(({ typed }) => `task.${typed} is null`).join(' or ')} then ${NO_ARGUMENTS}
                   when effect.${quoteIdentifier(find[0]?.column ?? '')} is null then ${NO_ROW}
                   ${fits.join('\n                   ')} else ${NO_OUTCOME} end`;
  }

  /**
   * The tasks that the rule covers, with the values of their arguments, and what was found for them. Each "offset 0" keeps what is below
   * from being reckoned again in each place that uses it: a pattern that is matched costs as much as looking the row up, and three places
   * want its answer.
   */
  private from(): string {
    const { find, rule, tables, values } = this;
    const { id, arguments: given = '', created } = tables.columns;
    const has = created !== undefined && tables.task.types.has(created);
    const time = has ? `, ${quoteIdentifier(created)} as created_at` : '';
    const json = asJsonb(quoteIdentifier(given), tables.task.types.get(given), tables.task.text.anyCharacter);
    const { tests, covered } = this.covered();
    const asked = [...find.map(({ written, found }) => ({ places: rule.find[written] ?? '', found })), ...tests];
    const found = asked.map(
      ({ places, found: name }) => `${argumentSql('stuck.arguments', places, values)} as ${name}`,
    );
    const typed = find.map((key) => `${typedValue(key.type, key.value, key.found)} as ${key.typed}`);
    return `
        from (select *, ${typed.join(', ')}
                from (select *, ${find.map((key) => `${scalarText(key.found)} as ${key.value}`).join(', ')}
                        from (select id${has ? ', created_at' : ''}, ${found.join(', ')}
                                from (select ${quoteIdentifier(id)} as id${time}, ${json ?? 'null::jsonb'} as arguments
                                        from ${tables.task.sql} as ${ASKED_ROW} where ${quoteIdentifier(id)} = any($1::bigint[]) offset 0) as stuck offset 0) as args${covered} offset 0) as texts offset 0) as task
        left join ${tables.effect.sql} as effect on ${this.matches().join(' and ')}
        ${this.join()}`;
  }

  /** The places that `where` asks for, and what makes a task one that this rule covers, and none before it. */
  private covered(): { readonly tests: { places: ArgumentPlaces; found: string }[]; readonly covered: string } {
    const tests: { places: ArgumentPlaces; found: string }[] = [];
    const covers = ({ where = [] }: EffectRule): string => {
      const first = tests.length;
      tests.push(...where.map(({ argument }, at) => ({ places: argument, found: `test_${String(first + at)}` })));
      const texts = tests.slice(first).map(({ found }) => scalarText(found));
      return coversSql(where, texts, this.values);
    };
    const own = this.rule.where ? [covers(this.rule)] : [];
    const all = [...own, ...this.earlier.map((rule) => `(${covers(rule)}) is not true`)];
    return { tests, covered: all.length === 0 ? '' : ` where ${all.join(' and ')}` };
  }

  /** What makes a row of the table one that a task is about. */
  private matches(): string[] {
    const { find, rule, tables, values } = this;
    const { id } = tables.columns;
    const fixed = Object.entries(rule.fixed ?? {}).map(([column, value]) =>
      equalsValue(columnSql(column), typeOf(column, tables), value, values),
    );
    // A task that was sent has its row after the sender's, which is how the own row is none: the library makes a row when a worker first
    // handles the message. All asked together are asked of the rows after the first of them.
    const own = `effect.${quoteIdentifier(id)}`;
    const later = looksForTasks(tables)
      ? [`${own} > task.id`, `${own} > (select min(asked) from unnest($1::bigint[]) as asked)`]
      : [];
    return [...find.map((key) => `${this.matched(key)} = task.${key.typed}`), ...fixed, ...later];
  }

  /** The value of the table that a key of `find` asks for. */
  private matched({ column, steps, type }: FindKey): string {
    const { tables, values } = this;
    const sql = columnSql(column);
    if (steps.length === 0) return comparable(type, sql);
    const json = `(${asJsonb(sql, tables.effect.types.get(column), tables.task.text.anyCharacter) ?? 'null::jsonb'})`;
    const isCall = looksForTasks(tables) && column === tables.columns.arguments;
    const found = isCall ? `coalesce(${callSteps(json, steps, values).join(', ')})` : stepsSql(json, steps, values);
    return scalarText(found);
  }

  private join(): string {
    const { join } = this.rule;
    if (!join || !this.tables.joined) return '';
    const on = Object.entries(join.on).map(
      ([column, own]) => `joined.${quoteIdentifier(column)} = effect.${quoteIdentifier(own)}`,
    );
    const where = Object.entries(join.where ?? {}).map(([column, value]) =>
      isOneOf(`joined.${quoteIdentifier(column)}`, this.tables.joined?.types.get(column), [value], this.values),
    );
    return `left join ${this.tables.joined.sql} as joined on ${[...on, ...where].join(' and ')}`;
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
