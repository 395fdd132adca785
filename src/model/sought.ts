import type { StuckRow } from './stuckRow';
import type { ArgumentMarks } from '../base/argumentMarks';
import type { CeleryNames } from './celeryNames';

/** Whose something is looked for. Without a task's name, only the numbers are compared. */
export type Sought = Pick<StuckRow, 'id' | 'taskId'> & Partial<Pick<StuckRow, 'taskModule' | 'taskName'>>;

/** What else tells whose a message is. */
export interface Telling {
  readonly names: CeleryNames;
  /** Of the row: null where they cannot be read; absent where nobody has read them yet. */
  readonly arguments?: ArgumentMarks | null;
}
