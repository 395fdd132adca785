import assert from 'node:assert/strict';
import { BUILT_IN_EFFECTS } from '../../src/effects/builtIn';
import { isAbout } from '../../src/model/rowFilter';
import { falseVerdicts, judgeIncident, lineOf, undetermined, type JudgedIncident } from '../support/incident';

/** The incident that `npm start` shows, judged row by row and compared with what its author knows of each row. */
describe('the verdicts of the incident', function () {
  this.timeout(120_000);
  let judged: JudgedIncident;

  before(async () => {
    judged = await judgeIncident(BUILT_IN_EFFECTS);
  });

  it('are given to every stuck row, and sum to the counts of their types', () => {
    const { diagnosis, verdicts, truth } = judged;
    assert.equal(
      verdicts.size,
      diagnosis.taskTypes.reduce((sum, { count }) => sum + count, 0),
    );
    for (const { verdicts: counts, count } of diagnosis.taskTypes)
      assert.equal(
        Object.values(counts ?? {}).reduce((sum, rows) => sum + rows, 0),
        count,
      );
    assert.equal(truth.length, verdicts.size, 'the author knows every stuck row');
  });

  it('say of each outcome how many and when, and the recommendations which of them they are about', () => {
    const { diagnosis } = judged;
    const add = (sum: number, rows: number): number => sum + rows;
    for (const { outcomes = [], count, lastRuns = {} } of diagnosis.taskTypes) {
      assert.equal(outcomes.map((outcome) => outcome.count).reduce(add, 0), count);
      assert.equal(Object.values(lastRuns).reduce(add, 0), count);
      for (const outcome of outcomes) assert.equal(Object.values(outcome.lastRuns).reduce(add, 0), outcome.count);
      for (const [bin, rows] of Object.entries(lastRuns))
        assert.equal(outcomes.map((outcome) => outcome.lastRuns[Number(bin)] ?? 0).reduce(add, 0), rows);
    }
    const outcomes = diagnosis.taskTypes.flatMap((type) => type.outcomes ?? []);
    const about = diagnosis.recommendations.filter((advice) => advice.about);
    assert.ok(about.length >= 8);
    for (const { id, rows, about: which } of about)
      assert.equal(
        outcomes
          .filter((outcome) => isAbout(which!, outcome))
          .map(({ count }) => count)
          .reduce(add, 0),
        rows,
        id,
      );
  });

  it('are never false: each is right for its row, or unknown', () => {
    const counts = new Map<string, number>();
    for (const { id, situation } of judged.truth) {
      const line = lineOf(judged, id, situation);
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
    console.log('| situation | right | got | rows |\n|---|---|---|---|');
    for (const [line, rows] of [...counts].sort()) console.log(`${line} ${String(rows)} |`);
    assert.deepEqual(falseVerdicts(judged).slice(0, 20), []);
  });

  it('decide what can be decided: half of the rows at least, and all whose message or result is there', () => {
    const { verdicts, truth } = judged;
    const unknown = undetermined(judged);
    assert.ok(unknown < verdicts.size / 2, `${String(unknown)} of ${String(verdicts.size)} are unknown`);
    const seen = truth.filter(({ situation }) => [3, 4, 11, 18].includes(situation));
    assert.ok(seen.length > 2000);
    for (const { id } of seen) assert.equal(verdicts.get(id)?.confidence, 'proven');
    // Taken, and begun: that nobody runs it is concluded and not seen.
    const taken = truth.filter(({ situation }) => situation === 8);
    assert.ok(taken.length > 500);
    for (const { id } of taken) assert.notEqual(verdicts.get(id)?.verdict, 'unknown');
  });
});
