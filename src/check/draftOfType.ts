/** The drafts of one task type, of what its code and the data suggest and of what the test of that says. */
import { count } from '../base/numbers';
import type { choose, Tried } from '../effects/drafts/choose';
import type { CandidateRule, CodeFound } from '../effects/drafts/candidate';
import { ENOUGH_KNOWN } from '../effects/limits';
import { taskTypeName } from '../model/diagnosis';
import type { RuleDraft } from '../model/ruleTest';
import type { TypeId } from '../model/taskType';

/** One task type with all that is known of its rules. */
export interface TypeCase {
  readonly type: TypeId;
  readonly name: string;
  readonly found: CodeFound | undefined;
  /** Those that fit this database. */
  candidates: CandidateRule[];
  /** Candidates from code that do not, and why, as a clause. */
  readonly refused: readonly { readonly candidate: CandidateRule; readonly says: string }[];
  /** Why the data suggests nothing, as a sentence. */
  noData?: string;
}

/** Of the candidates for one value of the arguments the best, or why there is none. */
export type Chosen = ReturnType<typeof choose>;

/** The drafts of one type: for each value of the arguments that its rules speak of one, or why there is none. */
export function draftsOf(each: TypeCase, chosen: readonly Chosen[], softened: ReadonlyMap<Tried, Tried>): RuleDraft[] {
  const drafts = chosen.flatMap((one): RuleDraft[] => {
    if (!('candidate' in one)) return [];
    const { candidate, test } = softened.get(one) ?? one;
    const few = tooFew(test);
    return [{ ...draftOf(each.name, candidate), tested: test, ...(few === undefined ? {} : { because: few }) }];
  });
  if (drafts.length > 0) return drafts;
  const whys = chosen.flatMap((one) => ('because' in one ? [one.because] : []));
  const [first] = each.refused;
  if (first && whys.length === 0)
    return [{ ...draftOf(each.name, first.candidate), because: `The rule could not be tested: ${first.says}.` }];
  return [withoutRule(each, whys)];
}

/** Why a rule that counts is likely at most, or undefined. */
function tooFew({ notRun, finished }: Tried['test']): string | undefined {
  if (notRun.looked < ENOUGH_KNOWN)
    return notRun.looked === 0
      ? 'No task is known that did not run, so the rule is likely at most.'
      : `Only ${count(notRun.looked, 'task')} that did not run ${notRun.looked === 1 ? 'is' : 'are'} known, so the rule is likely at most.`;
  return finished.looked === 0 ? 'No finished task is left to test the rule on.' : undefined;
}

function draftOf(task: string, { rule, from, why }: CandidateRule): RuleDraft {
  // Of a reason, code knows more than a draft shows.
  const reasons = why.map(({ says, file, line }) => ({
    says,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  }));
  return { task, rules: [rule], from, why: reasons };
}

function withoutRule({ name, found, noData, candidates }: TypeCase, whys: readonly string[]): RuleDraft {
  const reasons = [
    ...new Set([
      ...(found?.because === undefined ? [] : [found.because]),
      ...whys,
      ...(noData === undefined ? [] : [noData]),
    ]),
  ];
  const from = candidates[0]?.from ?? (found ? 'code' : 'data');
  return { task: name, rules: [], from, why: [], because: reasons.join(' ') || NO_RULE };
}

const NO_RULE = 'Nothing in its code shows in the database.';

/** What the candidates that compete for one draft have in common: the values of the arguments that their rules speak of. */
export function groupOf({ rule }: CandidateRule): string {
  return JSON.stringify(rule.where ?? null);
}

/** The best candidates of the code, as they are. */
export function untestedDrafts(type: TypeId, found: CodeFound | undefined, because: string): RuleDraft[] {
  const name = taskTypeName(type);
  const best = new Map<string, CandidateRule>();
  for (const candidate of found?.candidates ?? []) {
    const key = groupOf(candidate);
    if (!best.has(key)) best.set(key, candidate);
  }
  if (best.size > 0) return [...best.values()].map((candidate) => ({ ...draftOf(name, candidate), because }));
  const why = found ? (found.because ?? NO_RULE) : 'There is no code to draft a rule from.';
  return [{ task: name, rules: [], from: 'code', why: [], because: why }];
}
