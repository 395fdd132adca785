import type { Cause, Confidence, Verdict } from '../model/verdict';
import type { RowFacts, Seconds, World } from '../model/facts';
import type { TaskManagerFacts } from '../tables/taskManager/row';

/** One rule's reading of the facts about a row. `judge` weighs the claims of all rules. */
export interface Claim {
  readonly verdict: Verdict;
  readonly cause?: Cause;
  /** The cause where no other claim for the same verdict names a better one. */
  readonly fallbackCause?: Cause;
  /** `proven` and `likely` decide unless another claim of the same strength says otherwise; `possible` is a reading. */
  readonly confidence: Confidence;
  /**
   * It holds only if the row's message is in no queue and with no worker (`anywhere`), or at least in no queue (`queues`). Where something
   * was not searched or asked, the claim is only a reading.
   */
  readonly ifNowhere?: 'anywhere' | 'queues';
  /** It stays a reading even if the row's message or run was seen, because that does not speak against it. */
  readonly evenIfSeen?: true;
  /** Its message may be kept in a queue, whatever the verdict is: claims that need it to be in no queue do not count. */
  readonly kept?: true;
  /** The row has ended, and the library throws away a message that still comes for it: what waits or is held does not run. */
  readonly endsMessages?: true;
  /** One sentence. */
  readonly why: string;
  /** What to do to learn whether it holds: completes the words "to settle it:". */
  readonly decidedBy: string;
  /** When the row resolves without help, if that is known. */
  readonly resolvesAt?: Seconds;
}

/**
 * A claim that a rule makes about many rows in the same words. It is one object for all of them, so that `judge` recognises it by its
 * identity and weighs each combination of such claims once.
 *
 * In the file of a cause, mark the call as `@__PURE__` (or a function around it as `@__NO_SIDE_EFFECTS__`): a bundle that uses only the
 * words of that file then leaves the claim out. esbuild cannot see this by itself. It also keeps every object that spreads another one, so
 * pass a constant and its `changes` instead.
 * @param changes the fields that differ from `claim`
 */
export function constant<T extends Claim>(claim: T, changes?: Partial<T>): T {
  return Object.freeze(changes ? { ...claim, ...changes } : claim);
}

/** What may be known about a row besides its columns. */
export type Need = 'message' | 'task' | 'result' | 'effect' | 'doubtful' | 'session';

/** Facts in, claims out: no clock, no input or output. Each rule has its own file. The file of a cause also says everything else about it. */
export interface Rule {
  readonly name: string;
  /** The situations that it is about, by their numbers in docs/situations.md. */
  readonly situations: readonly number[];
  /** The rule claims nothing about a row that has none of these, so `judge` does not ask it. Absent: it is asked about every row. */
  readonly needs?: readonly Need[];
  /** Rows of every kind of task table, or those of one: the rule reads columns that only this kind has. */
  readonly for: 'any' | TaskManagerFacts['row']['library']['kind'];
  apply(facts: RowFacts, world: World): Claim | readonly Claim[] | undefined;
}

/** A rule that reads the columns of celery-task-manager. `judge` asks it of such rows alone. */
export interface TaskManagerRule extends Rule {
  readonly for: TaskManagerFacts['row']['library']['kind'];
  apply(facts: TaskManagerFacts, world: World): Claim | readonly Claim[] | undefined;
}
