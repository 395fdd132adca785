import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import type { EffectRule } from '../../src/model/effectRule';

/** The built-in rules as a person would write them. */
export const WRITTEN_RULES: readonly EffectRule[] = BUILT_IN_EFFECTS.map(({ origin, ...rule }) => {
  if (origin !== 'built-in') throw new Error(`${rule.table} has the origin ${String(origin)}`);
  return rule;
});
