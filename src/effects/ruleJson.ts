import type { EffectRule } from '../model/effectRule';

/** A rule is read by people: what fits a line stays on one. */
const LINE = 120;
const INDENT = '  ';

/**
 * A rule as people write it: JSON in which short objects and lists stay on one line.
 * @param indent white space before each line but the first
 * @param unit white space of one level
 */
export function ruleJson(rule: EffectRule, indent = '', unit = INDENT): string {
  return jsonText(rule, indent, unit, 0);
}

/** @param used characters before the value on its line, without the indent */
function jsonText(value: unknown, indent: string, unit: string, used: number): string {
  const short = oneLine(value);
  const isLeaf = typeof value !== 'object' || value === null;
  if (isLeaf || indent.length + used + short.length < LINE) return short;
  const inner = `${indent}${unit}`;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const parts = Array.isArray(value)
    ? value.map((item) => jsonText(item, inner, unit, 0))
    : Object.entries(value).map(([key, part]) => {
        const name = `${JSON.stringify(key)}: `;
        return `${name}${jsonText(part, inner, unit, name.length)}`;
      });
  return `${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${oneLine(part)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}
