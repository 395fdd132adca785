import type { TypeHistory } from '../model/facts';
import type { Rule } from './claim';
import { asSureAs, begun, historyOf, resultOfLastRun, retried } from './helpers';
import type { About } from './cause';

export const about: About = {
  meaning: 'the result backend recorded a success',
  phrase: null,
  verdicts: {
    finished: { refusal: null, advice: ['mark-done', 'confirm-finished'] },
  },
  cure: null,
};

/** After so many runs without a recorded error, a fallback of the task has hardly ever run. */
const ENOUGH_RUNS = 100;

/**
 * The state SUCCESS. The library's wrapper swallows the body's exceptions and then returns None (core/decorators.py
 * `_manage_exceptions`), also after a retry or an abort, so only a value says that the body returned. The value may come from a fallback
 * after a failure, but then the row says ERROR, unless the library's race put SCHEDULED back.
 */
export const resultSuccess: Rule = {
  name: 'result-success',
  situations: [6, 13, 16],
  needs: ['result'],
  for: 'any',
  apply: (facts, world) => {
    const { row } = facts;
    const result = resultOfLastRun(facts);
    if (result?.state !== 'SUCCESS' || row.state === 'ended') return undefined;
    // The recorded id is that of the first page, whose value says nothing about the others.
    const onePage = !row.runs.inParts;
    if (result.returnedValue === true && onePage)
      return {
        verdict: 'finished',
        cause: 'result-success',
        confidence: asSureAs(result, begun(row) ? 'proven' : neverFails(historyOf(row, world)) ? 'likely' : 'possible'),
        why: 'Celery recorded that it returned a value.',
        decidedBy:
          "find out whether the task has a fallback that could have returned the value, or check the worker's log",
      };
    return {
      verdict: 'finished',
      confidence: 'possible',
      why: onePage
        ? 'Celery recorded SUCCESS without a value: the task returned nothing, or the library swallowed an error or a retry.'
        : 'Celery recorded SUCCESS for its first page only.',
      decidedBy: retried(row)
        ? 'add an effect rule for this task type'
        : "check the worker's log, or add an effect rule for this task type",
    };
  },
};

function neverFails(history: TypeHistory | undefined): boolean {
  return history?.errors === 0 && history.partial !== true && history.done >= ENOUGH_RUNS;
}
