/** Drafts of effect rules, in words: for `rules draft` and the editor. */
import { count, number } from '../base/numbers';
import { escapeUnsafe } from '../base/unsafeText';
import { ruleJson } from '../effects/ruleJson';
import type { EffectRule } from '../model/effectRule';
import type { DraftReason, RuleDraft } from '../model/ruleTest';
import { ruleTestText } from './ruleTests';

/** Where a draft comes from, as one says it of a draft. */
export const FROM_WORDS: Readonly<Record<RuleDraft['from'], string>> = {
  code: 'from its code',
  data: 'found in the data',
};

/** What an outcome says, as one says it of a task. */
const SAYS_WORDS: Readonly<Record<EffectRule['outcomes'][number]['says'], string>> = {
  executed: 'executed',
  failed: 'failed',
  'not-executed': 'not executed',
  'cannot-say': 'decides nothing',
};

/** One draft as lines of plain text: its test in words, where it comes from, what it would say, and the rule itself. */
export function ruleDraftLines(draft: RuleDraft): string[] {
  const { task, rules, from, why, tested, because } = draft;
  const reason = because === undefined ? [] : [`  ${escapeUnsafe(because)}`];
  if (rules.length === 0) return [`No draft: ${escapeUnsafe(task)}`, ...reason];
  return [
    `Draft: ${escapeUnsafe(task)} (${FROM_WORDS[from]})`,
    ...(tested ? testLines(tested, because !== undefined) : []),
    ...reason,
    '  Because',
    ...why.map((one) => `    ${reasonText(one)}`),
    '  What it says',
    ...rules.flatMap(sentences).map((line) => `    ${line}`),
    '  The rule',
    ...rules
      .flatMap((rule) => ruleJson(rule, '    ').split('\n'))
      .map((line, place) => (place === 0 ? `    ${line}` : line)),
  ].map(escapeUnsafe);
}

/** `It looks the order up by its first argument (shop/tasks.py:14).` */
export function reasonText({ says, file, line }: DraftReason): string {
  if (file === undefined) return escapeUnsafe(says);
  const place = line === undefined ? file : `${file}:${String(line)}`;
  return escapeUnsafe(`${place}: ${says}`);
}

/** `12 drafts for 20 task types. 2 could not be tested. 8 task types have none.` */
export function ruleDraftsSummary(drafts: readonly RuleDraft[]): string {
  const types = new Set(drafts.map(({ task }) => task)).size;
  const found = drafts.filter(({ rules }) => rules.length > 0);
  const untested = found.filter(({ tested }) => tested === undefined).length;
  const without = types - new Set(found.map(({ task }) => task)).size;
  const parts = [
    `${count(found.length, 'draft')} for ${count(types, 'task type')}.`,
    ...(untested === 0 ? [] : [`${number(untested)} could not be tested.`]),
    ...(without === 0 || found.length === 0
      ? []
      : [`${count(without, 'task type')} ${without === 1 ? 'has' : 'have'} none.`]),
  ];
  return parts.join(' ');
}

/** In the order in which one reads them: those that were tested, by the undetermined tasks that they look at; then the others. */
export function draftsInOrder(drafts: readonly RuleDraft[]): RuleDraft[] {
  const place = ({ tested, rules }: RuleDraft): number => (tested ? 0 : rules.length > 0 ? 1 : 2);
  return [...drafts].sort((a, b) => place(a) - place(b));
}

/** @param toldFew the draft says already that few tasks are known */
function testLines(tested: NonNullable<RuleDraft['tested']>, toldFew: boolean): string[] {
  const { executed, notExecuted, bounds, decides, counts, because } = ruleTestText(tested);
  const verdict = because === null || toldFew ? counts : `${counts} ${because}`;
  return [executed, notExecuted, bounds, decides, verdict].filter((line) => line !== null).map((line) => `  ${line}`);
}

/** The sentences that a rule would produce, each with what it says of the task. */
function sentences({ outcomes, noRow }: EffectRule): string[] {
  return [...outcomes, ...(noRow ? [noRow] : [])].map(({ says, text }) => `${SAYS_WORDS[says]}: ${text}`);
}
