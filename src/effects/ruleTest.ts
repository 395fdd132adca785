/** The test of one rule on the rows of one task type: counts, what the rule earns by them, and why. */
import { count, number } from '../base/numbers';
import type { EffectRule, EffectSays } from '../model/effectRule';
import type { RuleCounts, RuleTest } from '../model/ruleTest';
import { earned, ENOUGH_KNOWN, upperBound, type EarnedClaim, type Limit, type Trial } from './limits';

/** How many rows a rule called what, while they are counted. */
export type Counter = { -readonly [Name in keyof RuleCounts]: RuleCounts[Name] };

const FIELD = {
  executed: 'executed',
  failed: 'failed',
  'not-executed': 'notExecuted',
  'cannot-say': 'cannotSay',
} as const satisfies Record<EffectSays['says'], keyof RuleCounts>;

export function noCounts(): Counter {
  return { looked: 0, executed: 0, failed: 0, notExecuted: 0, cannotSay: 0 };
}

/** Counts rows of which a rule says the same. */
export function addTo(counter: Counter, says: EffectSays['says'], rows = 1): void {
  counter.looked += rows;
  counter[FIELD[says]] += rows;
}

/** The rows of both groups, and what the rule said of them. */
export interface KnownCounts {
  readonly finished: RuleCounts;
  readonly notRun: RuleCounts;
}

/** What the claims of a rule count for on the rows of one task type. */
export interface Verdicts {
  /** That a task was executed or failed. */
  readonly ran: EarnedClaim;
  /** That a task was not executed. It is never more than likely, because what a task left may have been removed again. */
  readonly notRun: EarnedClaim;
}

function falseAlarms({ notRun }: KnownCounts): Trial {
  return { looked: notRun.looked, wrong: notRun.executed + notRun.failed };
}

function misses({ finished }: KnownCounts): Trial {
  return { looked: finished.looked, wrong: finished.notExecuted };
}

export function verdictsOf(rule: EffectRule, counts: KnownCounts): Verdicts {
  return { ran: earned(declaredBy(rule), falseAlarms(counts)), notRun: earned('likely', misses(counts)) };
}

/** The test as it is reported. @param place which of several rules for the task; undefined where there is one */
export function ruleTestOf(
  rule: EffectRule,
  task: string,
  counts: KnownCounts,
  undetermined: RuleCounts,
  place?: number,
): RuleTest {
  const { ran, notRun } = verdictsOf(rule, counts);
  const because = reasons(rule, counts).join('; ');
  return {
    ...aboutRule(rule, task, place),
    ...counts,
    undetermined,
    falseAlarmsAtMost: upperBound(falseAlarms(counts)),
    missesAtMost: upperBound(misses(counts)),
    strength: {
      declared: declaredBy(rule),
      earned: ran.earned,
      ...(claims(rule, 'not-executed') ? { notExecuted: notRun.earned } : {}),
    },
    ...(because === '' ? {} : { because }),
  };
}

/** The test of a rule that cannot be asked. @param because the end of a sentence */
export function untestable(rule: EffectRule, task: string, because: string, place?: number): RuleTest {
  return {
    ...aboutRule(rule, task, place),
    finished: noCounts(),
    notRun: noCounts(),
    undetermined: noCounts(),
    falseAlarmsAtMost: null,
    missesAtMost: null,
    strength: {
      declared: declaredBy(rule),
      earned: 'none',
      ...(claims(rule, 'not-executed') ? { notExecuted: 'none' } : {}),
    },
    because,
  };
}

/** Why claims of a rule count for less than they declare, each as a clause; none where nothing limits them. */
export function reasons(rule: EffectRule, counts: KnownCounts): string[] {
  const { ran, notRun } = verdictsOf(rule, counts);
  const less = [
    ...(makesRunClaims(rule) && ran.limit !== undefined ? [reasonOf(ran.limit, declaredBy(rule), counts)] : []),
    ...(claims(rule, 'not-executed') && notRun.earned === 'none' ? [whyNothing('not-executed', counts)] : []),
  ];
  return less.filter((why) => why !== undefined);
}

/** Why claims of a rule decide nothing, each as a clause. */
export function refusals(rule: EffectRule, counts: KnownCounts): string[] {
  const { ran, notRun } = verdictsOf(rule, counts);
  return [
    ...(makesRunClaims(rule) && ran.earned === 'none' ? [whyNothing('executed', counts)] : []),
    ...(claims(rule, 'not-executed') && notRun.earned === 'none' ? [whyNothing('not-executed', counts)] : []),
  ];
}

/** How often a claim was wrong, as a clause. */
export function whyNothing(says: EffectSays['says'], counts: KnownCounts): string {
  if (isRun(says)) {
    const { looked, wrong } = falseAlarms(counts);
    return `of ${count(looked, 'task')} that did not run, it calls ${number(wrong)} executed or failed`;
  }
  const { looked, wrong } = misses(counts);
  return `of ${count(looked, 'finished task')}, it calls ${number(wrong)} not executed`;
}

function reasonOf(limit: Limit, declared: 'proven' | 'likely', counts: KnownCounts): string | undefined {
  if (limit !== 'too-few') return whyNothing('executed', counts);
  if (declared === 'likely') return undefined;
  const { looked } = falseAlarms(counts);
  const known =
    looked === 0
      ? 'no task that did not run is known'
      : `only ${count(looked, 'task')} that did not run ${looked === 1 ? 'is' : 'are'} known`;
  return `${known}, and a proof needs ${String(ENOUGH_KNOWN)}`;
}

/** The strongest claim of a rule that a task was executed or failed. */
function declaredBy(rule: EffectRule): 'proven' | 'likely' {
  return saysOfRule(rule).some(({ says, strength }) => isRun(says) && strength === 'proven') ? 'proven' : 'likely';
}

function makesRunClaims(rule: EffectRule): boolean {
  return claims(rule, 'executed') || claims(rule, 'failed');
}

/** Whether a rule ever makes this claim. */
function claims(rule: EffectRule, says: EffectSays['says']): boolean {
  return saysOfRule(rule).some((each) => each.says === says);
}

function saysOfRule({ outcomes, noRow }: EffectRule): readonly Pick<EffectSays, 'says' | 'strength'>[] {
  return noRow ? [...outcomes, noRow] : outcomes;
}

/** Whether it is a claim that a run took place. */
export function isRun(says: EffectSays['says']): boolean {
  return says === 'executed' || says === 'failed';
}

function aboutRule({ table, origin }: EffectRule, task: string, place?: number) {
  return { task, table, origin: origin ?? 'own', ...(place === undefined ? {} : { rule: place }) } as const;
}
