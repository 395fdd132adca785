import { constant, type Claim, type Rule } from './claim';
import type { About } from './cause';

const REFUSAL = 'The worker that takes its message throws it away, because the row is paused.';

export const about: About = {
  meaning: 'an operator paused it',
  phrase: (tasks) => `${tasks} were paused`,
  verdicts: {
    waiting: { refusal: REFUSAL, advice: ['thrown-away-next'] },
    held: { refusal: REFUSAL, advice: ['let-run'] },
    lost: {
      refusal:
        'Somebody paused it: it throws its message away while it is PAUSED. Ask who paused it; to run it, set PENDING first.',
      advice: ['paused-tasks'],
      dispatchable: false,
    },
  },
  cure: null,
};

const DECIDED_BY = 'an effect rule for this task type, or the log of the worker at its last run';
/** A row that is paused keeps nothing of how its run ended, since only the status is set. */
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
    why: 'It ended without a record before an operator paused it.',
    decidedBy: DECIDED_BY,
  }),
];

/** An operator paused it. The library throws its message away when it comes, and marks the row `killed`. */
export const paused: Rule = {
  name: 'paused',
  situations: [20],
  apply: ({ row, messages }, world) => {
    if (row.status !== 'PAUSED') return undefined;
    const place = messages.some((message) => message.place === 'unacked') ? 'held' : 'waiting';
    const claim = {
      cause: 'paused',
      decidedBy: 'the operator who paused it',
    } as const;
    if (messages.length > 0)
      return {
        ...claim,
        verdict: place,
        confidence: place === 'held' && !world.workers.settled ? 'possible' : 'proven',
        why: 'An operator paused it: its message is still there and will be thrown away when it comes.',
      };
    const lost = {
      ...claim,
      verdict: 'lost',
      ifNowhere: 'anywhere',
      why: 'An operator paused it, and its message is gone: it stays so until somebody decides.',
    } as const;
    const begun = row.startedAt !== null || row.message === 'empty';
    if (!begun) return { ...lost, confidence: row.killed === true ? 'proven' : 'likely' };
    // What it throws away after a run is its retry; of several pages it may be another one.
    if (row.killed === true && (row.totalPages ?? 1) <= 1) return { ...lost, confidence: 'likely' };
    return [{ ...lost, confidence: 'possible' }, ...ENDED_BEFORE];
  },
};
