import type { Cause, Confidence, Verdict } from '../model/verdict';
import type { RowFacts, Seconds, World } from '../model/facts';

/** What one rule says of a row: a way to read the facts. `judge` weighs the claims of all rules. */
export interface Claim {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  /** The cause where no other claim for the same verdict names a better one. */
  readonly fallbackCause?: Cause;
  /** `proven` and `likely` decide unless another claim of the same strength says otherwise; `possible` is a reading. */
  readonly confidence: Confidence;
  /**
   * It holds only if its message is in no queue and with no worker (`anywhere`), or at least in no queue: where something was not
   * searched or asked, it is a reading and no more.
   */
  readonly ifNowhere?: 'anywhere' | 'queues';
  /** It stays a reading although its message or its run was seen: that does not speak against it. */
  readonly evenIfSeen?: true;
  /** One sentence. */
  readonly why: string;
  /** What would decide for or against it, as the end of "decided by". */
  readonly decidedBy: string;
  /** When it will resolve by itself, where that is known. */
  readonly resolvesAt?: Seconds;
}

/**
 * A claim that a rule makes of many rows in the same words. It is made once and not for each row, and `judge` knows it again by its identity,
 * so that each combination of such claims is weighed once.
 *
 * The file of a cause marks the call as pure (or a function around it as free of side effects): a bundle that takes the file's words
 * alone then leaves the claim out. esbuild does not see that by itself, nor does it leave out an object that spreads another one.
 * @param changes what differs from `claim`, where that is a constant itself
 */
export function constant<T extends Claim>(claim: T, changes?: Partial<T>): T {
  return Object.freeze(changes ? { ...claim, ...changes } : claim);
}

/** What may be known of a row besides its columns. */
export type Need = 'message' | 'task' | 'result' | 'effect' | 'doubtful' | 'session';

/** Facts in, claims out: no clock, no input or output. Each rule has its own file; that of a cause also says everything else about the cause. */
export interface Rule {
  readonly name: string;
  /** The situations that it is about, by their numbers in docs/situations.md. */
  readonly situations: readonly number[];
  /** It claims nothing of a row that has none of these, and is not asked then. Absent: it is asked of every row. */
  readonly needs?: readonly Need[];
  apply(facts: RowFacts, world: World): Claim | readonly Claim[] | undefined;
}
