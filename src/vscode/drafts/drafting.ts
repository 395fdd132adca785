import type { ConnectionProfile } from '../../connect/profile';
import { lacksBroker } from '../../connect/addedBroker';
import { taskTypeName, type Diagnosis } from '../../model/diagnosis';
import { typeKey } from '../../model/taskType';
import type { EffectRule } from '../../model/effectRule';
import type { DraftState, ShownDraft, TriedShare } from '../../report/draftMessages';
import type { RuleDraft } from '../../model/ruleTest';
import type { CheckResult } from '../checks/checkState';
import { undeterminedSum, type WantedType } from './wantedTypes';

/** What drafts can be tested on. */
export interface Basis {
  /** The check whose undetermined tasks are looked at; absent where there is none that can be used. */
  readonly result?: CheckResult;
  /** Why there is none: one sentence. */
  readonly because: string | null;
}

/**
 * Whether drafts can be tested and tried, and if not why.
 * @param trusted Restricted Mode connects to nothing
 */
export function basisOf(result: CheckResult | undefined, trusted: boolean): Basis {
  if (!trusted)
    return {
      because: 'Restricted Mode: code is read, but nothing is connected. Trust this workspace to test and try a draft.',
    };
  if (!result)
    return {
      because: 'There is no result to test a draft on: run Check with Verification, then draft again.',
    };
  if (!result.diagnosis.parameters.checkExecution)
    return lacksBroker(result.profile)
      ? {
          because: 'This connection names no broker, so nothing was verified: name it, then check with verification.',
        }
      : { because: 'The latest check verified nothing: run Check with Verification, then draft again.' };
  return { result, because: null };
}

/** Ids of the undetermined tasks that the check judged, by `module.name` of the wanted types. */
export function undeterminedIds(
  { judged }: Pick<CheckResult, 'judged'>,
  types: readonly WantedType[],
): ReadonlyMap<string, number[]> {
  const names = new Map(types.map((type) => [typeKey(type), taskTypeName(type)]));
  const ids = new Map<string, number[]>(types.map((type) => [taskTypeName(type), []]));
  for (const { id, group } of judged.each())
    if (group.verdict === 'unknown') ids.get(names.get(typeKey(group)) ?? '')?.push(id);
  return ids;
}

/** Everything that the page of drafts depends on. */
export interface Drafting {
  readonly types: readonly WantedType[];
  readonly drafts: readonly RuleDraft[];
  readonly profile: Pick<ConnectionProfile, 'name' | 'production'> | undefined;
  readonly cannotTry: string | null;
  readonly running: string | null;
  readonly problem: string | null;
  /** Rules that were added to the file, as `ruleKey`. */
  readonly added: ReadonlySet<string>;
  /** Undetermined and stuck tasks before the first of these drafts was tried. */
  readonly before: { readonly undetermined: number; readonly stuck: number } | undefined;
}

/** What the page shows. @param file that takes rules, as people say it */
export function draftState(drafting: Drafting, result: CheckResult | undefined, file: string | null): DraftState {
  const { types, drafts, profile, cannotTry, running, problem, added } = drafting;
  const tried = new Set(result?.request.tried?.map(ruleKey));
  const undetermined = new Map(types.map((type) => [taskTypeName(type), type.undetermined]));
  const shown = drafts.map((draft): ShownDraft => ({
    draft,
    undetermined: undetermined.get(draft.task) ?? null,
    ...(hasAll(tried, draft) ? { tried: true } : {}),
    ...(hasAll(added, draft) ? { added: true } : {}),
  }));
  const share = shareOf(
    drafting,
    result?.diagnosis,
    shown.some((one) => one.tried),
  );
  return {
    drafts: shown,
    connection: profile?.name ?? null,
    ...(profile?.production ? { production: true } : {}),
    running,
    problem,
    cannotTry,
    file,
    ...(share ? { share } : {}),
  };
}

/** The rules to try: those that are tried already, and the new ones before them, because the first that speaks of a task counts. */
export function rulesToTry(already: readonly EffectRule[], drafts: readonly RuleDraft[]): EffectRule[] {
  const known = new Set(already.map(ruleKey));
  const news = drafts.flatMap(({ rules }) => rules).filter((rule) => !known.has(ruleKey(rule)));
  const tasks = new Set(drafts.map(({ task }) => task));
  // Another rule that was tried for the same task gives way.
  return [...news, ...already.filter((rule) => !isFor(rule, tasks) || isIn(rule, drafts))];
}

function isFor({ task }: EffectRule, tasks: ReadonlySet<string>): boolean {
  return (typeof task === 'string' ? [task] : task).some((name) => tasks.has(name));
}

function isIn(rule: EffectRule, drafts: readonly RuleDraft[]): boolean {
  return drafts.some(({ rules }) => rules.some((other) => ruleKey(other) === ruleKey(rule)));
}

function hasAll(keys: ReadonlySet<string>, { rules }: RuleDraft): boolean {
  return rules.length > 0 && rules.every((rule) => keys.has(ruleKey(rule)));
}

/** What tells one rule from another. */
export function ruleKey(rule: EffectRule): string {
  return JSON.stringify(rule);
}

function shareOf({ before }: Drafting, diagnosis: Diagnosis | undefined, anyTried: boolean): TriedShare | undefined {
  if (!before || !diagnosis || !anyTried) return undefined;
  const stuck = diagnosis.taskTypes.reduce((sum, { count }) => sum + count, 0);
  return { before: before.undetermined, after: undeterminedSum(diagnosis), all: [before.stuck, stuck] };
}
