/** What a row's own columns say (celery-task-manager 1.11.4, core/decorators.py). */
import type { RowRuns, StuckRow } from '../../model/stuckRow';
import type { TaskManagerFacts, TaskManagerRow } from './row';
import { stateOf } from './statuses';

/** What decides the state of a row and what its runs were. Rows in which all of it is equal share what follows from it. */
export type RowColumns = Pick<StuckRow, 'status' | 'attempts'> & { readonly library: TaskManagerRow };

/** The same for one row. */
type PublishedColumns = Pick<StuckRow, 'status' | 'taskId' | 'startedAt'> & {
  readonly library: Pick<TaskManagerRow, 'managerIdInArguments'>;
};

/** Inserted, and its own message was never recorded as published. */
export function neverPublished({ status, taskId, startedAt, library }: PublishedColumns): boolean {
  return status === 'SCHEDULED' && taskId === '' && library.managerIdInArguments === false && startedAt === null;
}

/** What rows with these columns say of their runs, by whether they were published (`neverPublished`). */
export function runsOf({ status, attempts, library }: RowColumns, published: boolean): RowRuns {
  const { message, currentPage, totalPages, killed } = library;
  const state = stateOf(status);
  // The wrapper began: SCHEDULED became PENDING.
  const begun = state === 'running';
  // The library writes '' into status_message just before the body, and the text of an open circuit after it.
  const bodyEntered = begun && message !== 'null';
  const partsLeft =
    begun && currentPage !== null && totalPages !== null && currentPage >= 1 && currentPage < totalPages;
  const begunAfterEnd = ranAfterError(status, library);
  return {
    published,
    // So a row stays when its message is lost, and so it is put back by the library's race. Whether a paused one runs, only `killed` tells.
    mayRun: begun || begunAfterEnd || (state === 'queued' && published) || (status === 'PAUSED' && killed !== true),
    bodyEntered,
    // The admin's Resume sets the status itself (django/tasks.py `mark_task_as_pending`), and a run that begins sets `current_page` to 1 at
    // least. A retry leaves that column alone.
    begunByRun: !(begun && currentPage === 0),
    // An open circuit breaker means to, and raises TypeError instead.
    mayHaveAskedAgain: bodyEntered && message !== 'circuit-open' && !partsLeft,
    inParts: (totalPages ?? 1) > 1,
    partsLeft,
    begunAfterEnd,
    // The row keeps the id of its first message.
    hasIdOfLastRun: !(begun && ((attempts ?? 1) >= 2 || (currentPage ?? 1) > 1)),
  };
}

/** ERROR does not end a row: a message that comes again runs, and empties or replaces the status message that came with the exception. */
function ranAfterError(status: string, { message, exception }: TaskManagerRow): boolean {
  return status === 'ERROR' && (message === 'empty' || exception === false);
}

/** A row of these columns, with what follows from them. The reader of many rows makes them otherwise: it keeps what they have in common. */
export function toStuckRow(columns: Omit<TaskManagerFacts['row'], 'state' | 'runs'>): TaskManagerFacts['row'] {
  return { ...columns, state: stateOf(columns.status), runs: runsOf(columns, !neverPublished(columns)) };
}
