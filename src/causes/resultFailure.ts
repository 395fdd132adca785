import { constant, type Claim, type Rule } from './claim';
import { asSureAs, processEnded, resultOfLastRun } from './helpers';
import type { About } from './cause';

export const about: About = {
  meaning: 'the result backend recorded a failure',
  phrase: null,
  verdicts: {
    failed: { refusal: null, advice: ['read-failures'] },
  },
  cure: null,
};

const DECIDED_BY = "check the worker's log, or add an effect rule for this task type";
/** The exception may have come after the body returned. */
const AROUND_BODY: readonly Claim[] = [
  /* @__PURE__ */ constant({
    verdict: 'failed',
    cause: 'result-failure',
    confidence: 'possible',
    why: 'Saving its row failed, and the task body may have failed before that.',
    decidedBy: DECIDED_BY,
  }),
  /* @__PURE__ */ constant({
    verdict: 'finished',
    confidence: 'possible',
    why: 'Saving its row failed after the task body had completed.',
    decidedBy: DECIDED_BY,
  }),
];

/**
 * The state FAILURE: an exception left the library's wrapper, which swallows those of the body (core/decorators.py `wrapper`). So it came
 * from the wrapper's own work: saving the row, asking for a retry, the fallback. If the traceback names the place, that decides, because
 * the last save comes after the body returned. A soft time limit raises wherever the code happens to be.
 */
export const resultFailure: Rule = {
  name: 'result-failure',
  situations: [7, 14, 16],
  needs: ['result'],
  for: 'any',
  apply: (facts) => {
    const { row } = facts;
    const result = resultOfLastRun(facts);
    // `workerLost` judges a process that ended.
    if (result?.state !== 'FAILURE' || processEnded(result)) return undefined;
    const entered = row.runs.bodyEntered || row.state === 'queued';
    if (result.raisedIn === 'last-save')
      return {
        verdict: 'finished',
        confidence: asSureAs(result, 'proven'),
        ifNowhere: 'queues',
        why: "The task body returned: the exception that Celery recorded was raised in the library's last save.",
        decidedBy: 'check the traceback in the result',
      };
    if (result.raisedIn === undefined && entered && arisesAnywhere(result.exceptionType)) return AROUND_BODY;
    return {
      verdict: 'failed',
      cause: 'result-failure',
      // After the body, the row's save or a receiver of it can raise any exception.
      confidence: asSureAs(result, result.raisedIn !== undefined || !entered ? 'proven' : 'likely'),
      ifNowhere: 'queues',
      why: 'Celery recorded that it failed.',
      decidedBy: "check the traceback in the result or in the worker's log",
    };
  },
};

/** Exceptions that say nothing about the body: those of the database, by the names of Django and the drivers, and a time limit. */
function arisesAnywhere(type: string | null): boolean {
  return /^(Operational|Interface|Database|Internal|Integrity|Data|Transaction\w*)Error$|ConnectionDoesNotExist|AdminShutdown|^SoftTimeLimitExceeded$/.test(
    type ?? '',
  );
}
