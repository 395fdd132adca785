import { strict as assert } from 'node:assert';
import { headOf } from '../../../src/report/panelMessages';
import { NO_FILTERS } from '../../../src/page/model/filters';
import { isWithin } from '../../../src/page/model/matchesFilters';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const diagnosis = makeDiagnosis({ types: 5 });
const head = headOf(diagnosis);

describe('page/matchesFilters', () => {
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
