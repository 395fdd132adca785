import assert from 'node:assert/strict';
import type { Diagnosis, Recommendation } from '../../../src/model/diagnosis';
import { firstStepOf, planOf, settledSteps } from '../../../src/report/plan';
import { aDiagnosis } from '../../support/diagnosis';

function step(id: string, more: Partial<Recommendation> = {}): Recommendation {
  return { id, title: id, why: '', evidence: [], actions: [], ...more };
}

function verified(recommendations: readonly Recommendation[], fields: Partial<Diagnosis> = {}): Diagnosis {
  const base = aDiagnosis({
    recommendations,
    sources: [
      { name: 'broker', state: 'ok', detail: '' },
      { name: 'workers', state: 'ok', detail: '' },
    ],
    ...fields,
  });
  return { ...base, parameters: { ...base.parameters, checkExecution: true, ...fields.parameters } };
}

const NOW = step('start-workers', { phase: 'now' });
const THEN = step('dispatch-lost', { phase: 'then', after: ['start-workers'] });
const INFO = step('wait-eta', { phase: 'info' });

describe('report/plan', () => {
  it('a plan has a part for each phase that has steps, numbered through, and what needs nothing has no number', () => {
    const plan = planOf({ recommendations: [NOW, THEN, INFO] });
    assert.deepEqual(
      plan.map(({ title, steps }) => [title, ...steps.map(({ number, index, after }) => [number, index, after])]),
      [
        ['Now', [1, 0, []]],
        ['Then, after checking again', [2, 1, [1]]],
        ['For information', [null, 2, []]],
      ],
    );
    assert.equal(firstStepOf({ recommendations: [INFO, THEN] })?.recommendation.id, 'dispatch-lost');
    assert.equal(firstStepOf({ recommendations: [] }), undefined);
  });

  it('the plan of an old export keeps the order of its recommendations', () => {
    const [part] = planOf({ recommendations: [step('b'), step('a')] });
    assert.deepEqual(
      part?.steps.map(({ number, recommendation }) => [number, recommendation.id]),
      [
        [1, 'b'],
        [2, 'a'],
      ],
    );
  });

  it('a step that the next check no longer recommends is done', () => {
    const before = verified([NOW, THEN, INFO]);
    assert.deepEqual(settledSteps(before, verified([THEN])), [{ id: 'start-workers', title: 'start-workers' }]);
    assert.deepEqual(settledSteps(before, before), []);
  });

  it('a step is not done where the next check looked for less', () => {
    const before = verified([NOW]);
    const { parameters } = before;
    const others: readonly Diagnosis[] = [
      verified([], { parameters: { ...parameters, hours: parameters.hours + 1 } }),
      verified([], { parameters: { ...parameters, statuses: ['PENDING'] } }),
      verified([], { parameters: { ...parameters, checkExecution: false } }),
      verified([], { sources: [{ name: 'broker', state: 'ok', detail: '' }] }),
      verified([], {
        sources: [
          { name: 'broker', state: 'ok', detail: '' },
          { name: 'workers', state: 'partial', detail: '' },
        ],
      }),
    ];
    for (const now of others) assert.deepEqual(settledSteps(before, now), []);
  });
});
