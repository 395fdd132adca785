import type { Rule } from '../claim';

/**
 * ERROR because of its page number, not of an exception: the admin's Resume ran a finished page again under a number beyond the last, and
 * the body runs all the same (django/tasks.py `mark_task_as_pending`, core/decorators.py "exceeded maximum pages").
 */
export const resumedInError: Rule = {
  name: 'resumed-in-error',
  situations: [22],
  apply: ({ row }) => {
    const { currentPage, totalPages } = row;
    const beyond = currentPage !== null && totalPages !== null && currentPage > totalPages;
    if (row.status !== 'ERROR' || !beyond) return undefined;
    const decidedBy = 'an effect rule for this task type, or the log of the worker at its last run';
    return [
      {
        verdict: 'finished',
        confidence: 'possible',
        why: 'Resume ran it again: ERROR stands for the page number, not for its end.',
        decidedBy,
      },
      {
        verdict: 'failed',
        confidence: 'possible',
        why: 'Resume ran it again, and that run was ended or raised an exception without a text.',
        decidedBy,
      },
    ];
  },
};
