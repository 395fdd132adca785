import assert from 'node:assert/strict';
import type { Diagnosis, OutcomeCount, TaskType } from '../../../src/model/diagnosis';
import { CAUSES, VERDICTS, type Verdict } from '../../../src/model/verdict';
import { headOf } from '../../../src/report/panelMessages';
import { isAbout } from '../../../src/model/rowFilter';
import { NO_FILTERS, type Filters } from '../../../src/page/model/filters';
import { partText, select, selectBins } from '../../../src/page/model/select';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { without } from '../../support/without';

/** One stuck row, as the counts of a Diagnosis tell of it. */
interface Row {
  readonly name: string;
  readonly bin: number;
  readonly outcome?: OutcomeCount;
}

/** The Diagnosis's rows one by one. */
function rowsOf(diagnosis: Diagnosis): Row[] {
  return diagnosis.taskTypes.flatMap((type) =>
    (type.outcomes ?? [{ lastRuns: type.lastRuns ?? {} }]).flatMap((counted) =>
      Object.entries(counted.lastRuns).flatMap(([bin, count]) =>
        Array.from({ length: count }, () => ({
          name: nameOf(type),
          bin: Number(bin),
          ...('verdict' in counted ? { outcome: counted } : {}),
        })),
      ),
    ),
  );
}

function nameOf(type: TaskType): string {
  return `${type.taskModule}.${type.taskName}`;
}

/** Whether a row is left by the filters, said as plainly as can be. */
function isLeft(row: Row, filters: Filters, diagnosis: Diagnosis): boolean {
  const { text, verdict, cause, range, recommendation } = filters;
  const name = row.name.toLowerCase();
  if (!text.split(' ').every((word) => name.includes(word.toLowerCase()))) return false;
  if (verdict !== null && row.outcome?.verdict !== verdict) return false;
  if (cause === 'none' && (!row.outcome || row.outcome.cause !== undefined)) return false;
  if (cause !== null && cause !== 'none' && row.outcome?.cause !== cause) return false;
  if (range && (row.bin < range.from || row.bin > range.to)) return false;
  if (recommendation === null) return true;
  const { about } = diagnosis.recommendations.find(({ id }) => id === recommendation)!;
  return row.outcome !== undefined && isAbout(about!, row.outcome);
}

function tally<T>(rows: readonly Row[], key: (row: Row) => T): Map<T, number> {
  const out = new Map<T, number>();
  for (const row of rows) out.set(key(row), (out.get(key(row)) ?? 0) + 1);
  return out;
}

function allFilters(diagnosis: Diagnosis): Filters[] {
  const out: Filters[] = [];
  for (const text of ['', 'NOTIFY task', 'no such name'])
    for (const verdict of [null, 'lost', 'unknown', 'held'] as const)
      for (const cause of [null, 'none', 'never-published', 'eta', 'paused'] as const)
        for (const range of [null, { from: 0, to: 30 }, { from: 70, to: 72 }, { from: 99, to: 99 }])
          for (const recommendation of [
            null,
            ...diagnosis.recommendations.filter((one) => one.about).map(({ id }) => id),
          ])
            out.push({ text, verdict, cause, range, recommendation });
  return out;
}

describe('page/select', () => {
  for (const verified of [true, false]) {
    const diagnosis = makeDiagnosis({ types: 25, rows: 1500, verified });
    const head = headOf(diagnosis);
    const rows = rowsOf(diagnosis);

    it(`what the page counts counts as one does row by row, in all combinations of filters (${verified ? '' : 'not '}verified)`, () => {
      assert.equal(
        rows.length,
        diagnosis.taskTypes.reduce((sum, type) => sum + type.count, 0),
      );
      let notEmpty = 0;
      for (const filters of allFilters(diagnosis)) {
        const left = rows.filter((row) => isLeft(row, filters, diagnosis));
        const selection = select(head, filters);
        const what = JSON.stringify(filters);
        if (left.length > 0) notEmpty++;
        assert.equal(selection.count, left.length, what);
        assert.deepEqual(
          new Map(selection.types.map(({ type, count }) => [nameOf({ ...type, samples: [] }), count])),
          tally(left, ({ name }) => name),
          what,
        );
        const verdicts = tally(
          left.filter(({ outcome }) => outcome),
          ({ outcome }) => outcome!.verdict,
        );
        assert.deepEqual(new Map(Object.entries(selection.verdicts)), new Map<string, number>(verdicts), what);
        for (const { type, index, count, verdicts: ofType, outcomes } of selection.types) {
          assert.equal(head.taskTypes[index], type);
          if (!verified) continue;
          assert.equal(sum(Object.values(ofType)), count, what);
          assert.equal(sum(outcomes.map((outcome) => outcome.count)), count, what);
          assert.ok(
            outcomes.every(
              (outcome, at) => outcome.count > 0 && outcome.count <= (outcomes[at - 1]?.count ?? Infinity),
            ),
          );
        }
      }
      assert.ok(notEmpty >= (verified ? 50 : 5), `only ${notEmpty} combinations leave rows`);
    });

    it(`what the page counts counts bins as one does row by row, whatever range is chosen (${verified ? '' : 'not '}verified)`, () => {
      for (const filters of allFilters(diagnosis)) {
        const left = rows.filter((row) => isLeft(row, { ...filters, range: null }, diagnosis));
        const expected = tally(left, ({ outcome, bin }) => `${outcome?.verdict ?? 'null'} ${bin}`);
        const got = new Map<string, number>();
        for (const [verdict, bins] of selectBins(head, filters)) {
          assert.equal(bins.length, diagnosis.timeline!.bins);
          bins.forEach((count, bin) => {
            if (count > 0) got.set(`${verdict ?? 'null'} ${bin}`, count);
          });
        }
        assert.deepEqual(got, expected, JSON.stringify(filters));
      }
    });
  }

  it('what the page counts without filters is the Diagnosis itself', () => {
    const diagnosis = makeDiagnosis({ types: 245, rows: 148_708 });
    const selection = select(headOf(diagnosis), NO_FILTERS);
    assert.deepEqual(
      selection.types.map(({ count, index }) => [index, count]),
      diagnosis.taskTypes.map(({ count }, index) => [index, count]),
    );
    for (const { type, verdicts } of selection.types) assert.deepEqual(verdicts, type.verdicts);
  });

  it('what the page counts never takes one Diagnosis for another, whatever was asked before', () => {
    const small = headOf(makeDiagnosis({ types: 3, rows: 30 }));
    const large = headOf(makeDiagnosis({ types: 9, rows: 900 }));
    for (const head of [small, large, small, { ...small, taskTypes: small.taskTypes.slice(1) }])
      assert.equal(select(head, NO_FILTERS).types.length, head.taskTypes.length);
  });

  it('what the page counts finds words of the name in any case', () => {
    const diagnosis = makeDiagnosis({ types: 5, rows: 50 });
    const [first, ...others] = diagnosis.taskTypes;
    const head = headOf({ ...diagnosis, taskTypes: [{ ...first!, taskName: 'sendMail' }, ...others] });
    for (const text of ['sendmail', 'SENDMAIL', '  Mail   notify '])
      assert.deepEqual(
        select(head, { ...NO_FILTERS, text }).types.map(({ index }) => index),
        [0],
        text,
      );
  });

  it('what the page counts shows by recommendation the rows that it says it helps', () => {
    const diagnosis = makeDiagnosis({ types: 60, rows: 9000 });
    for (const { id, rows } of diagnosis.recommendations)
      assert.equal(select(headOf(diagnosis), { ...NO_FILTERS, recommendation: id }).count, rows);
  });

  it('what the page counts of an older file, which has verdicts and no outcomes, filters by verdict and name', () => {
    const diagnosis = without(makeDiagnosis({ types: 20, rows: 900 }), 'timeline');
    const old = {
      ...diagnosis,
      taskTypes: diagnosis.taskTypes.map((type) => without(type, 'outcomes', 'lastRuns')),
    };
    for (const verdict of VERDICTS) {
      const selection = select(headOf(old), { ...NO_FILTERS, text: 'tasks', verdict });
      const expected = sum(old.taskTypes.map(({ verdicts }) => verdicts?.[verdict] ?? 0));
      assert.equal(selection.count, expected, verdict);
      assert.deepEqual(selection.verdicts, expected === 0 ? {} : { [verdict]: expected });
    }
    assert.equal(selectBins(headOf(old), NO_FILTERS).size, 0);
  });

  it('what the page counts is about rows by all that is named, and by nothing else', () => {
    const verdicts: Verdict[] = ['lost'];
    const lost = { verdict: 'lost', confidence: 'likely' } as const;
    assert.ok(isAbout({}, lost));
    assert.ok(isAbout({ verdicts, causes: [null, 'eta'], proven: false, twin: false }, lost));
    assert.ok(!isAbout({ verdicts: ['held'] }, lost));
    assert.ok(!isAbout({ causes: [...CAUSES] }, lost));
    assert.ok(!isAbout({ proven: true }, lost));
    assert.ok(!isAbout({ twin: true }, lost));
    assert.ok(!isAbout({ twin: false }, { ...lost, twin: true }));
    assert.ok(isAbout({ proven: true }, { ...lost, confidence: 'proven' }));
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

describe('page/select', () => {
  const [type] = headOf(makeDiagnosis()).taskTypes;

  it('the rows that filters leave, in words, say that they are an estimate where some of a type were drawn in a sample', () => {
    const counted = { ...type!, count: 1000 };
    const drawn = { ...counted, judged: 400 };
    assert.equal(partText([{ type: counted, count: 900 }]), '900');
    assert.equal(partText([{ type: drawn, count: 900 }]), '≈ 900');
    assert.equal(partText([{ type: drawn, count: 1000 }]), '1,000', 'all of them were counted');
    assert.equal(
      partText([
        { type: counted, count: 1000 },
        { type: drawn, count: 500 },
      ]),
      '≈ 1,500',
    );
  });
});
