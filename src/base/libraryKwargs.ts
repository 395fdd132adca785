/**
 * Keyword arguments that a library which keeps its own row for each task adds to the task's. Messages, rows, tasks of workers and effect
 * rules are read by the same names, so they are here once (celery-task-manager 1.11.4, core/decorators.py).
 */

/** The number of the task's row. */
export const ROW_NUMBER = 'task_manager_id';

/** The part of a task that is done in pages. Present: the message is one of several for the row. */
export const PAGE = 'page';

/** All of them: they differ from run to run, so no two runs are compared by them. */
export const LIBRARY_KWARGS: ReadonlySet<string> = new Set([ROW_NUMBER, PAGE, 'total_pages', 'attempts']);
