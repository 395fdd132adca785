/** Tries rules on rows whose outcome is known. */
import { DEFAULT_MASKED_KEYS } from '../base/jsonText';
import { tasksOf, type EffectRule, type EffectSays } from '../model/effectRule';
import type { KnownRows, Twin } from '../model/effectFacts';
import type { RuleTest } from '../model/ruleTest';
import type { Snapshot } from '../ports/database';
import { attempt, reasonOf } from '../sql/savepoint';
import type { TaskTable } from '../tables/table';
import { askRules, idsIn } from './askRules';
import { openRules } from './openRules';
import { addTo, isRun, noCounts, ruleTestOf, untestable, type Counter, type KnownCounts } from './ruleTest';
import { order, saysOf, type UsableRule } from './usableRule';

/** A rule, as it is tried on the rows of one task type. */
export interface Tried {
  readonly usable: UsableRule;
  /** `module.name`. */
  readonly task: string;
}

/**
 * Other rows that may have left the effect of these, by id; undefined where that is unknown (`TwinQuestions.rivals`).
 * @throws Problem
 */
export type FindRivals = (ids: readonly number[]) => Promise<ReadonlyMap<number, Twin> | undefined>;

/** What came of a trial. */
export interface Tries<T> {
  readonly counts: ReadonlyMap<T, KnownCounts>;
  /** Why a rule could not be asked. */
  readonly errors: ReadonlyMap<T, unknown>;
}

/**
 * Tries each rule on the known rows of its task type.
 *
 * A row that did not run may have the effect of another row with the same arguments (`rivals`). No verdict follows from the effect of
 * such a row, so it tells nothing of the rule: where a rule has false alarms, all rows with a rival leave the group, those without a false
 * alarm too, because otherwise they would thin out the others.
 * @param rivals is only asked where there are false alarms
 * @throws Problem when the snapshot itself failed
 */
export async function tryOnKnown<T extends Tried>(
  snapshot: Snapshot,
  tried: readonly T[],
  known: KnownRows,
  rivals: FindRivals,
): Promise<Tries<T>> {
  const idsOf = new Map(
    tried.map((each) => [each, [...(known.finished.get(each.task) ?? []), ...(known.notRun.get(each.task) ?? [])]]),
  );
  const { says, errors } = await sayOf(snapshot, idsOf);
  const alarmed = tried.flatMap((each) => {
    const ids = known.notRun.get(each.task) ?? [];
    return ids.some((id) => isRun(says.get(each)?.get(id) ?? 'cannot-say')) ? ids : [];
  });
  const others = alarmed.length === 0 ? undefined : await rivals([...new Set(alarmed)]);
  const counts = new Map(
    [...says].map(([each, saysById]) => {
      const notRun = known.notRun.get(each.task) ?? [];
      const ofNotRun = others === undefined ? notRun : notRun.filter((id) => !others.has(id));
      return [
        each,
        { finished: countOf(saysById, known.finished.get(each.task)), notRun: countOf(saysById, ofNotRun) },
      ];
    }),
  );
  return { counts, errors };
}

/**
 * Tries rules that nobody uses yet, each by itself, and also asks what they would say of undetermined rows.
 * @param rules may all be for the same task
 * @param undetermined ids by `module.name`; all of them are looked at
 * @returns for each rule one test for each of its tasks, in order. A rule that cannot be asked has a test without counts that says why
 * @throws Problem when the snapshot itself failed
 */
export async function tryRules(
  snapshot: Snapshot,
  table: TaskTable,
  rules: readonly EffectRule[],
  known: KnownRows,
  undetermined: ReadonlyMap<string, readonly number[]>,
): Promise<RuleTest[]> {
  const opened = (await openRules(snapshot, table, rules, DEFAULT_MASKED_KEYS)).flatMap((each) =>
    tasksOf(each.rule).map((task) => ({ ...each, task })),
  );
  const tried = opened.filter((each) => 'usable' in each);
  const tries = await tryOnKnown(snapshot, tried, known, rivalsIn(snapshot, table));
  const open = tried.filter((each) => !tries.errors.has(each));
  const { says, errors } = await sayOf(
    snapshot,
    new Map(open.map((each) => [each, undetermined.get(each.task) ?? []])),
  );
  const others = await rivalsOf(open, says, undetermined, rivalsIn(snapshot, table));
  return opened.map((each) => {
    const { rule, task } = each;
    if ('refusal' in each) return untestable(rule, task, each.refusal.says);
    const error = tries.errors.get(each) ?? errors.get(each);
    if (error !== undefined) return untestable(rule, task, `the query on ${rule.table} failed (${reasonOf(error)})`);
    const counts = tries.counts.get(each) ?? { finished: noCounts(), notRun: noCounts() };
    const decided = countOf(says.get(each) ?? new Map(), undetermined.get(task), others);
    return ruleTestOf(rule, task, counts, decided);
  });
}

/** Rivals of the undetermined rows that a rule calls executed or failed: no verdict follows from an effect that may be another row's. */
async function rivalsOf<T extends Tried>(
  tried: readonly T[],
  says: ReadonlyMap<T, SaysById>,
  undetermined: ReadonlyMap<string, readonly number[]>,
  rivals: FindRivals,
): Promise<ReadonlyMap<number, Twin> | undefined> {
  const claimed = tried.flatMap((each) =>
    (undetermined.get(each.task) ?? []).filter((id) => isRun(says.get(each)?.get(id) ?? 'cannot-say')),
  );
  return claimed.length === 0 ? undefined : await rivals([...new Set(claimed)]);
}

/** Rivals as the table tells them; a question that fails tells nothing. */
function rivalsIn(snapshot: Snapshot, table: TaskTable): FindRivals {
  const { twins } = table.kind.extras;
  return async (ids) => {
    if (!twins) return undefined;
    const answer = await attempt(snapshot, () => twins.rivals(snapshot, table, ids));
    return 'value' in answer ? answer.value : undefined;
  };
}

type SaysById = ReadonlyMap<number, EffectSays['says']>;

/** What each rule says of its rows, by id. */
async function sayOf<T extends Tried>(
  snapshot: Snapshot,
  idsOf: ReadonlyMap<T, readonly number[]>,
): Promise<{ readonly says: ReadonlyMap<T, SaysById>; readonly errors: ReadonlyMap<T, unknown> }> {
  const says = new Map<T, Map<number, EffectSays['says']>>([...idsOf.keys()].map((each) => [each, new Map()]));
  const errors = new Map<T, unknown>();
  await askRules(snapshot, idsOf, 'outcomes', {
    tell: (each, answers) => {
      // Of several rows that a rule finds, the one that fits the earliest outcome counts: it is put in last.
      for (const answer of [...answers].sort((a, b) => order(b) - order(a))) {
        const said = saysOf(each.usable, answer.outcome).says;
        for (const id of idsIn(answer)) says.get(each)?.set(id, said);
      }
    },
    failed: (each, error) => {
      errors.set(each, error);
      says.delete(each);
    },
  });
  return { says, errors };
}

/**
 * Rows that the rule does not speak of are not among those that were looked at.
 * @param rivals rows of which that they ran decides nothing
 */
function countOf(says: SaysById, ids: readonly number[] = [], rivals?: ReadonlyMap<number, Twin>): Counter {
  const counter = noCounts();
  for (const id of ids) {
    const said = says.get(id);
    if (said !== undefined) addTo(counter, isRun(said) && rivals?.has(id) ? 'cannot-say' : said);
  }
  return counter;
}
