import type { LibraryRow, StuckRow } from '../../model/stuckRow';
import type { RowFacts } from '../../model/facts';

/** Columns of celery-task-manager that its own rules read. A column that cannot be read is null. */
export interface TaskManagerRow extends LibraryRow {
  readonly kind: 'celery-task-manager';
  /** Whether `arguments.kwargs.task_manager_id` is there: only the save after publishing puts it there. */
  readonly managerIdInArguments: boolean | null;
  /** What `status_message` is: the library writes '' just before the body, so null means that the body was not entered. */
  readonly message: 'null' | 'empty' | 'circuit-open' | 'text' | null;
  readonly currentPage: number | null;
  readonly totalPages: number | null;
  /** The library found its message and threw it away, because the row was finished, cancelled or paused. */
  readonly killed: boolean | null;
  /** Whether `exception_name` is set. */
  readonly exception: boolean | null;
}

/** The facts of a row of celery-task-manager. */
export interface TaskManagerFacts extends RowFacts {
  readonly row: StuckRow & { readonly library: TaskManagerRow };
}

/** @returns null: the row is of another kind of table */
export function taskManagerRow({ library }: StuckRow): TaskManagerRow | null {
  return library?.kind === 'celery-task-manager' ? (library as TaskManagerRow) : null;
}
