import { strict as assert } from 'node:assert';
import { headOf } from '../../../src/report/panelMessages';
import { chipsOf } from '../../../src/page/model/chips';
import { NO_FILTERS } from '../../../src/page/model/filters';
import { rowOf, withinFirst, withinText } from '../../../src/page/model/rows';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const diagnosis = makeDiagnosis({ types: 3, rows: 300, samples: 4 });
const rows = diagnosis.taskTypes[0]!.samples;
const [first, second] = rows;

describe('page/rows', () => {
  it('the rows of an open task type stand with those within the filters first, and keep the place that the log counts by', () => {
    const even = withinFirst(rows, ({ id }) => id % 2 === 0);
    assert.deepEqual(
      even.map(({ sample, place, within }) => [sample.id, place, within]),
      [
        [2, 1, true],
        [4, 3, true],
        [1, 0, false],
        [3, 2, false],
      ],
    );
  });

  it('the rows of an open task type say how many are within the filters, unless all are', () => {
    const some = (...ids: number[]) => withinFirst(rows, ({ id }) => ids.includes(id));
    assert.equal(withinText(some(1, 2, 3, 4), []), null);
    assert.equal(withinText([], []), null);
    assert.equal(withinText(some(1), []), '1 of the newest 4 samples is within the filters.');
    assert.equal(withinText(some(1, 2), []), '2 of the newest 4 samples are within the filters.');
    assert.equal(withinText(some(), some()), 'None of the newest 4 samples is within the filters.');
    assert.equal(
      withinText(some(), some(2)),
      'None of the newest 4 samples is within the filters; 1 of the examples below is.',
    );
    assert.equal(withinText(some().slice(0, 1), []), 'The newest sample is not within the filters.');
  });

  it('the rows of an open task type are the row of an outcome that was judged so, unless two outcomes differ in what no row tells', () => {
    const lost = { verdict: 'lost', cause: 'never-published', confidence: 'likely' } as const;
    const running = { verdict: 'running', confidence: 'proven' } as const;
    const judged = [
      { ...first!, verification: { ...running, evidence: [] } },
      { ...second!, verification: { ...lost, evidence: [] } },
    ];
    assert.equal(rowOf(lost, [lost, running], judged)?.id, second!.id);
    assert.equal(rowOf(running, [lost, running], judged)?.id, first!.id);
    assert.equal(rowOf({ ...lost, confidence: 'proven' }, [{ ...lost, confidence: 'proven' }], judged), null);
    assert.equal(rowOf(lost, [lost, { ...lost, twin: true } as typeof lost], judged), null);
  });
});

describe('page/rows', () => {
  const head = headOf(diagnosis);

  it('the filters that are on are named each, with what takes it off', () => {
    assert.deepEqual(chipsOf(head, NO_FILTERS), []);
    const { id, title } = head.recommendations[0]!;
    const chips = chipsOf(head, {
      text: ' notify ',
      verdict: 'lost',
      cause: 'none',
      range: { from: 0, to: 1 },
      recommendation: id,
    });
    assert.deepEqual(
      chips.map(({ title: name, text, off }) => [name, text, off]),
      [
        ['Name', 'notify', { text: '' }],
        ['Verdict', 'lost', { verdict: null }],
        ['Cause', 'no cause named', { cause: null }],
        ['Stopped', '2026-08-01 00:00 to 2026-08-02 00:00 UTC', { range: null }],
        ['Tasks of', title, { recommendation: null }],
      ],
    );
  });
});
