import type { Cause } from '../model/verdict';

/** A fault of celery-task-manager, and the lines that cure it. Written for 1.11.4. */
export interface LibraryPatch {
  readonly title: string;
  /** What to change, as one action of a recommendation. */
  readonly action: string;
  /** What goes wrong without it. */
  readonly why: string;
  /** A hunk of a unified diff for `task_manager/core/decorators.py`; `patch` finds the place by its lines. */
  readonly hunk: readonly string[];
}

export const LIBRARY_VERSION = '1.11.4';
export const LIBRARY_FILE = 'task_manager/core/decorators.py';

/** By the cause that they end. */
export const PATCHES = {
  'lost-update': {
    title: 'the lost update: finished tasks go back to SCHEDULED',
    action: `In ${LIBRARY_FILE} save the task id alone: save(update_fields=["task_id"])`,
    why: 'The first message saves the whole row after it published the second one; a fast second one has finished by then, and its DONE is overwritten.',
    hunk: [
      '@@ -199,3 +199,4 @@',
      '                 result = self.schedule(task_module, task_name, args, kwargs)',
      '-                self._update_task_manager(x, task_id=result.id)',
      '+                x.task_id = result.id',
      '+                x.save(update_fields=["task_id"])',
      '                 return',
    ],
  },
  'retry-not-recorded': {
    title: 'success after a retry: the row stays PENDING',
    action: `In ${LIBRARY_FILE} compare x.current_page instead of the local current_page at the end`,
    why: 'After a retry the local page is the one before, so the comparison with the last page is never true (since 1.11.3).',
    hunk: [
      '@@ -255,3 +255,3 @@',
      ' ',
      '-            if x.total_pages == current_page:',
      '+            if x.total_pages == x.current_page:',
      '                 self._update_task_manager(x, status="DONE")',
    ],
  },
  'circuit-breaker': {
    title: 'an open circuit breaker: the retry is never sent',
    action: `In ${LIBRARY_FILE} make a timedelta of RECOVERY_TIMEOUT, which is a number of seconds`,
    why: 'The recovery time of circuitbreaker 2.1 is an int, and a time plus an int is a TypeError.',
    hunk: [
      '@@ -5,1 +5,1 @@',
      '-from datetime import datetime',
      '+from datetime import datetime, timedelta',
      '@@ -111,1 +111,1 @@',
      '-        return {"eta": timezone.now() + e._circuit_breaker.RECOVERY_TIMEOUT}',
      '+        return {"eta": timezone.now() + timedelta(seconds=e._circuit_breaker.RECOVERY_TIMEOUT)}',
    ],
  },
  'empty-exception': {
    title: 'an exception without a text: the row stays PENDING',
    action: `In ${LIBRARY_FILE} test for None: an exception whose text is empty is an error too`,
    why: 'An assert, or an exception that is raised without words, has an empty text, which counts as no error.',
    hunk: ['@@ -343,1 +343,1 @@', '-        if error:', '+        if error is not None:'],
  },
} as const satisfies Partial<Readonly<Record<Cause, LibraryPatch>>>;
