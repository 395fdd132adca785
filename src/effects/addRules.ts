/** Adds rules to a file of effect rules as text, so that what a person wrote stays as it is written. */
import { itemsOfArray, valuesOfKey, type Span } from '../base/jsonScanner';
import { Problem } from '../base/problem';
import { tasksOf, type EffectRule } from '../model/effectRule';
import { ruleJson } from './ruleJson';
import { effectRulesOf } from './rulesFile';

export interface AddedRules {
  /** The whole file. It is the text that was given where nothing was added. */
  readonly text: string;
  readonly added: readonly EffectRule[];
  /** Rules for tasks that the file has a rule for: that one stays, and these were left out. */
  readonly kept: readonly EffectRule[];
}

/**
 * Adds rules behind those of a file. A rule that is there is never changed, and keeps its place: of two rules for a task the first counts.
 * @param text of the file; undefined or empty where there is none
 * @param label what to call the file in an error
 * @throws Problem `invalid` where the file holds no effect rules, or cannot take so many
 */
export function addRules(text: string | undefined, rules: readonly EffectRule[], label: string): AddedRules {
  const isEmpty = text === undefined || text.replace(/^\ufeff/, '').trim() === '';
  const there = isEmpty ? [] : effectRulesOf(text, label);
  const added: EffectRule[] = [];
  const kept: EffectRule[] = [];
  for (const rule of rules) (isCovered(rule, [...there, ...added]) ? kept : added).push(rule);
  if (added.length === 0) return { text: text ?? '', added, kept };
  const written = isEmpty ? newFile(added) : inserted(text, added);
  // What is written is read as the check will read it: a file that no check accepts is worse than none.
  const read = effectRulesOf(written, label);
  if (read.length !== there.length + added.length)
    throw new Problem('invalid', `${label} cannot take the new rules: add them by hand.`);
  return { text: written, added, kept };
}

/** A rule for the same task speaks of the same arguments, or of all. */
function isCovered(rule: EffectRule, by: readonly EffectRule[]): boolean {
  return by.some((other) => {
    const shares = tasksOf(other).some((task) => tasksOf(rule).includes(task));
    return shares && (other.where === undefined || JSON.stringify(other.where) === JSON.stringify(rule.where));
  });
}

function newFile(rules: readonly EffectRule[]): string {
  return `[\n${rules.map((rule) => `  ${ruleJson(rule, '  ')}`).join(',\n')}\n]\n`;
}

function inserted(text: string, rules: readonly EffectRule[]): string {
  const list = listOf(text);
  const items = itemsOfArray(text, list);
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const [first] = items;
  const last = items.at(-1);
  if (first && last && !text.slice(list.start, first.start).includes('\n')) {
    // Everything is on one line.
    const more = rules.map((rule) => `, ${oneLine(rule)}`).join('');
    return `${text.slice(0, endOf(text, last))}${more}${text.slice(endOf(text, last))}`;
  }
  const outer = indentAt(text, list.start);
  const unit = /^\t/m.test(text) ? '\t' : '  ';
  const indent = first ? indentAt(text, first.start) : `${outer}${unit}`;
  const block = rules
    .map((rule) => `${indent}${ruleJson(rule, indent, unit)}`)
    .join(',\n')
    .replaceAll('\n', lineBreak);
  if (last) {
    const end = endOf(text, last);
    return `${text.slice(0, end)},${lineBreak}${block}${text.slice(end)}`;
  }
  const open = text.indexOf('[', list.start);
  const close = text.indexOf(']', open);
  return `${text.slice(0, open + 1)}${lineBreak}${block}${lineBreak}${outer}${text.slice(close)}`;
}

/** The list of the file: the file itself, or what its `rules` holds. */
function listOf(text: string): Span {
  const whole = { start: text.startsWith('\ufeff') ? 1 : 0, end: text.length };
  // JSON.parse takes the last of two keys.
  return valuesOfKey(text, 'rules', whole).at(-1) ?? whole;
}

/** Behind the last character of a value that is no white space. */
function endOf(text: string, { start, end }: Span): number {
  return start + text.slice(start, end).trimEnd().length;
}

/** The white space that the line of this position begins with. */
function indentAt(text: string, position: number): string {
  const begin = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(begin, position + 1))?.[0] ?? '';
}

function oneLine(rule: EffectRule): string {
  return JSON.stringify(rule);
}
