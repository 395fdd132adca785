/** A fault of celery-task-manager, and the lines that cure it. Written for `LIBRARY_VERSION`. */
export interface LibraryPatch {
  readonly kind: 'patch';
  readonly title: string;
  /** What to change, as one action of a recommendation. */
  readonly action: string;
  /** What goes wrong without it. */
  readonly why: string;
  /** A hunk of a unified diff for `LIBRARY_FILE`; `patch` finds the place by its lines. */
  readonly hunk: readonly string[];
}

export const LIBRARY_VERSION = '1.11.4';
export const LIBRARY_FILE = 'task_manager/core/decorators.py';
