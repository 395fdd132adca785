import assert from 'node:assert/strict';
import { headOf, type DiagnosisHead } from '../../../src/report/panelMessages';
import { causesOf, verdictsOf, NO_FILTERS, type Filters } from '../../../src/page/model/filters';
import {
  fitViewState,
  FRESH,
  MOST_OPEN,
  readViewState,
  toggled,
  type ViewState,
} from '../../../src/page/model/viewState';
import { typeKey } from '../../../src/model/taskType';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { without } from '../../support/without';

const KEPT: ViewState = {
  filters: {
    text: 'notify',
    verdict: 'lost',
    cause: 'none',
    range: { from: 3, to: 9 },
    recommendation: 'dispatch-lost',
  },
  sort: { column: 'name', descending: false },
  openTypes: [typeKey({ taskModule: 'breathecode.notify.tasks', taskName: 'execute_signal' })],
  openSamples: [1, 5],
  turnedAdvice: ['dispatch-lost'],
  shownTypes: 250,
  scroll: 1234.5,
  axis: '2026-08-01T00:00:00Z/43200',
};

describe('page/viewState', () => {
  it('the state that the page keeps comes back as it was written', () => {
    assert.deepEqual(readViewState(JSON.parse(JSON.stringify(KEPT))), KEPT);
  });

  it('the state that the page keeps begins fresh where nothing was kept, or nothing that is understood', () => {
    for (const value of [undefined, null, 7, 'text', [], {}, { filters: 3, sort: 'x', openTypes: {}, scroll: -1 }])
      assert.deepEqual(readViewState(value), FRESH);
  });

  it('the state that the page keeps leaves out each part that is not what it should be, and keeps the others', () => {
    const bad: unknown = {
      ...KEPT,
      filters: { text: 5, verdict: 'gone', cause: 'x', range: { from: 9, to: 3 }, recommendation: 1 },
      sort: { column: 'size', descending: 'yes' },
      openTypes: ['a', 3, null],
      openSamples: [1, 'x', 1.5, null],
      turnedAdvice: ['b', 4],
      shownTypes: 3,
      scroll: Number.NaN,
      axis: 5,
    };
    assert.deepEqual(readViewState(bad), { ...FRESH, openTypes: ['a'], openSamples: [1], turnedAdvice: ['b'] });
    for (const range of [{ from: -1, to: 3 }, { from: 0 }, { from: 0.5, to: 3 }, null])
      assert.equal(readViewState({ filters: { range } }).filters.range, null);
  });

  it('the state that the page keeps forgets what was opened first when very much is open', () => {
    let open: readonly number[] = [];
    for (let id = 0; id < MOST_OPEN + 2; id++) open = toggled(open, id, true);
    assert.equal(open.length, MOST_OPEN);
    assert.deepEqual([open[0], open.at(-1)], [2, MOST_OPEN + 1]);
    assert.deepEqual(toggled([1, 2, 3], 2, false), [1, 3]);
    assert.deepEqual(toggled([1, 2, 3], 1, true), [2, 3, 1]);
  });
});

describe('page/viewState', () => {
  const head = headOf(makeDiagnosis({ types: 40, rows: 3000 }));
  const fits = (filters: Partial<Filters>, to: DiagnosisHead = head): Filters =>
    fitViewState({ ...KEPT, filters: { ...NO_FILTERS, ...filters } }, to).filters;

  it('the state that the page keeps, with a new Diagnosis, keeps all that means the same', () => {
    assert.deepEqual(fitViewState(KEPT, head), KEPT);
  });

  it('the state that the page keeps, with a new Diagnosis, keeps a recommendation by its id, wherever it stands, and drops one that is gone or is about no rows', () => {
    const moved = { ...head, recommendations: [...head.recommendations].reverse() };
    assert.equal(fits({ recommendation: 'dispatch-lost' }, moved).recommendation, 'dispatch-lost');
    const uncounted = { ...head, taskTypes: head.taskTypes.map((type) => without(type, 'outcomes')) };
    assert.equal(fits({ recommendation: 'dispatch-lost' }, uncounted).recommendation, null);
    const gone = { ...head, recommendations: head.recommendations.slice(0, 1) };
    assert.equal(fits({ recommendation: 'dispatch-lost' }, gone).recommendation, null);
    const general = { ...head, recommendations: head.recommendations.map((one) => without(one, 'about')) };
    assert.equal(fits({ recommendation: 'dispatch-lost' }, general).recommendation, null);
  });

  it('the state that the page keeps, with a new Diagnosis, drops a time range on another axis: the same bins are other times there', () => {
    const { timeline } = head;
    assert.ok(timeline);
    const range = { from: 3, to: 9 };
    assert.deepEqual(fits({ range }).range, range);
    assert.equal(fits({ range }, { ...head, timeline: { ...timeline, start: '2026-08-02T00:00:00Z' } }).range, null);
    assert.equal(fits({ range }, { ...head, timeline: { ...timeline, binSeconds: 3600 } }).range, null);
    assert.equal(fits({ range }, { ...head, timeline: { ...timeline, bins: 9 } }).range, null);
    const timeless = without(head, 'timeline');
    assert.equal(fits({ range }, timeless).range, null);
    assert.equal(fitViewState(KEPT, timeless).axis, null);
  });

  it('the state that the page keeps, with a new Diagnosis, drops verdicts and causes that no row has, and all of them where nothing was verified', () => {
    assert.equal(fits({ verdict: 'lost' }).verdict, 'lost');
    assert.equal(fits({ cause: 'paused' }).cause, null);
    const plain = headOf(makeDiagnosis({ types: 40, rows: 3000, verified: false }));
    assert.deepEqual(fits({ text: 'a', verdict: 'lost', cause: 'eta', recommendation: 'dispatch-lost' }, plain), {
      ...NO_FILTERS,
      text: 'a',
    });
  });

  it('the state that the page keeps, with a new Diagnosis, forgets open task types that are not there any more', () => {
    assert.notEqual(typeKey({ taskModule: 'a.b', taskName: 'c' }), typeKey({ taskModule: 'a', taskName: 'b.c' }));
    assert.deepEqual(
      fitViewState({ ...KEPT, openTypes: ['gone.type', ...KEPT.openTypes] }, head).openTypes,
      KEPT.openTypes,
    );
  });

  it('the state that the page keeps, with a new Diagnosis, offers the verdicts and causes that rows have', () => {
    const type = head.taskTypes[0]!;
    const one = (outcomes: typeof type.outcomes, verdicts: typeof type.verdicts): DiagnosisHead =>
      ({ ...head, taskTypes: [{ ...type, outcomes, verdicts }] }) as DiagnosisHead;
    const counted = { confidence: 'likely', lastRuns: {} } as const;
    const made = one(
      [
        { ...counted, verdict: 'unknown', count: 2 },
        { ...counted, verdict: 'held', cause: 'eta', count: 1 },
        { ...counted, verdict: 'held', cause: 'backlog', count: 1 },
        { ...counted, verdict: 'lost', cause: 'paused', count: 0 },
      ],
      { unknown: 2, held: 2, lost: 0 },
    );
    assert.deepEqual(verdictsOf(made), ['held', 'unknown']);
    assert.deepEqual(causesOf(made), ['backlog', 'eta', 'none']);
  });
});
