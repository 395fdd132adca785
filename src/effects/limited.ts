/** What an outcome of a rule counts for after the rule's test, and how its sentence says so. */
import type { EffectRule, EffectSays } from '../model/effectRule';
import type { EffectSign } from '../model/effectFacts';
import { isRun, verdictsOf, whyNothing, type KnownCounts } from './ruleTest';

export interface LimitedSays {
  readonly sign: EffectSign;
  /** What the outcome says by itself. */
  readonly claimed: EffectSays['says'];
  /** Its sentence, with columns in braces. */
  readonly text: string;
}

const SURER = { none: 0, likely: 1, proven: 2 } as const;

/**
 * A claim decides nothing, is likely, or is proven, whichever is least: what the rule declares, and what it earned.
 * @param found the outcome, as far as the rows that may be hidden leave it
 */
export function limited(rule: EffectRule, found: EffectSays, counts: KnownCounts): LimitedSays {
  const { says, strength = 'likely', text } = found;
  if (says === 'cannot-say') return { sign: { says, strength }, claimed: says, text };
  const { ran, notRun } = verdictsOf(rule, counts);
  const { earned, limit } = isRun(says) ? ran : notRun;
  if (earned === 'none')
    return {
      sign: { says: 'cannot-say', strength: 'likely' },
      claimed: says,
      text: `${text} This proves nothing, because the rule is not sure enough: ${whyNothing(says, counts)}.`,
    };
  const least = SURER[earned] < SURER[strength] ? earned : strength;
  if (limit !== 'too-few') return { sign: { says, strength: least }, claimed: says, text };
  const group = isRun(says) ? 'tasks that did not run' : 'finished tasks';
  return {
    sign: { says, strength: least, untested: true },
    claimed: says,
    text: `${text} The rule is untested, because too few ${group} are known.`,
  };
}
