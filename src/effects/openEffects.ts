import { DEFAULT_MASKED_KEYS, oneLineJson } from '../base/jsonText';
import { readReport, type SourceGap, type SourceReport } from '../model/sources';
import { count, number } from '../base/numbers';
import { findHiding, hidingText } from '../sql/hiding';
import { parseTableName, tableNameParts } from '../sql/identifiers';
import { findRelation, type Relation } from '../sql/relation';
import { attemptAll, failureGap, isTooLarge, reasonOf } from '../sql/savepoint';
import type { Row, Snapshot } from '../ports/database';
import type { CommonColumns, TaskTable } from '../tables/table';
import type { EffectFinding, EffectReader, EffectSign, StuckRow } from '../model/facts';
import { addCovered, coversAll, coverQuery, routed, type Link } from './chains';
import { NO_OUTCOME, NO_ROW, ruleQuery, SHOWN_CHARACTERS } from './query';
import { unusable, usableTables, type Refusal } from './tables';
import { best, hidesOf, jsonColumns, maskedColumns, order, saysOf, signOf, type UsableRule } from './usableRule';
import { fill, tasksOf, type EffectRule } from '../model/effectRule';

/** Ids a query: one answer stays small, and a cancel is soon heard. */
const BATCH = 10_000;

/**
 * Rows are looked up by an index where there is one, and the table is not read for each batch, which the scan's own settings (parallel
 * workers at no cost) make the planner prefer: measured, 10,000 ids in a table of 500,000 rows take 150 ms instead of 340-890 ms.
 */
const BY_INDEX = `set local enable_seqscan = off; set local random_page_cost = 1.1;
  set local max_parallel_workers_per_gather = 0; set local jit = off`;

/** A waiting task can have the effect of a twin that ran; more of them than this have it for another reason. */
const FALSE_ALARMS = 0.01;

/**
 * Looks for what tasks left in the application's own tables: tables, columns and rights are looked up now, once; then `signs` and `find`
 * ask one query a rule (for each 10,000 rows). A rule whose query fails is told in the report, which is always that of this moment, and is
 * not asked again; what the others say stands.
 * @param rules the first one for a task counts, so that a person's own go before the built-in ones
 * @param maskedKeys columns whose names hold one of these words are shown as `***`
 * @throws Problem when the snapshot itself failed
 */
export async function openEffects(
  snapshot: Snapshot,
  table: TaskTable,
  rules: readonly EffectRule[],
  maskedKeys: readonly string[] = DEFAULT_MASKED_KEYS,
): Promise<EffectReader> {
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
  const reader = new Effects(snapshot, table.kind.columns, task, maskedKeys);
  for (const rule of rules)
    reader.add(
      rule,
      relations.get(rule.table) ?? 'missing',
      rule.join && (relations.get(rule.join.table) ?? 'missing'),
      hidden,
    );
  return reader;
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

class Effects implements EffectReader {
  /** Rules by task type, in the order in which they are tried. */
  private readonly chains = new Map<string, Link<UsableRule>[]>();
  private readonly refused: Refusal[] = [];
  private rules = 0;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly columns: CommonColumns,
    private readonly task: Relation | 'missing' | 'forbidden',
    private readonly maskedKeys: readonly string[],
  ) {}

  add(
    rule: EffectRule,
    effect: Relation | string,
    joined: Relation | string | undefined,
    hidden: ReadonlyMap<string, string>,
  ): void {
    const chains = tasksOf(rule).flatMap((name) => {
      const chain = this.chains.get(name) ?? [];
      this.chains.set(name, chain);
      return chain.some((link) => coversAll(link.rule)) ? [] : [chain];
    });
    if (chains.length === 0) return;
    this.rules++;
    const usable = this.usable(rule, effect, joined, hidden);
    for (const chain of chains) chain.push({ rule, usable });
  }

  private usable(
    rule: EffectRule,
    effect: Relation | string,
    joined: Relation | string | undefined,
    hidden: ReadonlyMap<string, string>,
  ): UsableRule | undefined {
    const tables = usableTables(rule, this.columns, this.task, effect, joined);
    if ('says' in tables) {
      this.refused.push(tables);
      return undefined;
    }
    const json = new Set([...jsonColumns(tables.effect, ''), ...jsonColumns(tables.joined, 'joined.')]);
    const query = ruleQuery(rule, tables);
    const masked = maskedColumns(rule, [...query.shown.keys()], this.maskedKeys);
    return { rule, query, json, hides: hidesOf(rule, tables.effect, hidden), masked, form: tables.task.text };
  }

  /** The rules that can be asked. */
  private get inUse(): ReadonlySet<UsableRule> {
    return new Set([...this.chains.values()].flatMap((chain) => chain.flatMap(({ usable }) => usable ?? [])));
  }

  get report(): SourceReport {
    const name = 'effects';
    const { inUse } = this;
    const used = inUse.size;
    const refused = [...new Map(this.refused.map((refusal) => [refusal.says, refusal])).values()];
    const reasons = refused.map(({ says }) => says).join('; ');
    if (this.rules === 0) return { name, state: 'not-configured', detail: NO_RULE.says, gaps: [NO_RULE] };
    const unread = refused.filter(isUnread);
    if (used > 0) {
      const could = `${String(used)} of ${String(this.rules)} rules could be used`;
      const detail = reasons === '' ? could : `${could}: ${reasons}`;
      const hidden = [...new Set([...inUse].flatMap(({ hides }) => hides?.says ?? []))];
      if (hidden.length === 0) return readReport(name, detail, unread);
      return readReport(name, `${detail}; a row that this role does not see proves nothing: ${hidden.join('; ')}`, [
        ...unread,
        ...hidden.map((says) => ({ kind: 'hidden-rows', says }) as const),
      ]);
    }
    const state = unread.length > 0 ? 'unavailable' : 'not-configured';
    return { name, state, detail: `no rule could be used: ${reasons}`, gaps: refused };
  }

  async signs(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectSign>> {
    const signs = new Map<number, EffectSign>();
    await this.askAll(rows, 'outcomes', (usable, answers) => {
      // Of several rows that a rule finds, the one that fits the earliest outcome counts: it is put in last.
      for (const answer of [...answers].sort((a, b) => order(b) - order(a))) {
        const sign = signOf(usable.rule, saysOf(usable, answer.outcome));
        for (const id of (answer.ids ?? '').split(',')) signs.set(Number(id), sign);
      }
    });
    return signs;
  }

  async distrust(waiting: readonly StuckRow[]): Promise<void> {
    const asked = await this.route(waiting);
    const claimed = new Map<UsableRule, Set<string>>();
    await this.askAll(waiting, 'outcomes', (usable, answers) => {
      const ids = answers
        .filter(({ outcome }) => ['executed', 'failed'].includes(saysOf(usable, outcome).says))
        .flatMap((answer) => (answer.ids ?? '').split(','));
      claimed.set(usable, new Set([...(claimed.get(usable) ?? []), ...ids]));
    });
    for (const [usable, ids] of claimed) {
      const rows = asked.get(usable)?.length ?? 0;
      if (ids.size === 0 || ids.size <= FALSE_ALARMS * rows) continue;
      const why = `the rule for ${usable.rule.table} also finds ${number(ids.size)} of ${count(rows, 'task')} done whose message is still queued, so it is not used`;
      this.refuse(usable, unusable(why));
    }
  }

  async find(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectFinding>> {
    const findings = new Map<number, EffectFinding>();
    await this.askAll(rows, 'words', (usable, answers) => {
      for (const [id, row] of best(answers)) findings.set(Number(id), this.finding(usable, row));
    });
    return findings;
  }

  /** Asks the rule of each row. @param tell gets what a rule's question answered */
  private async askAll(rows: readonly StuckRow[], form: Form, tell: Tell): Promise<void> {
    for (const part of parts(await this.route(rows))) {
      let open = part.filter(({ usable }) => this.inUse.has(usable));
      while (open.length > 0) open = await this.ask(open, form, tell);
    }
  }

  /** The rows that each rule is asked about. */
  private async route(rows: readonly StuckRow[]): Promise<ReadonlyMap<UsableRule, readonly number[]>> {
    const { clear, unclear } = routed(rows, this.chains);
    for (const [type, ids] of unclear) {
      const chain = this.chains.get(type) ?? [];
      if (typeof this.task === 'string' || chain.every(({ usable }) => usable === undefined)) continue;
      const { text, values } = coverQuery(
        chain.map(({ rule }) => rule),
        this.columns,
        this.task,
      );
      for (let start = 0; start < ids.length; start += BATCH) {
        const question = { text, values: [ids.slice(start, start + BATCH), ...values] };
        const { answers, error } = await attemptAll(this.snapshot, [question], BY_INDEX);
        if (answers[0]) {
          addCovered(clear, chain, answers[0]);
          continue;
        }
        const why = `the arguments of ${type} could not be compared (${reasonOf(error)})`;
        this.refused.push(failureGap(error, why));
        this.chains.set(
          type,
          chain.map(({ rule }) => ({ rule, usable: undefined })),
        );
        break;
      }
    }
    return clear;
  }

  /**
   * Asks under one savepoint, which halves the round trips, until one fails, which is asked no more.
   * @returns those behind the one that failed
   */
  private async ask(questions: readonly Question[], form: Form, tell: Tell): Promise<Question[]> {
    const { answers, error } = await attemptAll(
      this.snapshot,
      questions.map(({ usable: { query }, ids, valueless = false }) => ({
        text: query[valueless ? 'outcomes' : form],
        values: [ids, ...query.values],
      })),
      BY_INDEX,
    );
    for (const [place, { usable, valueless }] of questions.entries()) {
      const answer = answers[place];
      if (answer) tell(usable, valueless ? answer.flatMap(oneById) : answer);
    }
    const failed = questions[answers.length];
    if (!failed) return [];
    const rest = questions.slice(answers.length + 1);
    // A value that is too large to be shown costs its words, and not what the rule says of any row.
    if (form === 'words' && !failed.valueless && isTooLarge(error)) return [...rest, ...alone(failed)];
    const why = `the query on ${failed.usable.rule.table} failed (${reasonOf(error)})`;
    this.refuse(failed.usable, failureGap(error, why));
    return rest.filter(({ usable }) => this.inUse.has(usable));
  }

  private refuse(usable: UsableRule, refusal: Refusal): void {
    this.refused.push(refusal);
    for (const [type, chain] of this.chains)
      this.chains.set(
        type,
        chain.map((link) => (link.usable === usable ? { rule: link.rule, usable: undefined } : link)),
      );
  }

  private finding(usable: UsableRule, row: Row): EffectFinding {
    const { rule, query } = usable;
    const outcome = row.outcome ?? NO_OUTCOME;
    const says = saysOf(usable, outcome);
    const names = outcome === NO_ROW ? query.sought : Number(outcome) >= 0 ? query.shown : undefined;
    return {
      ...signOf(rule, says),
      text: fill(says.text, (column) => this.shown(usable, column, row[names?.get(column) ?? ''])),
    };
  }

  /** A value as a sentence may show it: masked by the name of its column, of JSON also by the names in it, and not endless. */
  private shown({ json, masked, form }: UsableRule, column: string, value: string | null | undefined): string | null {
    if (value === undefined) return '(too large to be read)';
    if (value === null) return null;
    if (masked.has(column)) return '***';
    const plain = form.read(value);
    const text = json.has(column) ? oneLineJson(plain, this.maskedKeys).rawJSON : plain;
    return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  }
}

const NO_RULE: SourceGap = {
  kind: 'no-rule',
  setting: 'celeryTasks.effects',
  says: 'no effect rule covers these tasks',
};

/** A right is missing or the database failed: the source is there and could not be read. */
function isUnread({ kind }: Refusal): boolean {
  return kind !== 'unusable-rule';
}

/** Which of a rule's two queries. */
type Form = 'outcomes' | 'words';

type Tell = (usable: UsableRule, answers: readonly Row[]) => void;

/** One rule and the rows that are asked for, at most `BATCH`. */
interface Question {
  readonly usable: UsableRule;
  readonly ids: readonly number[];
  /** Without the values that a sentence would show. */
  readonly valueless?: boolean;
}

/** The same question in halves; of one row, without its values. */
function alone({ usable, ids }: Question): Question[] {
  if (ids.length <= 1) return [{ usable, ids, valueless: true }];
  const half = Math.ceil(ids.length / 2);
  return [ids.slice(0, half), ids.slice(half)].map((some) => ({ usable, ids: some }));
}

/** An answer of the other form as rows of this one, which have no values. */
function oneById({ ids, outcome }: Row): Row[] {
  return (ids ?? '').split(',').map((id) => ({ id, outcome: outcome ?? null }));
}

/** What is asked one after the other: of each rule one question at a time. */
function* parts(idsOf: ReadonlyMap<UsableRule, readonly number[]>): Generator<Question[]> {
  const most = Math.max(0, ...[...idsOf.values()].map((ids) => ids.length));
  for (let start = 0; start < most; start += BATCH) {
    yield [...idsOf]
      .filter(([, ids]) => ids.length > start)
      .map(([usable, ids]) => ({ usable, ids: ids.slice(start, start + BATCH) }));
  }
}
