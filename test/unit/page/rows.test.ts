import { strict as assert } from 'node:assert';
import { headOf } from '../../../src/report/panelMessages';
import { chipsOf, NO_CAUSE } from '../../../src/page/model/chips';
import { NO_FILTERS, type Filters } from '../../../src/page/model/filters';
import { rowOf, rowsWithin, withinText } from '../../../src/page/model/rows';
import { UTC } from '../../../src/page/model/zone';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const diagnosis = makeDiagnosis({ types: 3, rows: 300, samples: 4 });
const rows = diagnosis.taskTypes[0]!.samples;
const [first, second] = rows;

describe('page/rows', () => {
  it('the rows of an open task type are those within the filters, and keep the place that the log counts by', () => {
    const even = rowsWithin(rows, ({ id }) => id % 2 === 0);
    assert.deepEqual(
      even.map(({ sample, place }) => [sample.id, place]),
      [
        [2, 1],
        [4, 3],
      ],
    );
  });

  it('the rows of an open task type say how many are within the filters, unless all are', () => {
    assert.equal(withinText(4, 4), null);
    assert.equal(withinText(0, 0), null);
    assert.equal(withinText(1, 4), '1 of 4 samples is within the filters; the rest is hidden.');
    assert.equal(withinText(2, 4), '2 of 4 samples are within the filters; the rest is hidden.');
    assert.equal(withinText(0, 4), 'None of the samples is within the filters.');
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
    const filters: Filters = {
      text: ' notify ',
      verdict: 'lost',
      cause: 'none',
      range: { from: 0, to: 1 },
      recommendation: id,
    };
    const chips = chipsOf(head, filters, UTC);
    assert.deepEqual(
      chips.map(({ title: name, text, off }) => [name, text, off]),
      [
        ['Name', 'notify', { text: '' }],
        ['Verdict', 'lost', { verdict: null }],
        ['Cause', NO_CAUSE, { cause: null }],
        ['Stopped', '2026-08-01 00:00 to 2026-08-02 00:00 UTC', { range: null }],
        ['Tasks of', title, { recommendation: null }],
      ],
    );
  });
});
