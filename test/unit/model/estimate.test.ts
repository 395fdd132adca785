import assert from 'node:assert/strict';
import { marginOf, marginOfSum, scaled } from '../../../src/model/estimate';
import { LEAST_A_TYPE, planSample } from '../../../src/check/sampling';
import { answerOf } from '../../../src/report/summary';
import { verdictsLine } from '../../../src/report/verificationLog';
import { percentText } from '../../../src/report/verdictText';
import { verdictLines } from '../../../src/page/model/figures';
import { NO_FILTERS } from '../../../src/page/model/filters';
import { aDiagnosis, aTaskType } from '../../support/diagnosis';
import { Random } from '../../support/random';

describe('model/estimate', () => {
  it("the margin of an estimate is Wilson's interval where the population is endless", () => {
    // 62 of 100: 0.5221 to 0.7090 (by hand).
    assert.equal(marginOf({ count: 620_000_000, total: 1e9, judged: 100 }) / 1e9 > 0.0978, true);
    assert.equal(marginOf({ count: 620_000_000, total: 1e9, judged: 100 }) / 1e9 < 0.098, true);
  });

  it('the margin of an estimate shrinks to nothing as the sample becomes all rows, and is all rows where nothing was drawn', () => {
    const margins = [0, 1, 100, 500, 900, 999, 1000].map((judged) => marginOf({ count: 300, total: 1000, judged }));
    assert.deepEqual(
      margins,
      [...margins].sort((a, b) => b - a),
    );
    assert.equal(margins[0], 1000);
    assert.equal(margins.at(-1), 0);
  });

  it('the margin of an estimate is not nothing where the sample had none, or had nothing else', () => {
    for (const count of [0, 5000]) assert.equal(marginOf({ count, total: 5000, judged: 400 }) > 10, true);
  });

  it('the margin of an estimate contains the truth as often as it says, whatever the share', () => {
    const random = new Random(42);
    for (const [truth, total, judged] of [
      [0.5, 2000, 400],
      [0.02, 2000, 400],
      [0.98, 900, 300],
      [0.2, 50, 25],
    ] as const) {
      const having = Math.round(truth * total);
      let held = 0;
      for (let trial = 0; trial < 1000; trial++) {
        // Drawn without putting back.
        let [left, found] = [having, 0];
        for (let drawn = 0; drawn < judged; drawn++)
          if (random.next() * (total - drawn) < left) {
            left--;
            found++;
          }
        const [count = 0] = scaled([found, judged - found], total);
        if (Math.abs(count - having) <= marginOf({ count, total, judged })) held++;
      }
      assert.ok(held >= 930, `${String(truth)}: ${String(held)} of 1000`);
    }
  });

  it('the margin of an estimate of a sum is smaller than the sum of margins', () => {
    assert.equal(marginOfSum([3, 4]), 5);
    assert.equal(marginOfSum([]), 0);
  });
});

describe('model/estimate', () => {
  it('counts of a sample become whole numbers that sum to all rows, and nothing that was seen vanishes', () => {
    const random = new Random(7);
    for (let trial = 0; trial < 500; trial++) {
      const counts = Array.from({ length: random.integer(1, 9) }, () => random.integer(1, 50));
      const sum = counts.reduce((a, b) => a + b, 0);
      const total = sum + random.integer(0, 5000);
      const all = scaled(counts, total);
      assert.equal(
        all.reduce((a, b) => a + b, 0),
        total,
      );
      all.forEach((count, place) => {
        assert.ok(count >= 1 && Math.abs(count - ((counts[place] ?? 0) * total) / sum) < 1);
      });
    }
  });
});

describe('model/estimate', () => {
  const type = (count: number) => ({ taskModule: 'a', taskName: `t${String(count)}`, count });

  it('a sample is not drawn where all may be judged', () => {
    assert.equal(planSample([type(600), type(400)], 1000), undefined);
    assert.equal(planSample([type(5_000_000)], 0), undefined);
  });

  it('a sample takes small types whole, some hundreds of each other one, and of what is beyond the same part', () => {
    const types = [type(100), type(5000), type(1_000_000), type(2_000_000)];
    const plan = planSample(types, 100_000);
    assert.ok(plan);
    const rows = plan.shares.map((share, place) => share * (types[place]?.count ?? 0));
    assert.equal(plan.shares[0], 1);
    assert.ok((rows[1] ?? 0) > LEAST_A_TYPE && (rows[1] ?? 0) < 700);
    const beyond = rows.map((drawn, place) => (drawn - LEAST_A_TYPE) / ((types[place]?.count ?? 0) - LEAST_A_TYPE));
    assert.ok(Math.abs((beyond[2] ?? 0) - (beyond[3] ?? 1)) < 1e-12);
    // Four deviations below the limit, because whether a row is drawn follows from its id alone.
    assert.ok(plan.rows <= 100_000 - 4 * Math.sqrt(100_000) + 1);
  });

  it('a sample has room for more types than rows', () => {
    const plan = planSample(
      Array.from({ length: 5000 }, () => type(10)),
      1000,
    );
    assert.ok(plan && plan.rows > 500 && plan.rows < 1000);
  });
});

describe('model/estimate', () => {
  const sampled = aTaskType({
    count: 10_000,
    judged: 400,
    margins: { lost: 470, unknown: 470 },
    verdicts: { lost: 6200, unknown: 3800 },
    outcomes: [
      { verdict: 'lost', cause: 'never-published', confidence: 'likely', count: 6200, lastRuns: { 0: 6200 } },
      { verdict: 'unknown', confidence: 'possible', count: 3800, lastRuns: { 0: 3800 } },
    ],
    lastRuns: { 0: 10_000 },
  });
  const diagnosis = aDiagnosis({ taskTypes: [sampled] });

  it('an estimate in words never stands without its margin', () => {
    assert.equal(percentText(0.62, 0.0143), '≈ 62% ± 1.4');
    assert.deepEqual(verdictsLine(sampled), [
      'Verdicts: ≈ 6,200 lost (≈ 62% ± 4.8), ≈ 3,800 unknown (≈ 38% ± 4.8); estimated from 400 tasks chosen at random',
    ]);
    const { verdicts, sure, why } = answerOf(diagnosis);
    assert.equal(verdicts, '≈ 62% ± 4.8 lost and ≈ 38% ± 4.8 undetermined');
    assert.match(String(sure), /≈ 62% ± 4\.8 likely.*400 of 10,000 tasks, chosen at random, were judged/);
    assert.match(why ?? '', /≈ 6,200 ± 4\d\d were never sent/);
  });

  it('an estimate in words has its margin in the report, also within a filter', () => {
    const head = { ...diagnosis, taskTypes: [{ ...sampled, sampleCount: 0, exampleCount: 0 }] };
    const lines = verdictLines(head, { ...NO_FILTERS, cause: 'never-published' })?.lines;
    assert.equal(lines?.[0]?.rows, '≈ 6,200');
    assert.match(lines[0].percent, /^≈ 100% ± 7\.\d$/);
  });

  it('an estimate in words says nothing of margins where all were judged', () => {
    const { count, verdicts, outcomes, lastRuns } = sampled;
    const all = aTaskType({
      count,
      ...(verdicts && { verdicts }),
      ...(outcomes && { outcomes }),
      ...(lastRuns && { lastRuns }),
    });
    assert.doesNotMatch(JSON.stringify([answerOf(aDiagnosis({ taskTypes: [all] })), verdictsLine(all)]), /≈|±|random/);
  });
});
