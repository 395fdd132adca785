/** What the page of one task and the editor tell each other. */
import type { TaskStory } from '../model/story';

/** What the buttons of the page ask for. */
export const STORY_ACTIONS = ['goToSource', 'fixScript', 'verifyAgain', 'cancel'] as const;

export type StoryAction = (typeof STORY_ACTIONS)[number];

/** What the page of one task shows. */
export interface StoryState {
  readonly story: TaskStory;
  /** The connection, as the person named it. */
  readonly connection: string;
  readonly production?: true;
  /** What is being done while it is looked at again; null: nothing. */
  readonly running: string | null;
  /** Why the latest look gave no answer: one sentence. The story is then the one before it. */
  readonly problem: string | null;
  /** Whether the latest check judged this row, so that a script can be made for it. */
  readonly canFix: boolean;
}
