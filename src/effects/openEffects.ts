import { DEFAULT_MASKED_KEYS, oneLineJson } from '../base/jsonText';
import { taskTypeName } from '../model/diagnosis';
import { fill, tasksOf, type EffectRule } from '../model/effectRule';
import type { EffectFinding, EffectReader, EffectSign, KnownRows, StuckRow } from '../model/facts';
import type { RuleTest } from '../model/ruleTest';
import { readReport, type SourceGap, type SourceReport } from '../model/sources';
import type { Row, Snapshot } from '../ports/database';
import { failureGap, reasonOf } from '../sql/savepoint';
import type { CommonColumns, TaskTable } from '../tables/table';
import { askRules, idsIn, type Answers, type Form } from './askRules';
import { coversAll, type Link } from './chains';
import { limited, type LimitedSays } from './limited';
import { openRules, type OpenedRules } from './openRules';
import { NO_OUTCOME, NO_ROW, SHOWN_CHARACTERS } from './query';
import { routeRows } from './routeRows';
import { addTo, noCounts, refusals, ruleTestOf, type KnownCounts } from './ruleTest';
import { unusable, type Refusal } from './tables';
import { tryOnKnown, type FindRivals, type Tried } from './trial';
import { best, order, saysOf, type UsableRule } from './usableRule';

/**
 * Looks for what tasks left in the application's own tables: tables, columns and rights are looked up now, once; then `signs` and `find`
 * ask one query a rule and task type (for each 10,000 rows). A rule whose query fails is told in the report, which is always that of this
 * moment, and is not asked again; what the others say stands. Until `test` was called, nothing a rule says counts for more than likely.
 * @param rules the first one that covers a task counts, so that a person's own go before the built-in ones
 * @param maskedKeys columns whose names hold one of these words are shown as `***`
 * @throws Problem when the snapshot itself failed
 */
export async function openEffects(
  snapshot: Snapshot,
  table: TaskTable,
  rules: readonly EffectRule[],
  maskedKeys: readonly string[] = DEFAULT_MASKED_KEYS,
): Promise<EffectReader> {
  const opened = await openRules(snapshot, table, rules, maskedKeys);
  return new Effects(snapshot, table.kind.columns, opened, maskedKeys);
}

/** A rule for one task type, and what came of its test. */
interface TypeRule extends Tried {
  counts: KnownCounts;
  /** By outcome as the query answers it: one object for all rows that have it. */
  readonly said: Map<string, LimitedSays>;
}

class Effects implements EffectReader {
  /** Rules by task type, in the order in which they are tried. */
  private readonly chains = new Map<string, Link<TypeRule>[]>();
  private readonly refused: Refusal[] = [];
  /** Why claims of rules decide nothing. */
  private readonly limits: SourceGap[] = [];
  /** What rules said ahead of the question: the outcome by id, undefined for a row that the rule does not cover. */
  private readonly known = new Map<TypeRule, Map<number, string | undefined>>();
  private rules = 0;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly columns: CommonColumns,
    private readonly opened: OpenedRules,
    private readonly maskedKeys: readonly string[],
  ) {
    for (const each of opened.rules) {
      const { rule } = each;
      const tasks = tasksOf(rule).filter((task) => !this.chains.get(task)?.some((link) => coversAll(link.rule)));
      if (tasks.length === 0) continue;
      this.rules++;
      if ('refusal' in each) this.refused.push(each.refusal);
      for (const task of tasks) {
        const usable = 'usable' in each ? untried(each.usable, task) : undefined;
        this.chains.set(task, [...(this.chains.get(task) ?? []), { rule, usable }]);
      }
    }
  }

  /** The rules that can be asked, each with its place among those of its task type. */
  private get inUse(): readonly { readonly typeRule: TypeRule; readonly place: number | undefined }[] {
    return [...this.chains.values()].flatMap((chain) =>
      chain.flatMap(({ usable }, place) =>
        usable === undefined ? [] : [{ typeRule: usable, place: chain.length > 1 ? place + 1 : undefined }],
      ),
    );
  }

  get report(): SourceReport {
    const name = 'effects';
    const used = new Set(this.inUse.map(({ typeRule }) => typeRule.usable));
    const refused = [...new Map(this.refused.map((refusal) => [refusal.says, refusal])).values()];
    const reasons = refused.map(({ says }) => says).join('; ');
    if (this.rules === 0) return { name, state: 'not-configured', detail: NO_RULE.says, gaps: [NO_RULE] };
    const unread = refused.filter(isUnread);
    if (used.size > 0) {
      const could = `${String(used.size)} of ${String(this.rules)} rules could be used`;
      const hidden = [...new Set([...used].flatMap(({ hides }) => hides?.says ?? []))];
      const detail = [
        reasons === '' ? could : `${could}: ${reasons}`,
        ...this.limits.map(({ says }) => says),
        ...(hidden.length === 0 ? [] : [`a row that this role does not see proves nothing: ${hidden.join('; ')}`]),
      ].join('; ');
      return readReport(name, detail, [...unread, ...hidden.map((says) => ({ kind: 'hidden-rows', says }) as const)]);
    }
    const state = unread.length > 0 ? 'unavailable' : 'not-configured';
    return { name, state, detail: `no rule could be used: ${reasons}`, gaps: refused };
  }

  async test(known: KnownRows, rivals: FindRivals): Promise<void> {
    const finished = await this.route(known.finished);
    const notRun = await this.route(known.notRun);
    const tried = this.inUse.map(({ typeRule }) => typeRule);
    const asked = tried.filter(({ task }) => known.finished.has(task) || known.notRun.has(task));
    const { counts, errors } = await tryOnKnown(this.snapshot, asked, { finished, notRun }, rivals);
    for (const [typeRule, error] of errors) this.fail(typeRule, error);
    for (const [typeRule, found] of counts) {
      typeRule.counts = found;
      typeRule.said.clear();
      const { rule } = typeRule.usable;
      for (const why of refusals(rule, found))
        this.limits.push(unusable(`of the rule for ${rule.table} and ${typeRule.task}, ${why}`));
    }
  }

  tests(undetermined: ReadonlyMap<EffectSign, number>): RuleTest[] {
    return this.inUse.map(({ typeRule: { usable, task, counts, said }, place }) => {
      const open = noCounts();
      for (const { sign, claimed } of said.values()) addTo(open, claimed, undetermined.get(sign) ?? 0);
      return ruleTestOf(usable.rule, task, counts, open, place);
    });
  }

  get readingAll(): ReadonlySet<string> {
    return new Set(this.inUse.flatMap(({ typeRule: { usable, task } }) => (usable.readsAll ? [task] : [])));
  }

  async ahead(batches: AsyncIterable<readonly StuckRow[]>): Promise<void> {
    const idsOf = new Map<string, number[]>();
    for await (const rows of batches) this.addIds(idsOf, rows);
    const reading = new Map([...(await this.route(idsOf))].filter(([{ usable }]) => usable.readsAll));
    for (const [typeRule, ids] of reading) this.known.set(typeRule, new Map(ids.map((id) => [id, undefined])));
    await this.ask(reading, 'outcomes', (typeRule, answers) => {
      const known = this.known.get(typeRule);
      for (const answer of inOrder(answers))
        for (const id of idsIn(answer)) known?.set(id, answer.outcome ?? NO_OUTCOME);
    });
  }

  async signs(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectSign>> {
    const signs = new Map<number, EffectSign>();
    const idsOf = new Map(await this.route(this.addIds(new Map(), rows)));
    for (const [typeRule, ids] of idsOf) {
      const known = this.known.get(typeRule);
      if (!known) continue;
      for (const id of ids) {
        const outcome = known.get(id);
        if (outcome !== undefined) signs.set(id, saidBy(typeRule, outcome).sign);
      }
      const left = ids.filter((id) => !known.has(id));
      idsOf.set(typeRule, left);
    }
    await this.ask(idsOf, 'outcomes', (typeRule, answers) => {
      for (const answer of inOrder(answers)) {
        const { sign } = saidBy(typeRule, answer.outcome);
        for (const id of idsIn(answer)) signs.set(id, sign);
      }
    });
    return signs;
  }

  async find(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectFinding>> {
    const findings = new Map<number, EffectFinding>();
    await this.ask(await this.route(this.addIds(new Map(), rows)), 'words', (typeRule, answers) => {
      for (const [id, row] of best(answers)) findings.set(Number(id), this.finding(typeRule, row));
    });
    return findings;
  }

  /** Adds the rows of types that have a rule, by `module.name`. */
  private addIds(idsOf: Map<string, number[]>, rows: readonly StuckRow[]): ReadonlyMap<string, number[]> {
    for (const row of rows) {
      const type = taskTypeName(row);
      const ids = idsOf.get(type);
      if (ids) ids.push(row.id);
      else if (this.chains.has(type)) idsOf.set(type, [row.id]);
    }
    return idsOf;
  }

  private async ask(
    idsOf: ReadonlyMap<TypeRule, readonly number[]>,
    form: Form,
    tell: Answers<TypeRule>['tell'],
  ): Promise<void> {
    const failed = (typeRule: TypeRule, error: unknown): void => {
      this.fail(typeRule, error);
    };
    await askRules(this.snapshot, idsOf, form, { tell, failed });
  }

  /** The rows that each rule is asked about. @param idsOf ids by `module.name` */
  private async route(idsOf: ReadonlyMap<string, readonly number[]>): Promise<ReadonlyMap<TypeRule, number[]>> {
    const { task } = this.opened;
    if (typeof task === 'string') return new Map();
    const place = { columns: this.columns, task };
    return await routeRows(this.snapshot, place, idsOf, this.chains, (type, error) => {
      this.refused.push(failureGap(error, `the arguments of ${type} could not be compared (${reasonOf(error)})`));
      this.close(type, () => true);
    });
  }

  /** A rule whose question failed is asked no more. */
  private fail({ usable }: TypeRule, error: unknown): void {
    const why = `the query on ${usable.rule.table} failed (${reasonOf(error)})`;
    this.refused.push(failureGap(error, why));
    for (const type of this.chains.keys()) this.close(type, (each) => each.usable === usable);
  }

  /** Rules of a type are asked no more. The tasks that they cover are covered by no other. */
  private close(type: string, which: (typeRule: TypeRule) => boolean): void {
    const chain = this.chains.get(type) ?? [];
    this.chains.set(
      type,
      chain.map(({ rule, usable }) => ({ rule, usable: usable && which(usable) ? undefined : usable })),
    );
  }

  private finding(typeRule: TypeRule, row: Row): EffectFinding {
    const { usable } = typeRule;
    const outcome = row.outcome ?? NO_OUTCOME;
    const { sign, text } = saidBy(typeRule, outcome);
    const names = outcome === NO_ROW ? usable.query.sought : Number(outcome) >= 0 ? usable.query.shown : undefined;
    return { ...sign, text: fill(text, (column) => this.shown(usable, column, row[names?.get(column) ?? ''])) };
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

/** Of several rows that a rule finds, the one that fits the earliest outcome counts: it comes last. */
function inOrder(answers: readonly Row[]): Row[] {
  return [...answers].sort((a, b) => order(b) - order(a));
}

function untried(usable: UsableRule, task: string): TypeRule {
  return { usable, task, counts: { finished: noCounts(), notRun: noCounts() }, said: new Map() };
}

/** What an outcome counts for. */
function saidBy({ usable, counts, said }: TypeRule, outcome: string | null | undefined): LimitedSays {
  const key = outcome ?? NO_OUTCOME;
  const known = said.get(key);
  if (known) return known;
  const fresh = limited(usable.rule, saysOf(usable, key), counts);
  said.set(key, fresh);
  return fresh;
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
