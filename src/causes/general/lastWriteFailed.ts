import type { TaskManagerRule } from '../claim';
import { resumedNotBegun, retried } from '../helpers';

/** The body ended, and saving DONE failed: the database was away at that moment. */
export const lastWriteFailed: TaskManagerRule = {
  name: 'last-write-failed',
  situations: [16],
  for: 'celery-task-manager',
  apply: ({ row }) =>
    row.runs.bodyEntered &&
    !resumedNotBegun(row) &&
    row.library.message === 'empty' &&
    !row.runs.partsLeft &&
    !retried(row)
      ? {
          verdict: 'finished',
          confidence: 'possible',
          ifNowhere: 'anywhere',
          why: 'It completed, and its last save failed.',
          decidedBy:
            "add an effect rule for this task type, or check the worker's log at its last run for database errors",
        }
      : undefined,
};
