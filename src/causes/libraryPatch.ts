/** Corrects one fault of celery-task-manager, version `LIBRARY_VERSION`. */
export interface LibraryPatch {
  readonly kind: 'patch';
  readonly title: string;
  /** What to change, as one action of a recommendation. */
  readonly action: string;
  /** What goes wrong without it. */
  readonly why: string;
  /** A hunk of a unified diff for `LIBRARY_FILE`; the tool `patch` finds the place by the lines. */
  readonly hunk: readonly string[];
}

export const LIBRARY_VERSION = '1.11.4';
export const LIBRARY_FILE = 'task_manager/core/decorators.py';
