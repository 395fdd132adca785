/** What the page of drafted effect rules and the editor tell each other. */
import type { RuleDraft } from '../model/ruleTest';

/** What the buttons of the page ask for, about one draft or about all that decide something. */
export const DRAFT_ACTIONS = ['try', 'add', 'byHand', 'goToSource', 'cancel'] as const;

export type DraftAction = (typeof DRAFT_ACTIONS)[number];

/** A draft, and what was done with it. */
export interface ShownDraft {
  readonly draft: RuleDraft;
  /** Stuck tasks of the type that the check could not decide; null where no check says so. */
  readonly undetermined: number | null;
  /** The shown check uses it. */
  readonly tried?: true;
  /** It is in the file of effect rules. */
  readonly added?: true;
}

/** Undetermined tasks before the rules were tried, and after it. */
export interface TriedShare {
  readonly before: number;
  readonly after: number;
  /** All stuck tasks, then and now. */
  readonly all: readonly [before: number, after: number];
}

/** What the page of drafts shows. */
export interface DraftState {
  /** Task types with most undetermined tasks first. */
  readonly drafts: readonly ShownDraft[];
  /** The connection, as the person named it; null: none was read. */
  readonly connection: string | null;
  readonly production?: true;
  /** What is being done; null: nothing. */
  readonly running: string | null;
  /** Why the latest step did not succeed: one sentence. */
  readonly problem: string | null;
  /** Why a draft cannot be tried here: one sentence; null: it can. */
  readonly cannotTry: string | null;
  /** The file that takes rules, as one says it: `celery-effects.json`; null: there is no folder for one. */
  readonly file: string | null;
  readonly share?: TriedShare;
}
