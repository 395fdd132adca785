/** Chooses a draft among the candidates of one task type by how they did on tasks whose outcome is known. */
import { count, number } from '../../base/numbers';
import type { EffectRule } from '../../model/effectRule';
import type { RuleTest } from '../../model/ruleTest';
import { ENOUGH_KNOWN } from '../limits';
import type { CandidateRule } from './candidate';

/** A candidate and how it did. */
export interface Tried {
  readonly candidate: CandidateRule;
  readonly test: RuleTest;
}

/** Shares that differ by less are the same: a sample of 2,000 knows them no better. */
const SAME_SHARE = 0.05;

/** Known tasks of each kind without which data alone suggests nothing: a column that changes for other reasons would pass with fewer. */
const LEAST_FOR_DATA = ENOUGH_KNOWN;

/** Of the known tasks, what data alone must get right: the rest may have lost its row, but not most of them. */
const LEAST_SHARE_FOR_DATA = 0.5;

/** Why so few known tasks are not enough for a rule from data alone, as a clause; undefined where they are. */
export function fewKnown(finished: number, notRun: number): string | undefined {
  if (finished >= LEAST_FOR_DATA && notRun >= LEAST_FOR_DATA) return undefined;
  return `a rule from data alone needs ${number(LEAST_FOR_DATA)} finished tasks and ${number(LEAST_FOR_DATA)} that did not run, and ${number(finished)} and ${number(notRun)} are known`;
}

/** What a candidate may say after its test. */
interface Claims {
  /** That a task ran (or failed). */
  readonly ran: boolean;
  readonly notRun: boolean;
}

/**
 * Of candidates that are about as good, the simplest; of equally simple ones the first, which the code guarantees most. Code comes before
 * data.
 * @param tried in the order of what the code guarantees
 * @returns why there is no draft, as a sentence, where no candidate separates tasks that ran from tasks that did not
 */
export function choose(tried: readonly Tried[]): Tried | { readonly because: string } {
  const fit = tried.filter(separates);
  const code = fit.filter(({ candidate }) => candidate.from === 'code');
  const offered = code.length > 0 ? code : fit;
  const best = Math.max(...offered.map(scoreOf));
  const near = offered.filter((one) => scoreOf(one) >= best - SAME_SHARE);
  // A sort keeps the order of equals.
  const [chosen] = near.sort((a, b) => complexity(a.candidate.rule) - complexity(b.candidate.rule));
  return chosen ?? { because: whyNone(tried) };
}

/** The claims of a candidate that its test lets stand. */
export function claimsOf({ candidate, test }: Tried): Claims {
  const { finished, notRun, undetermined, strength } = test;
  const claims = claimsOfRule(candidate.rule);
  const shows = (yes: number, of: number): boolean =>
    candidate.from === 'code' ? yes > 0 : of >= LEAST_FOR_DATA && yes >= of * LEAST_SHARE_FOR_DATA;
  // Where no finished task is left, or none is known not to have run, the code is all there is.
  const codeAlone = candidate.from === 'code';
  const enough = codeAlone || fewKnown(finished.looked, notRun.looked) === undefined;
  const ran =
    claims.ran &&
    enough &&
    strength.earned !== 'none' &&
    (shows(finished.executed + finished.failed, finished.looked) || (codeAlone && finished.looked === 0));
  const notRunShown =
    shows(notRun.notExecuted, notRun.looked) || (codeAlone && notRun.looked === 0 && undetermined.notExecuted > 0);
  return {
    ran,
    // By data alone "not executed" follows from nothing that does not show in finished tasks, too: those that wait are younger.
    notRun: claims.notRun && enough && (codeAlone || ran) && (strength.notExecuted ?? 'none') !== 'none' && notRunShown,
  };
}

/** What a rule can say at all. */
export function claimsOfRule({ outcomes, noRow }: EffectRule): Claims {
  const all = [...outcomes, ...(noRow ? [noRow] : [])].map(({ says }) => says);
  return { ran: all.some((says) => says === 'executed' || says === 'failed'), notRun: all.includes('not-executed') };
}

/** The same rule without the claims that its test refused: what showed them decides nothing any more. */
export function withClaims(rule: EffectRule, { ran, notRun }: Claims): EffectRule {
  const stays = (says: EffectRule['outcomes'][number]['says']): boolean =>
    says === 'cannot-say' || (says === 'not-executed' ? notRun : ran);
  const { noRow, ...rest } = rule;
  return {
    ...rest,
    outcomes: rule.outcomes.map((outcome) => {
      if (stays(outcome.says)) return outcome;
      const { when, atLeast, text } = outcome;
      return {
        ...(when ? { when } : {}),
        ...(atLeast === undefined ? {} : { atLeast }),
        says: 'cannot-say',
        text,
      };
    }),
    // Without it, a missing row proves nothing.
    ...(noRow && stays(noRow.says) ? { noRow } : {}),
  };
}

function separates(tried: Tried): boolean {
  const { ran, notRun } = claimsOf(tried);
  return (ran || notRun) && (tried.test.undetermined.looked === 0 || decided(tried) > 0);
}

/** How many undetermined tasks it decides, as far as its test lets it. */
function decided(tried: Tried): number {
  const { ran, notRun } = claimsOf(tried);
  const { executed, failed, notExecuted } = tried.test.undetermined;
  return (ran ? executed + failed : 0) + (notRun ? notExecuted : 0);
}

/** The shares of the known tasks that it gets right and of the undetermined ones that it decides: 0 to 3. */
function scoreOf(tried: Tried): number {
  const { finished, notRun, undetermined } = tried.test;
  const claims = claimsOf(tried);
  const share = (part: number, { looked }: { readonly looked: number }): number => (looked === 0 ? 0 : part / looked);
  return (
    (claims.ran ? share(finished.executed + finished.failed, finished) : 0) +
    (claims.notRun ? share(notRun.notExecuted, notRun) : 0) +
    share(decided(tried), undetermined)
  );
}

/** What a person has to understand of it. */
function complexity({ find, outcomes, join, noRow, fixed, where }: EffectRule): number {
  const conditions = outcomes.reduce((sum, { when = [], atLeast }) => sum + 1 + when.length + (atLeast ? 1 : 0), 0);
  const keys = [find, fixed ?? {}, join?.on ?? {}, join?.where ?? {}].reduce(
    (sum, names) => sum + Object.keys(names).length,
    0,
  );
  return conditions + keys + (where?.length ?? 0) + (noRow ? 1 : 0);
}

function whyNone(tried: readonly Tried[]): string {
  const [first] = tried;
  if (!first) return 'Neither the code nor the data suggests a rule.';
  const data = first.candidate.from === 'data';
  const tables = [...new Set(tried.map(({ candidate }) => candidate.rule.table))];
  const what =
    tried.length === 1
      ? `The rule that ${data ? 'the data suggests' : 'the code suggests'} for ${first.candidate.rule.table} does not separate`
      : `None of the ${number(tried.length)} rules that ${data ? 'the data suggests' : 'the code suggests'} for ${listOf(tables)} separates`;
  return `${what} tasks that ran from tasks that did not: ${reasonOf(first)}.`;
}

/** Why a candidate is no draft, as a clause. */
function reasonOf({ candidate, test }: Tried): string {
  const { finished, notRun, undetermined } = test;
  const few = candidate.from === 'data' ? fewKnown(finished.looked, notRun.looked) : undefined;
  if (few !== undefined) return few;
  if (test.because !== undefined) return clause(test.because);
  const claims = claimsOf({ candidate, test });
  if ((claims.ran || claims.notRun) && undetermined.looked > 0)
    return `it decides none of ${count(undetermined.looked, 'undetermined task')}`;
  return `it calls ${number(finished.executed + finished.failed)} of ${count(finished.looked, 'finished task')} executed, and ${number(notRun.notExecuted)} of ${number(notRun.looked)} that did not run not executed`;
}

function clause(sentence: string): string {
  const text = sentence.replace(/\.$/, '');
  return /^(?:The|It|Its|Only|No|None|There)\b/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${count(rest, 'more table')}`;
  const last = shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last ?? ''}`;
}
