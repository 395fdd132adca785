import { strict as assert } from 'node:assert';
import { headOf } from '../../../src/report/panelMessages';
import { NO_FILTERS } from '../../../src/page/model/filters';
import { firstStep } from '../../../src/page/model/firstStep';
import { isWithin } from '../../../src/page/model/matchesFilters';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const diagnosis = makeDiagnosis({ types: 5 });
const head = headOf(diagnosis);
const advice = (id: string) => ({ ...head.recommendations[0]!, id });

describe('page/firstStep', () => {
  it('what to do first is to verify, where nobody knows what became of the tasks', () => {
    const step = firstStep(headOf(makeDiagnosis({ types: 5, verified: false })));
    assert.deepEqual([step?.recommendation, (step?.more ?? 0) > 0], [undefined, true]);
  });

  it('what to do first is what restores service, before what helps most tasks', () => {
    const recommendations = ['add-effect-rules', 'protect-broker', 'start-workers'].map(advice);
    const step = firstStep({ ...head, recommendations });
    assert.deepEqual([step?.recommendation?.id, step?.more], ['start-workers', 2]);
    assert.equal(
      firstStep({ ...head, recommendations: recommendations.slice(0, 1) })?.recommendation?.id,
      'add-effect-rules',
    );
  });

  it('what to do first is nothing where nothing is to be done', () => {
    assert.equal(firstStep({ ...head, recommendations: [] }), undefined);
  });
});

describe('page/firstStep', () => {
  const sample = diagnosis.taskTypes[0]!.samples[0]!;
  const { verdict } = sample.verification!;
  const within = (change: object): boolean => isWithin(sample, head, { ...NO_FILTERS, ...change });

  it('the test whether a sample is within the filters asks its verdict, its cause and the rows of a recommendation', () => {
    assert.equal(within({}), true);
    assert.equal(within({ verdict }), true);
    assert.equal(within({ verdict: verdict === 'lost' ? 'failed' : 'lost' }), false);
    assert.equal(within({ cause: sample.verification?.cause ?? 'none' }), true);
    assert.equal(within({ cause: 'crash-loop' }), false);
    const about = head.recommendations.map(({ id, about: rows }) => [
      within({ recommendation: id }),
      rows?.verdicts?.includes(verdict) ?? true,
    ]);
    for (const [found, expected] of about) assert.equal(found, expected);
  });

  it('the test whether a sample is within the filters asks in which bin it stopped', () => {
    const { timeline } = head;
    const bin = Math.floor((Date.parse(sample.lastRun) - Date.parse(timeline!.start)) / 1000 / timeline!.binSeconds);
    assert.equal(within({ range: { from: bin, to: bin } }), true);
    assert.equal(within({ range: { from: bin + 1, to: bin + 3 } }), false);
    assert.equal(within({ range: { from: 0, to: bin - 1 } }), false);
  });
});
