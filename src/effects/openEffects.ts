import { DEFAULT_MASKED_KEYS, oneLineJson } from '../base/jsonText';
import { taskTypeName } from '../model/diagnosis';
import { fill, tasksOf, type EffectRule } from '../model/effectRule';
import type { StuckRow } from '../model/facts';
import type { EffectFinding, EffectReader, EffectSign, KnownRows } from '../model/effectFacts';
import type { RuleTest } from '../model/ruleTest';
import { readReport, type SourceGap, type SourceReport } from '../model/sources';
import type { Row, Snapshot } from '../ports/database';
import { failureGap, reasonOf } from '../sql/savepoint';
import type { TaskTable } from '../tables/table';
import { askRules, idsIn, type Answers, type Form } from './askRules';
import { limited, type LimitedSays } from './limited';
import { openRules, type OpenedRule } from './openRules';
import { NO_OUTCOME, NO_ROW, SHOWN_CHARACTERS } from './query';
import { addTo, noCounts, refusals, ruleTestOf, untestable, type KnownCounts } from './ruleTest';
import { unusable, type Refusal } from './tables';
import { tryOnKnown, type FindRivals, type Tried } from './trial';
import { behind, best, order, saysOf, type UsableRule } from './usableRule';

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
  return new Effects(snapshot, await openRules(snapshot, table, rules, maskedKeys), maskedKeys);
}

/** A rule for one task type, and what came of its test. */
interface TypeRule extends Tried {
  counts: KnownCounts;
  /** By outcome as the query answers it: one object for all rows that have it. */
  readonly said: Map<string, LimitedSays>;
  /** Which of the rules for its task type it is; the first is 1. */
  readonly place: number;
}

/** A rule for one task type that cannot be asked, or can be no more. */
interface Unasked extends Pick<TypeRule, 'task' | 'place'> {
  readonly rule: EffectRule;
  /** Why, as a clause. */
  readonly says: string;
}

class Effects implements EffectReader {
  private readonly byTask = new Map<string, TypeRule[]>();
  private readonly unasked: Unasked[] = [];
  private readonly refused: Refusal[] = [];
  /** Why claims of rules decide nothing. */
  private readonly limits: SourceGap[] = [];
  /** What rules said ahead of the question: the outcome by id, undefined for a row that the rule does not cover. */
  private readonly known = new Map<TypeRule, Map<number, string | undefined>>();
  private rules = 0;

  constructor(
    private readonly snapshot: Snapshot,
    opened: readonly OpenedRule[],
    private readonly maskedKeys: readonly string[],
  ) {
    // A rule that cannot be used keeps its tasks: another one may be wrong of them.
    const earlier = new Map<string, EffectRule[]>();
    for (const each of opened) {
      const tasks = tasksOf(each.rule).filter((name) => earlier.get(name)?.some(coversAll) !== true);
      if (tasks.length === 0) continue;
      this.rules++;
      if ('refusal' in each) this.refused.push(each.refusal);
      for (const task of tasks) {
        const before = earlier.get(task) ?? [];
        earlier.set(task, [...before, each.rule]);
        const place = before.length + 1;
        if ('usable' in each) listAt(this.byTask, task).push(untried(behind(each.usable, before), task, place));
        else this.unasked.push({ rule: each.rule, task, place, says: each.refusal.says });
      }
    }
  }

  get report(): SourceReport {
    const name = 'effects';
    const used = new Set(this.inUse.map(({ usable: { rule } }) => rule)).size;
    const refused = [...new Map(this.refused.map((refusal) => [refusal.says, refusal])).values()];
    const reasons = refused.map(({ says }) => says).join('; ');
    if (this.rules === 0) return { name, state: 'not-configured', detail: NO_RULE.says, gaps: [NO_RULE] };
    const unread = refused.filter(isUnread);
    if (used > 0) {
      const could = `${String(used)} of ${String(this.rules)} rules could be used`;
      const hidden = [...new Set(this.inUse.flatMap(({ usable: { hides } }) => hides?.says ?? []))];
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

  private get inUse(): TypeRule[] {
    return [...this.byTask.values()].flat();
  }

  async test(known: KnownRows, rivals: FindRivals): Promise<void> {
    const tried = this.inUse.filter(({ task }) => known.finished.has(task) || known.notRun.has(task));
    const { counts, errors } = await tryOnKnown(this.snapshot, tried, known, rivals);
    for (const [typeRule, error] of errors) this.fail(typeRule, error);
    for (const [typeRule, found] of counts) {
      typeRule.counts = found;
      typeRule.said.clear();
      const { rule } = typeRule.usable;
      for (const why of refusals(rule, found))
        this.limits.push(unusable(`the rule for ${rule.table} is not sure enough of ${typeRule.task}: ${why}`));
    }
  }

  tests(undetermined: ReadonlyMap<EffectSign, number>): RuleTest[] {
    const several = new Set([...this.inUse, ...this.unasked].flatMap(({ task, place }) => (place > 1 ? [task] : [])));
    const placeOf = ({ task, place }: Pick<TypeRule, 'task' | 'place'>): number | undefined =>
      several.has(task) ? place : undefined;
    const tested = this.inUse.map((typeRule) => {
      const { usable, task, counts, said } = typeRule;
      const open = noCounts();
      for (const { sign, claimed } of said.values()) addTo(open, claimed, undetermined.get(sign) ?? 0);
      return ruleTestOf(usable.rule, task, counts, open, placeOf(typeRule));
    });
    return [...tested, ...this.unasked.map((each) => untestable(each.rule, each.task, each.says, placeOf(each)))];
  }

  get readingAll(): ReadonlySet<string> {
    return new Set(this.inUse.flatMap(({ usable, task }) => (usable.readsAll ? [task] : [])));
  }

  async ahead(batches: AsyncIterable<readonly StuckRow[]>): Promise<void> {
    const idsOf = new Map<TypeRule, number[]>();
    for await (const rows of batches)
      for (const [typeRule, ids] of this.rulesOf(rows))
        if (typeRule.usable.readsAll) for (const id of ids) listAt(idsOf, typeRule).push(id);
    for (const [typeRule, ids] of idsOf) this.known.set(typeRule, new Map(ids.map((id) => [id, undefined])));
    await this.ask(idsOf, 'outcomes', (typeRule, answers) => {
      const known = this.known.get(typeRule);
      for (const answer of inOrder(answers))
        for (const id of idsIn(answer)) known?.set(id, answer.outcome ?? NO_OUTCOME);
    });
  }

  async signs(rows: readonly StuckRow[]): Promise<ReadonlyMap<number, EffectSign>> {
    const signs = new Map<number, EffectSign>();
    const idsOf = this.rulesOf(rows);
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
    await this.ask(this.rulesOf(rows), 'words', (typeRule, answers) => {
      for (const [id, row] of best(answers)) findings.set(Number(id), this.finding(typeRule, row));
    });
    return findings;
  }

  /** The rows of each rule. Each leaves out those that another one covers. */
  private rulesOf(rows: readonly StuckRow[]): Map<TypeRule, number[]> {
    const idsOf = new Map<TypeRule, number[]>();
    for (const row of rows)
      for (const rule of this.byTask.get(taskTypeName(row)) ?? []) listAt(idsOf, rule).push(row.id);
    return idsOf;
  }

  private async ask(
    idsOf: ReadonlyMap<TypeRule, readonly number[]>,
    form: Form,
    tell: Answers<TypeRule>['tell'],
  ): Promise<void> {
    await askRules(this.snapshot, idsOf, form, {
      tell,
      failed: (typeRule, error) => {
        this.fail(typeRule, error);
      },
    });
  }

  /** A rule whose question failed is asked no more. */
  private fail({ usable }: TypeRule, error: unknown): void {
    const why = `the query on ${usable.rule.table} failed (${reasonOf(error)})`;
    this.refused.push(failureGap(error, why));
    for (const [task, rules] of this.byTask) {
      const isAsked = (other: TypeRule): boolean => other.usable.rule !== usable.rule;
      this.byTask.set(task, rules.filter(isAsked));
      for (const { place } of rules.filter((other) => !isAsked(other)))
        this.unasked.push({ rule: usable.rule, task, place, says: why });
    }
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

function coversAll(rule: EffectRule): boolean {
  return rule.where === undefined;
}

/** The list of a key, made where there is none. */
function listAt<Key, Item>(map: Map<Key, Item[]>, key: Key): Item[] {
  const known = map.get(key) ?? [];
  map.set(key, known);
  return known;
}

function untried(usable: UsableRule, task: string, place: number): TypeRule {
  return { usable, task, place, counts: { finished: noCounts(), notRun: noCounts() }, said: new Map() };
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
