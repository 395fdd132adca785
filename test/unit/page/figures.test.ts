import { strict as assert } from 'node:assert';
import { VERDICTS } from '../../../src/model/verdict';
import { headOf, type DiagnosisHead } from '../../../src/report/panelMessages';
import { verdictLines, verdictOrder } from '../../../src/page/model/figures';
import { NO_FILTERS, type Filters } from '../../../src/page/model/filters';
import { select } from '../../../src/page/model/select';
import { raisedBelow, rowsIn, stack, standoutText, stoppedOf, whenText } from '../../../src/page/model/timeline';
import { UTC } from '../../../src/page/model/zone';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const head = headOf(makeDiagnosis({ types: 40, rows: 20_000 }));
const unverified = headOf(makeDiagnosis({ types: 40, rows: 20_000, verified: false }));
const TOTAL = sum(head.taskTypes.map(({ count }) => count));

const SOME: readonly Partial<Filters>[] = [
  {},
  { verdict: 'lost' },
  { range: { from: 70, to: 72 } },
  { text: 'notify' },
  { cause: 'never-published', range: { from: 0, to: 80 } },
  { recommendation: 'dispatch-lost', verdict: 'lost' },
];

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** An older file: verdicts, but neither outcomes nor times. */
function old(): DiagnosisHead {
  const { timeline, ...rest } = head;
  assert.ok(timeline);
  return {
    ...rest,
    taskTypes: head.taskTypes.map(({ outcomes, ...type }) => {
      assert.ok(outcomes && type.lastRuns === undefined);
      return type;
    }),
  };
}

describe('page/figures', () => {
  it('the picture of verdicts has every verdict that occurs, and sums to all rows', () => {
    const lines = verdictLines(head, NO_FILTERS);
    assert.equal(sum(lines!.lines.map(({ count }) => count)), TOTAL);
    assert.equal(lines!.total, TOTAL);
    assert.equal(lines!.narrowed, false);
    const occurring = VERDICTS.filter((verdict) => head.taskTypes.some(({ verdicts }) => verdicts?.[verdict]));
    assert.deepEqual(lines!.lines.map(({ verdict }) => verdict).sort(), [...occurring].sort());
  });

  it('the picture of verdicts splits each into proven, likely and possible', () => {
    for (const { count, sure } of verdictLines(head, { ...NO_FILTERS, text: 'notify' })!.lines)
      assert.equal(sure ? sum(Object.values(sure)) : 0, count);
  });

  it('the picture of verdicts does not change with the verdict that is chosen in it, and keeps its order with every filter', () => {
    const chosen = verdictLines(head, { ...NO_FILTERS, verdict: 'lost' });
    assert.deepEqual(chosen, verdictLines(head, NO_FILTERS));
    for (const filters of SOME) {
      const { lines } = verdictLines(head, { ...NO_FILTERS, ...filters })!;
      assert.deepEqual(
        lines.map(({ verdict }) => verdict),
        verdictOrder(head),
      );
    }
  });

  it('the picture of verdicts says that it is narrowed, and gives a verdict without rows as 0%', () => {
    const lines = verdictLines(head, { ...NO_FILTERS, cause: 'never-published' })!;
    assert.equal(lines.narrowed, true);
    assert.equal(lines.lines.find(({ verdict }) => verdict === 'lost')?.percent, '100%');
    const { count, percent } = lines.lines.find(({ verdict }) => verdict === 'running')!;
    assert.deepEqual([count, percent], [0, '0%']);
  });

  it('the picture of verdicts tells of an old file how many, but not how sure', () => {
    const lines = verdictLines(old(), NO_FILTERS)!;
    assert.equal(lines.total, TOTAL);
    assert.ok(lines.lines.every(({ sure }) => sure === null));
  });

  it('the picture of verdicts is none where nothing was verified', () => {
    assert.equal(verdictLines(unverified, NO_FILTERS), null);
  });
});

describe('page/figures', () => {
  it('the picture of times has the rows that the other filters leave, whatever time is chosen in it', () => {
    for (const filters of SOME) {
      const stopped = stoppedOf(head, { ...NO_FILTERS, ...filters })!;
      const { count, verdicts } = select(head, { ...NO_FILTERS, ...filters, range: null });
      assert.equal(stopped.total, count);
      const whole = rowsIn(stopped, { from: 0, to: stopped.bins.length - 1 });
      assert.deepEqual(Object.fromEntries(whole.parts.map((part) => [part.verdict, part.count])), verdicts);
    }
  });

  it('the picture of times agrees with the filter that choosing a time sets', () => {
    const range = { from: 69, to: 72 };
    const { count, verdicts } = select(head, { ...NO_FILTERS, range });
    const { total, parts } = rowsIn(stoppedOf(head, NO_FILTERS)!, range);
    assert.equal(total, count);
    assert.deepEqual(Object.fromEntries(parts.map((part) => [part.verdict, part.count])), verdicts);
  });

  it('the picture of times is drawn without verdicts where nothing was verified, and not at all for an old file', () => {
    const stopped = stoppedOf(unverified, NO_FILTERS)!;
    assert.deepEqual(stopped.verdicts, [null]);
    assert.equal(stopped.total, sum(unverified.taskTypes.map(({ count }) => count)));
    assert.equal(stoppedOf(old(), NO_FILTERS), null);
  });

  it('the picture of times stacks the parts of a bin from the bottom, as high as they are many', () => {
    const bin = {
      total: 40,
      parts: [
        { verdict: 'lost', count: 30 },
        { verdict: 'finished', count: 10 },
      ],
    } as const;
    assert.deepEqual(
      stack(bin, 80, 100).map(({ y, height }) => [y, height]),
      [
        [62.5, 37.5],
        [50, 12.5],
      ],
    );
  });

  it('the picture of times draws a bin that is not empty at least 1 pixel high, and says below how many', () => {
    const one = { total: 1, parts: [{ verdict: 'lost', count: 1 }] } as const;
    const empty = { total: 0, parts: [] };
    assert.equal(sum(stack(one, 10_000, 100).map(({ height }) => height)), 1);
    assert.deepEqual(stack(empty, 10_000, 100), []);
    const stopped = { ...stoppedOf(head, NO_FILTERS)!, max: 10_000 };
    assert.equal(raisedBelow({ ...stopped, bins: [one, { ...one, total: 10_000 }] }, 100), 100);
    assert.equal(raisedBelow({ ...stopped, bins: [empty, { ...one, total: 100 }] }, 100), null);
  });

  it('the picture of times says of the first bin that it may hold older rows, only where there are some', () => {
    const first = { from: 0, to: 0 };
    const stopped = stoppedOf(head, NO_FILTERS)!;
    assert.equal(stopped.earlier, false);
    assert.equal(whenText(stopped, first, UTC), '2026-08-01 00:00 to 12:00 UTC');
    assert.equal(standoutText(stopped, first, UTC), 'within 12 h, 2026-08-01 00:00 to 12:00 UTC');
    const types = head.taskTypes.map((type) => ({
      ...type,
      oldestLastRun: '2025-01-01T00:00:00Z',
      outcomes: type.outcomes!.map((outcome) => ({ ...outcome, lastRuns: { 0: outcome.count } })),
    }));
    const older = stoppedOf({ ...head, taskTypes: types }, NO_FILTERS)!;
    assert.equal(older.earlier, true);
    assert.equal(whenText(older, first, UTC), 'before 2026-08-01 12:00 UTC');
    assert.equal(standoutText(older, first, UTC), 'before 2026-08-01 12:00 UTC');
    assert.equal(whenText(older, { from: 1, to: 1 }, UTC), '2026-08-01 12:00 to 2026-08-02 00:00 UTC');
  });
});
