/** What the test of an effect rule found, in words: for the page, the log, Markdown, the editor and `rules test`. */
import { count, number } from '../base/numbers';
import { escapeUnsafe } from '../base/unsafeText';
import type { RuleCounts, RuleOrigin, RuleTest } from '../model/ruleTest';

/** Where a rule comes from, as one says it of a rule: `your own`. */
export const ORIGIN_WORDS: Readonly<Record<RuleOrigin, string>> = {
  'built-in': 'built in',
  own: 'your own',
  drafted: 'drafted',
};

/** What a rule counts for, in a word or two. */
export const EARNED_WORDS = { proven: 'proven', likely: 'likely', none: 'decides nothing' } as const;

/** What evidence of an untested rule is called. */
export const UNTESTED = 'untested rule';

/** Why evidence of an untested rule is worth less, in one sentence. */
export const UNTESTED_MEANING =
  'Fewer than 60 tasks that did not run were there to test this rule on, so it counts as likely at most.';

/** ` (untested rule)` behind the evidence of one; else nothing. */
export function untestedMark({ untested }: { readonly untested?: true }): string {
  return untested ? ` (${UNTESTED})` : '';
}

/** The test of one rule. A part that does not apply is null; sentences have their full stop. */
export interface RuleTestText {
  /** `shop.tasks.send_invoice`, `shop.tasks.send_invoice (rule 2)` */
  readonly title: string;
  readonly table: string;
  readonly origin: string;
  /** `executed: 3,480 of 3,499 finished tasks; 0 of 533 that did not run` */
  readonly executed: string;
  /** The same of the claim that a task was not executed; null where the rule never makes it. */
  readonly notExecuted: string | null;
  /** `At most 0.6% false alarms and 0.2% misses (upper 95% bounds).`; null where there was nothing to test it on. */
  readonly bounds: string | null;
  /** `It decides 41,203 of 63,933 undetermined tasks: 29,804 finished, 11,399 not executed.` */
  readonly decides: string | null;
  /** `Counts as likely.` */
  readonly counts: string;
  /** Why it counts for less than it declares. */
  readonly because: string | null;
  /** It counts for less than it declares. */
  readonly reduced: boolean;
}

export function ruleTestText(test: RuleTest): RuleTestText {
  const { strength, because } = test;
  return {
    title: ruleTitle(test),
    table: escapeUnsafe(test.table),
    origin: ORIGIN_WORDS[test.origin],
    executed: executedText(test),
    notExecuted: strength.notExecuted === undefined ? null : notExecutedText(test),
    bounds: boundsText(test),
    decides: decidesText(test),
    counts: countsText(test),
    because: because === undefined ? null : asSentence(escapeUnsafe(because)),
    reduced: because !== undefined || strength.earned !== strength.declared,
  };
}

/** The test of one rule as lines of plain text: a title, and below it what was found. */
export function ruleTestLines(test: RuleTest): string[] {
  const { title, table, origin, executed, notExecuted, bounds, decides, counts, because } = ruleTestText(test);
  const found = [executed, notExecuted, bounds, decides, because === null ? counts : `${counts} ${because}`];
  return [
    `Rule: ${title}, table ${table} (${origin})`,
    ...found.filter((line) => line !== null).map((line) => `  ${line}`),
  ];
}

/** The tests in the order in which one reads them: rules that count for less than they declare first, then by undetermined tasks. */
export function readingOrder(tests: readonly RuleTest[]): RuleTest[] {
  const news = (test: RuleTest): number => (ruleTestText(test).reduced ? 0 : 1);
  return [...tests].sort((a, b) => news(a) - news(b) || b.undetermined.looked - a.undetermined.looked);
}

/** `5 rules were tested on tasks whose outcome is known; 1 decides nothing.` */
export function ruleTestsSummary(tests: readonly RuleTest[]): string {
  const none = tests.filter(
    ({ strength }) => strength.earned === 'none' && (strength.notExecuted ?? 'none') === 'none',
  );
  const tested = `${count(tests.length, 'rule')} ${tests.length === 1 ? 'was' : 'were'} tested on tasks whose outcome is known`;
  if (none.length === 0) return `${tested}.`;
  return `${tested}; ${number(none.length)} ${none.length === 1 ? 'decides' : 'decide'} nothing.`;
}

function ruleTitle({ task, rule }: RuleTest): string {
  return rule === undefined ? escapeUnsafe(task) : `${escapeUnsafe(task)} (rule ${String(rule)})`;
}

/** The sensitivity of a rule, and its false alarms: `executed: 3,480 of 3,499 finished tasks; 0 of 533 that did not run`. */
function executedText({ finished, notRun }: Pick<RuleTest, 'finished' | 'notRun'>): string {
  const claim = notRun.failed > 0 ? 'executed or failed' : 'executed';
  const ran = notRun.failed > 0 ? finished.executed + finished.failed : finished.executed;
  return `${claim}: ${ofGroups(ran, finished, notRun.executed + notRun.failed, notRun)}`;
}

function notExecutedText({ finished, notRun }: Pick<RuleTest, 'finished' | 'notRun'>): string {
  return `not executed: ${ofGroups(finished.notExecuted, finished, notRun.notExecuted, notRun)}`;
}

function ofGroups(ran: number, finished: RuleCounts, waited: number, notRun: RuleCounts): string {
  const ofFinished =
    finished.looked === 0
      ? 'no finished tasks to test it on'
      : `${number(ran)} of ${count(finished.looked, 'finished task')}`;
  const ofNotRun =
    notRun.looked === 0
      ? 'none that did not run to test it on'
      : `${number(waited)} of ${number(notRun.looked)} that did not run`;
  return `${ofFinished}; ${ofNotRun}`;
}

function boundsText({ falseAlarmsAtMost, missesAtMost, strength }: RuleTest): string | null {
  const parts = [
    falseAlarmsAtMost === null ? null : `${boundText(falseAlarmsAtMost)} false alarms`,
    missesAtMost === null || strength.notExecuted === undefined ? null : `${boundText(missesAtMost)} misses`,
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return `At most ${parts.join(' and ')} (upper 95% ${parts.length === 1 ? 'bound' : 'bounds'}).`;
}

/** `0.6%`: an upper bound is rounded up. @param share 0 to 1 */
export function boundText(share: number): string {
  // What floating point adds to 0.006 is not a further tenth.
  return `${String(Math.min(100, Math.ceil(share * 1000 - 1e-9) / 10))}%`;
}

/** Undetermined tasks that the rule decides, as far as its test lets it. */
export function decidedOf(test: RuleTest): number {
  return decidedParts(test).reduce((sum, [rows]) => sum + rows, 0);
}

function decidedParts({ undetermined, strength }: RuleTest): readonly (readonly [rows: number, word: string])[] {
  const ran = strength.earned === 'none' ? 0 : 1;
  const not = (strength.notExecuted ?? 'none') === 'none' ? 0 : 1;
  return [
    [undetermined.executed * ran, 'finished'],
    [undetermined.failed * ran, 'failed'],
    [undetermined.notExecuted * not, 'not executed'],
  ];
}

/** Null where there are no undetermined tasks. */
function decidesText(test: RuleTest): string | null {
  const { looked } = test.undetermined;
  if (looked === 0) return null;
  const sum = decidedOf(test);
  if (sum === 0) return `It decides none of ${count(looked, 'undetermined task')}.`;
  const told = decidedParts(test)
    .filter(([rows]) => rows > 0)
    .map(([rows, word]) => `${number(rows)} ${word}`);
  return `It decides ${number(sum)} of ${count(looked, 'undetermined task')}: ${told.join(', ')}.`;
}

function countsText({ strength: { earned, notExecuted } }: RuleTest): string {
  if (notExecuted === undefined || notExecuted === earned)
    return earned === 'none' ? 'It decides nothing.' : `It counts as ${earned}.`;
  const claim = (word: typeof earned): string => (word === 'none' ? 'decides nothing' : `counts as ${word}`);
  return `"Executed" ${claim(earned)}; "not executed" ${claim(notExecuted)}.`;
}

function asSentence(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}${clause.endsWith('.') ? '' : '.'}`;
}
