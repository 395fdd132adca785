import { constant, type Claim, type TaskManagerRule } from './claim';
import { publishedNotBegun, resumedNotBegun } from './helpers';
import type { About } from './cause';
import { LIBRARY_FILE, type LibraryPatch } from './libraryPatch';

/** Corrects the fault in the library. */
export const patch: LibraryPatch = {
  kind: 'patch',
  title: 'finished tasks go back to SCHEDULED (lost update)',
  action: `In ${LIBRARY_FILE} save only the task id: save(update_fields=["task_id"])`,
  why: 'The first message saves the whole row after it has published the second message. If the second one has finished by then, that save overwrites its DONE.',
  hunk: [
    '@@ -199,3 +199,4 @@',
    '                 result = self.schedule(task_module, task_name, args, kwargs)',
    '-                self._update_task_manager(x, task_id=result.id)',
    '+                x.task_id = result.id',
    '+                x.save(update_fields=["task_id"])',
    '                 return',
  ],
};

export const about: About = {
  meaning: 'its final status was overwritten',
  phrase: '{tasks} finished, then the library overwrote {its|their} status',
  verdicts: {
    finished: { refusal: null, advice: ['mark-done', 'confirm-finished', 'patch-lost-update'] },
  },
  cure: patch,
};

const DECIDED_BY = "add an effect rule for this task type, or check the worker's log for its task id";

const CLAIMS: readonly Claim[] = [
  /* @__PURE__ */ constant({
    verdict: 'finished',
    cause: 'lost-update',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why: "It ran, and then the first message's save set the status back to SCHEDULED.",
    decidedBy: DECIDED_BY,
  }),
  /* @__PURE__ */ constant({
    verdict: 'failed',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why: 'It failed or was discarded, and the record of that was overwritten or has expired.',
    decidedBy: DECIDED_BY,
  }),
];

/**
 * The library's race: the task ran before the first message saved its task_id. That save writes the whole row and put SCHEDULED back
 * (core/decorators.py `_update_task_manager`). The row then looks as if its message was never taken, also after somebody resumes it.
 */
export const lostUpdate: TaskManagerRule = {
  name: 'lost-update',
  situations: [6, 23],
  for: 'celery-task-manager',
  apply: ({ row }) => (publishedNotBegun(row) || resumedNotBegun(row) ? CLAIMS : undefined),
};
