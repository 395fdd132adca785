import type { TaskManagerRule } from './claim';
import { resumedNotBegun } from './helpers';
import type { About } from './cause';
import { LIBRARY_FILE, type LibraryPatch } from './libraryPatch';

/** Corrects the fault in the library. */
export const patch: LibraryPatch = {
  kind: 'patch',
  title: 'the row stays PENDING after an exception without a message',
  action: `In ${LIBRARY_FILE} test for None: an exception with an empty message is an error too`,
  why: 'An assert, or an exception that is raised without a message, has an empty text, which the library takes for no error.',
  hunk: ['@@ -343,1 +343,1 @@', '-        if error:', '+        if error is not None:'],
};

export const about: About = {
  meaning: 'it raised an exception without a message, which the library does not record',
  phrase: null,
  verdicts: {
    failed: { refusal: null, advice: ['read-failures'] },
  },
  cure: patch,
};

/** The library records an error only if its text is not empty (core/decorators.py `if error:`), so `assert` and `raise X()` leave PENDING. */
export const emptyException: TaskManagerRule = {
  name: 'empty-exception',
  situations: [15],
  for: 'celery-task-manager',
  apply: ({ row }) =>
    row.runs.bodyEntered && !resumedNotBegun(row) && row.library.message === 'empty' && !row.runs.partsLeft
      ? {
          verdict: 'failed',
          cause: 'empty-exception',
          confidence: 'possible',
          ifNowhere: 'anywhere',
          why: 'It raised an exception without a message, which the library does not record.',
          decidedBy: "check the worker's log at its last run for a traceback",
        }
      : undefined,
};
