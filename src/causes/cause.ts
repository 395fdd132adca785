import type { Verdict } from '../model/verdict';
import type { LibraryPatch } from './libraryPatch';
import type { SettingsCure } from './settingsCures';

/** Recommendations about rows that have a cause. `verdicts/advice` words them. */
export type AdviceId =
  | 'start-workers'
  | 'consume-queue'
  | 'priority-order'
  | 'wait-backlog'
  | 'thrown-away-next'
  | 'wait-eta'
  | 'let-run'
  | 'wait-redelivery'
  | 'remove-restore-lock'
  | 'stop-crash-loop'
  | 'mark-done'
  | 'confirm-finished'
  | 'patch-lost-update'
  | 'patch-retry'
  | 'deploy-task'
  | 'revoked-tasks'
  | 'keep-workers-alive'
  | 'circuit-breaker'
  | 'read-failures'
  | 'dispatch-lost'
  | 'leave-twins'
  | 'protect-broker'
  | 'resume-pages'
  | 'paused-tasks';

/** What follows for rows with this cause and one verdict. */
export interface Consequence {
  /** Why there is no fix script for them, as one sentence; null: the general sentence of the verdict fits. */
  readonly refusal: string | null;
  /** The recommendations that may be about them. Which of these apply depends on the rows and on what was found around them. */
  readonly advice: readonly [AdviceId, ...AdviceId[]];
}

/** For a verdict whose refusal does not depend on the cause. */
interface PlainConsequence extends Consequence {
  readonly refusal: null;
}

interface LostConsequence extends Consequence {
  /** Whether a script may dispatch these rows: true where they never ran, so that they run once. */
  readonly dispatchable: boolean;
}

/**
 * The consequences of a cause, for every verdict that a rule gives it. There is none for `unknown`: a row that the evidence cannot decide
 * has readings instead of a cause.
 */
export interface Consequences extends Readonly<Partial<Record<Verdict, Consequence>>> {
  readonly waiting?: Consequence;
  readonly held?: Consequence;
  readonly running?: PlainConsequence;
  readonly finished?: PlainConsequence;
  readonly failed?: Consequence;
  readonly lost?: LostConsequence;
  readonly unknown?: never;
}

/** Everything that is said about one cause, apart from its rule. */
export interface About {
  /** What the cause means, as a clause about one task. */
  readonly meaning: string;
  /**
   * What happened to a number of tasks, as a clause: `{tasks}` stands for the number, `{it|they}` as in `forCount`. Null where the cause
   * says how the verdict was found and not why rows are stuck.
   */
  readonly phrase: string | null;
  readonly verdicts: Consequences;
  /** What keeps new rows from getting stuck; null: nothing general does. */
  readonly cure: SettingsCure | LibraryPatch | null;
}
