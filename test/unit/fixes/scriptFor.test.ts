import assert from 'node:assert/strict';
import { adviceHasScript, hasScript } from '../../../src/fixes/scriptFor';
import type { OutcomeCount, Recommendation } from '../../../src/model/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

type Judged = Omit<OutcomeCount, 'count' | 'lastRuns'>;

const FINISHED: Judged = { verdict: 'finished', cause: 'result-success', confidence: 'proven' };
const LOST: Judged = { verdict: 'lost', cause: 'never-published', confidence: 'likely' };

function advice(id: string, about: Recommendation['about']): Recommendation {
  return { id, title: id, why: '', evidence: [], actions: [], ...(about ? { about } : {}) };
}

describe('fixes/scriptFor', () => {
  it('tasks that are proven finished, or lost before they ran, have a script', () => {
    assert.equal(hasScript([FINISHED]), true);
    assert.equal(hasScript([LOST]), true);
  });

  it('tasks that are only likely finished, have a duplicate, or may not be lost have no script', () => {
    assert.equal(hasScript([{ ...FINISHED, confidence: 'likely' }]), false);
    assert.equal(hasScript([{ ...LOST, twin: true }]), false);
    assert.equal(hasScript([{ ...LOST, confidence: 'possible' }]), false);
    assert.equal(hasScript([{ verdict: 'unknown', confidence: 'possible' }]), false);
    assert.equal(hasScript(undefined), false);
  });

  it('tasks whose cause has a cure have a script, whatever their verdict', () => {
    assert.equal(hasScript([{ verdict: 'waiting', cause: 'no-consumer', confidence: 'proven' }]), true);
  });

  it('a step has a script only where it is about tasks that a script changes', () => {
    const diagnosis = makeDiagnosis();
    assert.equal(adviceHasScript(diagnosis, advice('dispatch-lost', { verdicts: ['lost'] })), true);
    assert.equal(adviceHasScript(diagnosis, advice('mark-done', { verdicts: ['finished'], proven: true })), true);
    assert.equal(adviceHasScript(diagnosis, advice('mark-done', { verdicts: ['running'] })), false);
    assert.equal(adviceHasScript(diagnosis, advice('mark-done', undefined)), false);
  });

  it('a step that starts workers has no script, although the cause of its tasks has a cure', () => {
    const { taskTypes } = makeDiagnosis({ types: 1 });
    const waiting = {
      ...taskTypes[0]!,
      outcomes: [{ ...taskTypes[0]!.outcomes![0]!, verdict: 'waiting', cause: 'workers-down' } as const],
    };
    assert.equal(hasScript(waiting.outcomes), true);
    assert.equal(adviceHasScript({ taskTypes: [waiting] }, advice('start-workers', { verdicts: ['waiting'] })), false);
  });
});
