import { constant, type Claim, type TaskManagerRule } from './claim';
import type { About } from './cause';

const REFUSAL = 'The worker that takes its message will discard it, because the task is paused.';

export const about: About = {
  meaning: 'an operator paused it',
  phrase: '{tasks} {was|were} paused',
  verdicts: {
    waiting: { refusal: REFUSAL, advice: ['thrown-away-next'] },
    held: { refusal: REFUSAL, advice: ['let-run'] },
    lost: {
      refusal:
        'Somebody paused it, and a worker discards its message while the status is PAUSED. Ask who paused it. To run it, set the status to PENDING first.',
      advice: ['paused-tasks'],
      dispatchable: false,
    },
  },
  cure: null,
};

const DECIDED_BY = "add an effect rule for this task type, or check the worker's log at its last run";
/** Pausing sets only the status, so the row does not tell how a run before it ended. */
const ENDED_BEFORE: readonly Claim[] = [
  /* @__PURE__ */ constant({
    verdict: 'failed',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why: 'Its run was ended, or failed without a record, before an operator paused it.',
    decidedBy: DECIDED_BY,
  }),
  /* @__PURE__ */ constant({
    verdict: 'finished',
    confidence: 'possible',
    ifNowhere: 'anywhere',
    why: 'It completed without a record before an operator paused it.',
    decidedBy: DECIDED_BY,
  }),
];

/** An operator paused the row. When its message comes, the library throws it away and marks the row `killed`. */
export const paused: TaskManagerRule = {
  name: 'paused',
  situations: [20],
  for: 'celery-task-manager',
  apply: ({ row, messages }, world) => {
    if (row.status !== 'PAUSED') return undefined;
    const place = messages.some((message) => message.place === 'unacked') ? 'held' : 'waiting';
    const claim = {
      cause: 'paused',
      decidedBy: 'ask the operator who paused it',
    } as const;
    if (messages.length > 0)
      return {
        ...claim,
        verdict: place,
        confidence: place === 'held' && !world.workers.settled ? 'possible' : 'proven',
        why: 'An operator paused it. Its message is still there, and the worker that takes it will discard it.',
      };
    const lost = {
      ...claim,
      verdict: 'lost',
      ifNowhere: 'anywhere',
      why: 'An operator paused it, and its message is gone: it stays paused until somebody acts.',
    } as const;
    const { message, killed } = row.library;
    const begun = row.startedAt !== null || message === 'empty';
    if (!begun) return { ...lost, confidence: killed === true ? 'proven' : 'likely' };
    // After a run, the message that it throws away is a retry, or with several pages another page.
    if (killed === true && !row.runs.inParts) return { ...lost, confidence: 'likely' };
    return [{ ...lost, confidence: 'possible' }, ...ENDED_BEFORE];
  },
};
