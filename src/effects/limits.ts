/**
 * What an effect rule earns in its test. A rule is tried on tasks whose outcome is known: on those that did not run it must not find that
 * they were executed or failed (a false alarm), and on finished ones not that they were not executed (a miss). One kind of claim is one
 * `Trial`; the limits are the same for both.
 */
import type { Earned } from '../model/ruleTest';

/** Rows of a type and group that are looked at, at most. More of them would tell hardly more: of 2,000 without an error, 0.15% may be wrong. */
export const MOST_KNOWN = 2000;

/** Of fewer rows nothing follows: even without an error among them more than one claim in twenty may be wrong. */
export const ENOUGH_KNOWN = 60;

/** More errors than one in a hundred, and the claim decides nothing. */
const MOST_WRONG = 0.01;

/** Nor may the true share of errors be more than this, as far as the rows tell. */
const MOST_BOUND = 0.05;

/** The standard normal deviate of an upper 95% bound as Wilson's interval has it (two sides). */
const Z = 1.96;

/** How many rows one kind of claim was tried on, and for how many of them it was wrong. */
export interface Trial {
  readonly looked: number;
  readonly wrong: number;
}

/** Why a claim counts for less than it might. */
export type Limit = 'often-wrong' | 'maybe-often-wrong' | 'too-few' | 'once-wrong';

/** What a kind of claim may count for. */
export interface EarnedClaim {
  readonly earned: Earned;
  /** Absent where nothing limits it. */
  readonly limit?: Limit;
}

/**
 * The share of wrong claims, as its upper 95% bound: by Wilson's interval (Wilson 1927, "Probable Inference, the Law of Succession, and
 * Statistical Inference"), and where none was wrong by the rule of three (3/n).
 * @returns 0 to 1; null where no row was looked at
 */
export function upperBound({ looked, wrong }: Trial): number | null {
  if (looked === 0) return null;
  if (wrong === 0) return Math.min(1, 3 / looked);
  const share = wrong / looked;
  const spread = Z * Math.sqrt((share * (1 - share)) / looked + (Z / (2 * looked)) ** 2);
  return Math.min(1, (share + Z ** 2 / (2 * looked) + spread) / (1 + Z ** 2 / looked));
}

/**
 * What a claim counts for after its trial. `none`: it decides nothing. `proven` needs enough rows and no error among them.
 * @param declared what the rule says of its claim
 */
export function earned(declared: 'proven' | 'likely', trial: Trial): EarnedClaim {
  const { looked, wrong } = trial;
  if (wrong > MOST_WRONG * looked) return { earned: 'none', limit: 'often-wrong' };
  if (looked < ENOUGH_KNOWN) return { earned: 'likely', limit: 'too-few' };
  if ((upperBound(trial) ?? 0) > MOST_BOUND) return { earned: 'none', limit: 'maybe-often-wrong' };
  if (declared === 'likely') return { earned: 'likely' };
  return wrong === 0 ? { earned: 'proven' } : { earned: 'likely', limit: 'once-wrong' };
}
