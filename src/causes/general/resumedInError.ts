import type { TaskManagerRule } from '../claim';

/**
 * ERROR because of its page number, not of an exception: the admin's Resume ran a finished page again under a number beyond the last, and
 * the body runs all the same (django/tasks.py `mark_task_as_pending`, core/decorators.py "exceeded maximum pages").
 */
export const resumedInError: TaskManagerRule = {
  name: 'resumed-in-error',
  situations: [22],
  for: 'celery-task-manager',
  apply: ({ row }) => {
    const { currentPage, totalPages } = row.library;
    const beyond = currentPage !== null && totalPages !== null && currentPage > totalPages;
    if (row.status !== 'ERROR' || !beyond) return undefined;
    const decidedBy = "add an effect rule for this task type, or check the worker's log at its last run";
    return [
      {
        verdict: 'finished',
        confidence: 'possible',
        why: 'Resume ran it again: the ERROR is about the page number, not about how the run ended.',
        decidedBy,
      },
      {
        verdict: 'failed',
        confidence: 'possible',
        why: 'Resume ran it again, and that run was cut off or raised an exception without a message.',
        decidedBy,
      },
    ];
  },
};
