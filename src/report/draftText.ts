/** A draft of an effect rule in words: what it would decide, what it says of a task, and how it looks. */
import { count, number } from '../base/numbers';
import { escapeUnsafe } from '../base/unsafeText';
import { ruleJson } from '../effects/ruleJson';
import type { EffectCondition, EffectRule } from '../model/effectRule';
import type { RuleDraft } from '../model/ruleTest';
import type { ShownDraft, TriedShare } from './draftMessages';
import { decidedOf, ruleTestText } from './ruleTests';
import { list } from './summary';
import { percentText } from './verdictText';

/** One outcome of a rule: when it holds, what it claims, and the sentence that becomes evidence. */
export interface OutcomeWords {
  /** `executed, proven` */
  readonly claim: string;
  /** `sent_at is at or after the moment at which the task was created`; null: always. */
  readonly when: string | null;
  /** With columns in braces. */
  readonly text: string;
}

const CLAIMS = {
  executed: 'executed',
  failed: 'failed',
  'not-executed': 'not executed',
  'cannot-say': 'decides nothing',
} as const;

/** What a draft would decide, in one sentence. Where there is none, why. */
export function draftHeadline({ rules, tested, because }: RuleDraft): string {
  if (rules.length === 0) return because === undefined ? 'No rule could be drafted.' : sentence(because);
  if (!tested) return because === undefined ? 'The rule is not tested.' : sentence(because);
  return ruleTestText(tested).decides ?? 'There is no undetermined task of this type for it to decide.';
}

/** A few words beside the name of a task type in a list of drafts: `41,203 of 63,933`. */
export function draftInShort({ draft: { rules, tested }, undetermined, tried, added }: ShownDraft): string {
  const marks = [tried ? 'in use' : '', added ? 'added' : ''].filter(Boolean);
  const found =
    rules.length === 0
      ? 'no draft'
      : tested
        ? `decides ${number(decidedOf(tested))} of ${number(tested.undetermined.looked)}`
        : 'not tested';
  const all = undetermined === null || tested ? '' : `${number(undetermined)} undetermined`;
  return [all, found, ...marks].filter(Boolean).join(', ');
}

/** What all drafts would decide together, in one sentence. */
export function draftsHeadline(drafts: readonly ShownDraft[]): string {
  const drafted = drafts.filter(({ draft }) => draft.rules.length > 0);
  const types = new Set(drafts.map(({ draft }) => draft.task)).size;
  const having = new Set(drafted.map(({ draft }) => draft.task)).size;
  const has = `${number(having)} of ${count(types, 'task type')} ${having === 1 ? 'has' : 'have'} a draft`;
  const tested = drafted.flatMap(({ draft }) => draft.tested ?? []);
  if (tested.length === 0) return `${has}.`;
  const decided = tested.reduce((sum, test) => sum + decidedOf(test), 0);
  const all = drafts.reduce(
    (sum, { draft, undetermined }) => sum + (draft.tested?.undetermined.looked ?? undetermined ?? 0),
    0,
  );
  return `${has}; together they decide ${number(decided)} of ${count(all, 'undetermined task')}.`;
}

/** Whether a draft changes anything: one that decides no task is not among "all". */
export function isUseful({ draft: { rules, tested } }: ShownDraft): boolean {
  return rules.length > 0 && (tested === undefined || decidedOf(tested) > 0);
}

/** `Undetermined: 49% before, 31% now.` */
export function shareText({ before, after, all }: TriedShare): string {
  const share = (part: number, whole: number): string => (whole === 0 ? '0%' : percentText(part / whole));
  return `Undetermined: ${number(before)} tasks (${share(before, all[0])}) before, ${number(after)} (${share(after, all[1])}) with the tried rules.`;
}

/** The outcomes of a rule in their order, then what a missing row means. */
export function outcomeWords(rule: EffectRule): OutcomeWords[] {
  const outcomes = rule.outcomes.map(({ when, atLeast, says, strength = 'likely', text }) => ({
    claim: claimOf(says, strength),
    when: whenOf(when ?? [], atLeast),
    text: escapeUnsafe(text),
  }));
  if (!rule.noRow) return outcomes;
  const { says, strength = 'likely', text } = rule.noRow;
  return [
    ...outcomes,
    { claim: claimOf(says, strength), when: `${escapeUnsafe(rule.table)} has no row for it`, text: escapeUnsafe(text) },
  ];
}

/** Where the rule looks: `a row of billing_invoice whose id is args[0]`. */
export function looksAt({ table, find, where = [] }: EffectRule): string {
  const columns = Object.entries(find).map(([column, place]) => `${column} is ${placeText(place)}`);
  const only = where.map(
    ({ argument, equals, in: values }) =>
      `${placeText(argument)} is ${values ? list(values.map(literal), 'or') : literal(equals)}`,
  );
  const limit = only.length === 0 ? '' : `Only tasks of which ${list(only)}. `;
  return escapeUnsafe(`${limit}It looks for the row of ${table} whose ${list(columns)}.`);
}

/** The rules of a draft as they are written into a file. */
export function draftJson({ rules }: RuleDraft): string {
  const [only, another] = rules;
  if (only && !another) return ruleJson(only);
  return `[\n${rules.map((rule) => `  ${ruleJson(rule, '  ')}`).join(',\n')}\n]`;
}

function claimOf(says: keyof typeof CLAIMS, strength: string): string {
  return says === 'cannot-say' ? CLAIMS[says] : `${CLAIMS[says]}, ${strength}`;
}

function whenOf(when: readonly EffectCondition[], atLeast: number | undefined): string | null {
  const conditions = when.map((condition) => escapeUnsafe(conditionText(condition)));
  if (atLeast !== undefined) conditions.push(`at least ${count(atLeast, 'row')} of the table fit`);
  return conditions.length === 0 ? null : list(conditions);
}

function conditionText(condition: EffectCondition): string {
  const { column } = condition;
  if ('equals' in condition) return `${column} is ${literal(condition.equals)}`;
  if ('in' in condition) return `${column} is ${list(condition.in.map(literal), 'or')}`;
  if ('null' in condition) return `${column} ${condition.null ? 'is empty' : 'has a value'}`;
  if ('atOrAfter' in condition) return `${column} is at or after the creation of the task`;
  if ('before' in condition) return `${column} is before the creation of the task`;
  if ('within' in condition)
    return `${column} is within ${count(condition.within, 'second')} of the creation of the task`;
  if ('list' in condition) return `the list ${column}.${condition.list.join('.')} has an object of it`;
  const parts = [
    condition.from === undefined ? '' : `at least ${number(condition.from)}`,
    condition.to === undefined ? '' : `at most ${number(condition.to)}`,
  ];
  return `${column} is ${parts.filter(Boolean).join(' and ')}`;
}

function placeText(place: EffectRule['find'][string] | string | readonly string[]): string {
  if (typeof place === 'string') return place;
  if (Array.isArray(place)) return list(place as readonly string[], 'or');
  const { from, default: value } = place as { readonly from: string | readonly string[]; readonly default: unknown };
  return `${placeText(from)} (${literal(value)} where it is missing)`;
}

function literal(value: unknown): string {
  return JSON.stringify(value);
}

function sentence(clause: string): string {
  const text = escapeUnsafe(clause);
  return `${text}${text.endsWith('.') ? '' : '.'}`;
}
