import assert from 'node:assert/strict';
import { Examples, examplesByType, MOST_EXAMPLES } from '../../../src/check/examples';
import type { OutcomeCount, RowDetails } from '../../../src/model/diagnosis';
import type { TypeId } from '../../../src/model/taskType';
import { headOf } from '../../../src/report/panelMessages';
import { makeDiagnosis } from '../../support/reportDiagnosis';
import { aDiagnosis, aSample, aTaskType } from '../../support/diagnosis';

type Words = Partial<RowDetails>;
type Meetable = TypeId & { readonly id: number };

const LOST = { verdict: 'lost', cause: 'broker-wiped' } as const;
const RAN = { verdict: 'finished' } as const;
const type = (name: string) => ({ taskModule: 'm', taskName: name });
/** As a check does with each row that it judged. */
function meet(examples: Examples<Words>, row: Meetable, as: typeof LOST | typeof RAN, words: () => Words): void {
  if (examples.wants(row, as)) examples.add(row, as, words());
}
const words = (text: string) => (): Words => ({ statusMessage: text });
const outcome = (as: typeof LOST | typeof RAN, count: number): OutcomeCount => ({
  ...as,
  confidence: 'likely',
  count,
  lastRuns: { 0: count },
});
const read = (ids: readonly number[]): Map<number, RowDetails> => new Map(ids.map((id) => [id, aSample({ id })]));

describe('check/examples', () => {
  it('examples are the first row of each outcome, of which alone something is kept', () => {
    const examples = new Examples<Words>();
    let kept = 0;
    for (let id = 1; id <= 100; id++)
      meet(examples, { ...type('a'), id }, LOST, () => {
        kept++;
        return { statusMessage: 'x' };
      });
    const chosen = examples.choose([type('a')], () => [outcome(LOST, 100)]);
    assert.deepEqual([kept, chosen.length, chosen[0]?.id], [1, 1, 1]);
    const said = new Map(chosen.map(({ id, words: said }) => [id, said]));
    assert.deepEqual(examplesByType(chosen, read([1]), said)(type('a')), [aSample({ id: 1, statusMessage: 'x' })]);
    assert.deepEqual(examplesByType(chosen, read([]), said)(type('a')), [], 'a row that is gone');
    assert.deepEqual(examplesByType(chosen, read([1]), said)(type('b')), []);
  });

  it('examples are the rows with the lowest ids, in whatever order the rows come', () => {
    for (const ids of [
      [3, 1, 2],
      [2, 3, 1],
      [1, 2, 3],
    ]) {
      const examples = new Examples<Words>();
      for (const id of ids) meet(examples, { ...type('a'), id }, LOST, words(String(id)));
      const [chosen] = examples.choose([type('a')], () => [outcome(LOST, 3)]);
      assert.deepEqual([chosen?.id, chosen?.words], [1, words('1')()]);
    }
  });

  it('examples leave out what a sample has, whether that is met before or after', () => {
    const examples = new Examples<Words>();
    meet(examples, { ...type('a'), id: 1 }, LOST, words('x'));
    examples.covered(type('a'), LOST);
    examples.covered(type('a'), RAN);
    meet(examples, { ...type('a'), id: 2 }, RAN, words('x'));
    meet(examples, { ...type('a.b'), id: 3 }, RAN, words('x'));
    const chosen = examples.choose([type('a'), type('a.b')], () => [outcome(RAN, 3), outcome(LOST, 2)]);
    assert.deepEqual(
      chosen.map(({ id }) => id),
      [3],
    );
  });

  it('examples come in the order of the outcomes of their type', () => {
    const examples = new Examples<Words>();
    meet(examples, { ...type('a'), id: 1 }, LOST, words('x'));
    meet(examples, { ...type('a'), id: 2 }, RAN, words('x'));
    // Two certainties of one outcome: together they are the biggest, and the first of them has the first place but one.
    const outcomes = [outcome(RAN, 5), outcome(LOST, 4), { ...outcome(LOST, 3), confidence: 'proven' as const }];
    const chosen = examples.choose([type('a')], () => outcomes);
    assert.deepEqual(
      chosen.map(({ id, rows }) => [id, rows]),
      [
        [1, 7],
        [2, 5],
      ],
    );
    const shown = examplesByType(chosen, read([1, 2]), new Map())(type('a'));
    assert.deepEqual(
      shown.map(({ id }) => id),
      [2, 1],
    );
  });

  it('examples of too many outcomes are those of the biggest; of millions no more than some are kept', () => {
    const examples = new Examples<Words>();
    const types = Array.from({ length: 40_000 }, (_, index) => type(`t${String(index)}`));
    let prepared = 0;
    types.forEach((each, index) => {
      meet(examples, { ...each, id: index }, LOST, () => {
        prepared++;
        return {};
      });
    });
    assert.equal(prepared, 30_000);
    const count = ({ taskName }: { taskName: string }): number => (Number(taskName.slice(1)) * 7919) % 40_009;
    const chosen = examples.choose(types, (each) => [outcome(LOST, count(each))]);
    const biggest = types.slice(0, 30_000).sort((a, b) => count(b) - count(a));
    assert.deepEqual(
      chosen.map((each) => each.rows),
      biggest.slice(0, MOST_EXAMPLES).map(count),
    );
  });
});

describe('check/examples', () => {
  it('what the page gets at once has neither samples nor examples, but how many there are', () => {
    const examples = [aSample({ id: 2 }), aSample({ id: 3 })];
    const taskTypes = [aTaskType({ examples }), aTaskType({ taskName: 'b', samples: [] })];
    const head = headOf(aDiagnosis({ taskTypes }));
    assert.deepEqual(
      head.taskTypes.map(({ sampleCount, exampleCount }) => [sampleCount, exampleCount]),
      [
        [1, 2],
        [0, 0],
      ],
    );
    for (const each of headOf(makeDiagnosis()).taskTypes) assert.ok(!('samples' in each) && !('examples' in each));
  });
});
